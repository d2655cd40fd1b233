/** The frozen JSON of a record: an explicit table of its fields, and the writer and the JSON Schema that follow from it. */
import type { JsonSchema } from '../values/json-schema.js';
import { toRestName } from '../values/text.js';

export type SerializedType = keyof typeof SCHEMAS;

/** How one property is written. `Value` is what it may hold: the compiler rejects a field that cannot write its property. */
interface SerializedField<in Value> {
  readonly type: SerializedType;
  readonly write: (value: Value) => string;
  readonly description: string;
  readonly nullable?: true;
  /** It changes without the record's version: what a client sends back of it may be older, and is not compared. */
  readonly isUnversioned?: true;
  /** The values that a text may have. */
  readonly enum?: readonly string[];
  readonly name?: string;
}

/** Every property of the row, in the order of the JSON. A property that is left out on purpose is omitted from `Row`. */
type SerializedFields<Row extends object> = {
  readonly [Property in keyof Row & string]: SerializedField<Row[Property]>;
};

/** A field with its name in the JSON and the row's property that it shows. */
interface NamedField<Row extends object> extends SerializedField<never> {
  readonly name: string;
  readonly from: keyof Row & string;
}

export interface RestSerializer<Row extends object> {
  /** Its name among the OpenAPI schemas. */
  readonly name: string;
  readonly fields: readonly NamedField<Row>[];
  readonly schema: JsonSchema;
  /** @returns the JSON text of a row; a null is always written */
  readonly write: (row: Row) => string;
  /** Piece by piece: joinJson ends it where it is too long. */
  readonly writeList: (rows: readonly Row[]) => Iterable<string>;
}

/** Makes the writer and the schema of a record's JSON. Rows hold wire form, so most fields are copied as they are. */
export function restSerializer<Row extends object>(name: string, table: SerializedFields<Row>): RestSerializer<Row> {
  // Object.keys gives strings; the table has exactly the row's properties.
  const properties = Object.keys(table) as (keyof Row & string)[];
  return serializerOf(
    name,
    properties.map((from) => ({ name: toRestName(from), ...table[from], from })),
  );
}

/** Makes the serializer of some of a record's fields. */
export function serializerOf<Row extends object>(
  name: string,
  fields: readonly NamedField<Row>[],
): RestSerializer<Row> {
  const write = makeWriter(fields);
  let schema: JsonSchema | undefined;
  return {
    name,
    fields,
    // Nobody reads that of a serializer which is made for one request.
    get schema() {
      return (schema ??= schemaOf(fields));
    },
    write,
    writeList: (rows) => writeArray(rows, write),
  };
}

function* writeArray<Row>(rows: readonly Row[], write: (row: Row) => string): Generator<string> {
  let separator = '[';
  for (const row of rows) {
    yield separator + write(row);
    separator = ',';
  }
  yield rows.length === 0 ? '[]' : ']';
}

function makeWriter<Row extends object>(fields: readonly NamedField<Row>[]): (row: Row) => string {
  const steps = fields.map(({ name, from, write }, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    from,
    // `SerializedFields` has checked that the field writes its property.
    writeValue: write as (value: unknown) => string,
  }));
  return (row) => {
    let text = '';
    for (const { prefix, from, writeValue } of steps) {
      const value = row[from];
      text += prefix + (value === null || value === undefined ? 'null' : writeValue(value));
    }
    return `${text}}`;
  };
}

const SCHEMAS = {
  text: { type: 'string' },
  uuid: { type: 'string', format: 'uuid' },
  date: { type: 'string', format: 'date' },
  instant: { type: 'string', format: 'date-time' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  money: { type: 'number' },
  percent: { type: 'number', minimum: 0, maximum: 100 },
  textList: { type: 'array', items: { type: 'string' } },
  json: {},
} as const satisfies Readonly<Record<string, JsonSchema>>;

// Native escaping of one string is faster than asking a regular expression whether it is needed.
const writeJson = (value: unknown): string => JSON.stringify(value);
// Columns of ids, dates and instants hold nothing that JSON escapes. Plain quotes take a third of the time of native escaping.
const quote = (value: string): string => `"${value}"`;

function maker<Value>(
  type: SerializedType,
  write: (value: Value) => string,
): (description: string) => SerializedField<Value> {
  return (description) => ({ type, write, description });
}

export const text = maker<string>('text', writeJson);
export const uuid = maker<string>('uuid', quote);
/** An id in a column of texts. */
export const uuidInText = maker<string>('uuid', writeJson);
export const date = maker<string>('date', quote);
export const instant = maker<string>('instant', quote);
export const integer = maker<number>('integer', String);
export const boolean = maker<boolean>('boolean', String);
// The column's exact text is the JSON number: `50000.00` never passes through a float.
export const money = maker<string>('money', String);
export const percent = maker<string>('percent', String);
export const textList = maker<readonly string[]>('textList', writeJson);
export const json = maker<unknown>('json', writeJson);

/** A text that is one of these. */
export function oneOf<Word extends string | null>(
  values: readonly (Word & string)[],
  description: string,
): SerializedField<Word> {
  return { type: 'text', write: writeJson, description, enum: values };
}

export function nullable<Value>(field: SerializedField<Value>): SerializedField<Value | null> {
  // makeWriter writes nulls itself: a field's own `write` never meets one.
  return { ...field, nullable: true } as SerializedField<Value | null>;
}

export function unversioned<Value>(field: SerializedField<Value>): SerializedField<Value> {
  return { ...field, isUnversioned: true };
}

/** Under a frozen name that is not the property's in snake case. */
export function named<Value>(name: string, field: SerializedField<Value>): SerializedField<Value> {
  return { ...field, name };
}

function schemaOf<Row extends object>(fields: readonly NamedField<Row>[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.map((field) => field.name),
    additionalProperties: false,
  };
}

function fieldSchema({ type, nullable: isNullable, description, enum: values }: SerializedField<never>): JsonSchema {
  const schema = { ...SCHEMAS[type], ...(values === undefined ? {} : { enum: values }), description };
  return isNullable === true ? orNull(schema) : schema;
}

/** @returns the schema, with null allowed */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: words } = schema;
  return {
    ...schema,
    ...(type === undefined ? {} : { type: [...(Array.isArray(type) ? (type as unknown[]) : [type]), 'null'] }),
    ...(Array.isArray(words) ? { enum: [...(words as unknown[]), null] } : {}),
  };
}
