/** Column types whose JavaScript values equal the wire form of rows, so entities and rows have the same values. */
import { Type, type EntityProperty } from '@mikro-orm/core';
import array from 'postgres-array';
import { arrayLiteral } from './sql.js';

/** `timestamptz(3)` as an RFC 3339 string in UTC with milliseconds. */
export class InstantType extends Type<string, string | Date> {
  override convertToJSValue(value: string | Date): string {
    // MikroORM also passes null, although the signature of the base class excludes it
    const isWireForm = typeof value === 'string' && value.length === 24 && value.endsWith('Z');
    return isWireForm || (value as string | Date | null) === null ? (value as string) : new Date(value).toISOString();
  }

  override convertToDatabaseValue(value: string): string {
    return value;
  }

  override compareAsType(): string {
    return 'string';
  }

  override getColumnType(): string {
    return 'timestamptz(3)';
  }
}

/** `numeric(15,2)` or another fixed scale as its exact decimal text, e.g. `"50000.00"`. */
export class ExactDecimalType extends Type<string, string> {
  override compareAsType(): string {
    return 'string';
  }

  override getColumnType(property: EntityProperty): string {
    return `numeric(${property.precision ?? 15},${property.scale ?? 2})`;
  }
}

/** `text[]`. MikroORM's ArrayType would store comma-separated text. */
export class TextListType extends Type<string[] | null, string | null> {
  override convertToDatabaseValue(value: string[] | null): string | null {
    return value === null ? null : arrayLiteral(value);
  }

  override convertToJSValue(value: string[] | string | null): string[] | null {
    return typeof value === 'string' ? array.parse(value) : value;
  }

  override compareAsType(): string {
    return 'string';
  }

  // Without it MikroORM takes an assigned list for a mistake.
  override get runtimeType(): string {
    return 'string[]';
  }

  override getColumnType(): string {
    return 'text[]';
  }
}

/** `jsonb` with a list. MikroORM's JsonType keeps its snapshots as text, which would then appear in the audit log. */
export class JsonListType extends Type<unknown[], string> {
  override convertToDatabaseValue(value: unknown[]): string {
    return JSON.stringify(value);
  }

  override convertToJSValue(value: unknown[] | string): unknown[] {
    return typeof value === 'string' ? (JSON.parse(value) as unknown[]) : value;
  }

  override compareAsType(): string {
    return 'string';
  }

  // Without it MikroORM takes an assigned list for a mistake.
  override get runtimeType(): string {
    return 'unknown[]';
  }

  override getColumnType(): string {
    return 'jsonb';
  }
}

/** `jsonb` with an object, or null. */
export class JsonObjectType extends Type<object | null, string | null> {
  override convertToDatabaseValue(value: object | null): string | null {
    return value === null ? null : JSON.stringify(value);
  }

  override convertToJSValue(value: object | string | null): object | null {
    return typeof value === 'string' ? (JSON.parse(value) as object) : value;
  }

  override compareAsType(): string {
    return 'string';
  }

  // Without it MikroORM takes an assigned object for a mistake.
  override get runtimeType(): string {
    return 'object';
  }

  override getColumnType(): string {
    return 'jsonb';
  }
}
