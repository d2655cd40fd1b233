/**
 * MikroORM's driver with our own statements for the operations of every change: find one record by plain values, insert it, update it by
 * its key. Our statements are prepared once per connection. Those of MikroORM's query builder contain the values as literals, so
 * PostgreSQL parses and plans them each time. All other operations still use the query builder.
 */
import {
  LockMode,
  PostgreSqlDriver,
  type DriverException,
  type EntityData,
  type EntityDictionary,
  type EntityMetadata,
  type EntityName,
  type EntityProperty,
  type FilterQuery,
  type FindOneOptions,
  type NativeInsertUpdateManyOptions,
  type NativeInsertUpdateOptions,
  type ObjectQuery,
  type QueryResult,
} from '@mikro-orm/postgresql';
import type { StatementResult } from '../platform/postgres/batch.js';
import { serverErrorOf } from '../platform/postgres/database-errors.js';
import { joinSql, rawSql, sql, SqlForms, type Sql } from '../platform/postgres/sql.js';
import { affectedRows, OpenTransaction } from './open-transaction.js';

type Plain = string | number | boolean | null;
/** Names of properties and their values, side by side. */
interface Values {
  readonly names: string[];
  readonly values: Plain[];
}

/** SQL of an entity, made from its metadata. */
interface Texts {
  readonly table: Sql;
  /** All columns, e.g. `"first_name" as "firstName"`. */
  readonly selectList: Sql;
  readonly column: (property: string) => Sql;
  /** Columns that only the database fills. */
  readonly generated: readonly EntityProperty[];
  readonly forms: SqlForms;
}

/** Weaker than MikroORM's `for update`, which would block foreign key checks. No change modifies a key, so it is sufficient. */
const LOCKS = new Map<LockMode | undefined, string>([
  [undefined, ''],
  [LockMode.PESSIMISTIC_READ, ' for share'],
  [LockMode.PESSIMISTIC_WRITE, ' for no key update'],
]);

export class StatementDriver extends PostgreSqlDriver {
  private readonly texts = new Map<EntityMetadata, Texts>();

  override async findOne<
    T extends object,
    P extends string = never,
    F extends string = never,
    E extends string = never,
  >(
    entityName: EntityName<T>,
    where: ObjectQuery<T>,
    options?: FindOneOptions<T, P, F, E>,
  ): Promise<EntityData<T> | null> {
    const ctx: unknown = options?.ctx;
    const conditions = isPlainLookup(options) ? plainConditions(where) : undefined;
    const lock = LOCKS.get(options?.lockMode);
    if (!(ctx instanceof OpenTransaction) || !conditions || lock === undefined) {
      rejectLock(options);
      return super.findOne(entityName, where, options);
    }
    const { rows } = await ctx.run(this.lookup(entityName, conditions, lock));
    // The select list names columns by the entity's properties.
    return (rows[0] as EntityData<T> | undefined) ?? null;
  }

  private lookup<T extends object>(entityName: EntityName<T>, conditions: Values, lock: string): Sql {
    const { table, selectList, column, forms } = this.textsOf(entityName);
    return forms.query(`select ${namesOf(conditions)}${lock}`, boundBy(conditions), () => {
      return sql`select ${selectList} from ${table} where ${conditionSql(conditions, column)} limit 1${rawSql(lock)}`;
    });
  }

  override async nativeInsertMany<T extends object>(
    entityName: EntityName<T>,
    data: EntityDictionary<T>[],
    options: NativeInsertUpdateManyOptions<T> = {},
    transform?: (sql: string) => string,
  ): Promise<QueryResult<T>> {
    const values = data.length === 1 ? plainValues(data[0] ?? {}) : undefined;
    if (!(options.ctx instanceof OpenTransaction) || !values || options.upsert || transform) {
      return super.nativeInsertMany(entityName, data, options, transform);
    }
    const { table, column, generated, forms } = this.textsOf(entityName);
    const insertion = forms.query(`insert ${values.names.join()}`, values.values, () => {
      const columns = values.names.map(column);
      const inserted = values.values.map((value) => sql`${value}`);
      return sql`insert into ${table} (${joinSql(columns, ', ')}) values (${joinSql(inserted, ', ')})${returning(generated)}`;
    });
    return toQueryResult<T>(await options.ctx.runChange(insertion, generated.length > 0));
  }

  override async nativeUpdate<T extends object>(
    entityName: EntityName<T>,
    where: FilterQuery<T>,
    data: EntityDictionary<T>,
    options: NativeInsertUpdateOptions<T> = {},
  ): Promise<QueryResult<T>> {
    const conditions = plainConditions(where);
    const values = plainValues(data);
    if (!(options.ctx instanceof OpenTransaction) || !conditions || !values?.names.length || options.upsert) {
      return super.nativeUpdate(entityName, where, data, options);
    }
    const { table, column, generated, forms } = this.textsOf(entityName);
    const bound = [...values.values, ...boundBy(conditions)];
    const update = forms.query(`update ${values.names.join()} where ${namesOf(conditions)}`, bound, () => {
      const changes = values.names.map((name, index) => sql`${column(name)} = ${values.values[index] ?? null}`);
      return sql`update ${table} set ${joinSql(changes, ', ')} where ${conditionSql(conditions, column)}${returning(generated)}`;
    });
    return toQueryResult<T>(await options.ctx.runChange(update, generated.length > 0));
  }

  /**
   * MikroORM would wrap every error, and a timeout could then not be told from other errors.
   * @throws the error itself, unless it is an error of the server
   */
  override convertException(error: Error): DriverException {
    if (serverErrorOf(error) === undefined) throw error;
    return super.convertException(error);
  }

  private textsOf<T extends object>(entityName: EntityName<T>): Texts {
    const meta = this.metadata.get(entityName) as EntityMetadata;
    let texts = this.texts.get(meta);
    if (!texts) this.texts.set(meta, (texts = makeTexts(meta)));
    return texts;
  }
}

function makeTexts(meta: EntityMetadata): Texts {
  const columns = new Map(meta.props.filter(({ persist }) => persist !== false).map((p) => [p.name, quoted(p)]));
  return {
    table: rawSql(`"${meta.tableName}"`),
    selectList: rawSql([...columns].map(([name, text]) => `${text} as "${name}"`).join(', ')),
    column: (property) => {
      const text = columns.get(property);
      if (text === undefined) throw new Error(`${meta.className} has no column for ${property}.`);
      return rawSql(text);
    },
    generated: meta.props.filter(({ generated }) => generated),
    forms: new SqlForms(),
  };
}

/** A condition on null has another text than one on a value. */
function namesOf({ names, values }: Values): string {
  return names.map((name, index) => (values[index] === null ? `${name}?` : name)).join();
}

function quoted({ fieldNames }: EntityProperty): string {
  return `"${fieldNames.join('", "')}"`;
}

/** The values of `conditionSql`. */
function boundBy({ values }: Values): Plain[] {
  return values.filter((value) => value !== null);
}

function conditionSql({ names, values }: Values, column: Texts['column']): Sql {
  const comparisons = names.map((name, index) => {
    const value = values[index] ?? null;
    return value === null ? sql`${column(name)} is null` : sql`${column(name)} = ${value}`;
  });
  return joinSql(comparisons, ' and ');
}

function returning(properties: readonly EntityProperty[]): Sql {
  return properties.length === 0 ? sql`` : rawSql(` returning ${properties.map(quoted).join(', ')}`);
}

/** The result for MikroORM. Its types expect the entity's properties, but returned rows have the names of columns. */
function toQueryResult<T>(result: StatementResult): QueryResult<T> {
  return { affectedRows: affectedRows(result), row: result.rows[0], rows: result.rows } as unknown as QueryResult<T>;
}

/** @returns the equalities, also those inside `$and`; undefined when there are other conditions */
function plainConditions(where: unknown): Values | undefined {
  const found: Values = { names: [], values: [] };
  return addConditions(where, found) ? found : undefined;
}

/** @returns whether all of them are equalities */
function addConditions(where: unknown, found: Values): boolean {
  if (typeof where !== 'object' || where === null || Array.isArray(where)) return false;
  return Object.keys(where).every((name) => addCondition(name, Reflect.get(where, name), found));
}

function addCondition(name: string, value: unknown, found: Values): boolean {
  if (name === '$and' && Array.isArray(value)) return value.every((part) => addConditions(part, found));
  return !name.startsWith('$') && addPlain(name, value, found);
}

function plainValues(data: object): Values | undefined {
  const found: Values = { names: [], values: [] };
  for (const name of Object.keys(data)) {
    const value: unknown = Reflect.get(data, name);
    if (value !== undefined && !addPlain(name, value, found)) return undefined;
  }
  return found;
}

function addPlain(name: string, value: unknown, { names, values }: Values): boolean {
  if (!isPlain(value)) return false;
  names.push(name);
  values.push(value);
  return true;
}

function isPlain(value: unknown): value is Plain {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Options that do not change which record is found or how: the context, the lock, logging, and conditions on populated relations. */
const HARMLESS: ReadonlySet<string> = new Set([
  'ctx',
  'em',
  'lockMode',
  'logging',
  'loggerContext',
  'populateWhere',
  '_populateWhere',
]);

/** MikroORM's lock would be stronger than ours. @throws when the look-up has a lock */
function rejectLock(options: { readonly lockMode?: LockMode } | undefined): void {
  if (options?.lockMode) throw new Error('Only a plain look-up inside a transaction of this service may lock.');
}

/** True when all options are harmless or empty. A look-up with any other option is left to the query builder. */
function isPlainLookup(options: object | undefined): boolean {
  return Object.entries(options ?? {}).every(([name, value]: [string, unknown]) => {
    return HARMLESS.has(name) || value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  });
}
