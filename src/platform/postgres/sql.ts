/** SQL text with bind values. Fragments can be nested, and values never become part of the text. */
import { createHash } from 'node:crypto';
import pg from 'pg';

/** The value of a parameter. Arrays are sent as PostgreSQL arrays. */
export type SqlValue = string | number | boolean | null | readonly string[] | readonly number[] | Buffer;

type Insert = Sql | SqlValue;

/** A fragment of SQL. Create it with the `sql` tag and nest it in others; `bind` returns the numbered text. */
export class Sql {
  /** @param strings the text around the inserts: one more than there are inserts */
  constructor(
    readonly strings: readonly string[],
    readonly inserts: readonly Insert[],
  ) {}
}

/** Tagged template: interpolated `Sql` becomes text, anything else becomes a bind parameter. */
export function sql(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Sql {
  return new Sql(strings, inserts);
}

/** Text from our source code, e.g. a column list or an operator. Never pass text that a caller sent. */
export function rawSql(text: string): Sql {
  return new Sql([text], []);
}

/** Joins fragments with a separator, e.g. `joinSql(conditions, ' AND ')`. */
export function joinSql(fragments: readonly Sql[], separator: string): Sql {
  return new Sql(
    ['', ...fragments.map((_fragment, index) => (index + 1 < fragments.length ? separator : ''))],
    fragments,
  );
}

/** Changes of a record have as many forms as there are choices of columns. */
const MAX_FORMS = 100;

/** Queries of one form, whose text is put together once. */
export class SqlForms {
  private readonly forms = new Map<string, readonly string[]>();

  /**
   * @param form name of the form
   * @param values all values of the query, in order
   * @param make puts the query together, for these or any other values
   */
  query(form: string, values: readonly SqlValue[], make: () => Sql): Sql {
    let strings = this.forms.get(form);
    if (!strings) {
      if (this.forms.size >= MAX_FORMS) this.forms.clear();
      this.forms.set(form, (strings = textsBetweenValues(make())));
    }
    return new Sql(strings, values);
  }
}

function textsBetweenValues({ strings, inserts }: Sql): readonly string[] {
  const texts = [strings[0] ?? ''];
  inserts.forEach((insert, index) => {
    const [first = '', ...more] = insert instanceof Sql ? textsBetweenValues(insert) : ['', ''];
    texts.push(`${texts.pop() ?? ''}${first}`, ...more);
    texts.push(`${texts.pop() ?? ''}${strings[index + 1] ?? ''}`);
  });
  return texts;
}

/** The text of a query. @param place returns the text for a value */
function textOf({ strings, inserts }: Sql, place: (value: SqlValue) => string): string {
  let text = strings[0] ?? '';
  for (let index = 0; index < inserts.length; index += 1) {
    const insert = inserts[index] ?? null;
    text += insert instanceof Sql ? textOf(insert, place) : place(insert);
    text += strings[index + 1] ?? '';
  }
  return text;
}

/**
 * A text that PostgreSQL prepares once per connection under `name`, or for each use when the name is empty. All connections share this
 * object, so it is immutable; the state of one connection is in its PreparedStatements.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly SqlValue[];
}

/** Longer texts contain many rows and are rarely repeated, so they are not named. In characters. */
const MAX_NAMED_LENGTH = 8000;
/** The registry is cleared above this number of characters, since texts vary with the filters. A name depends only on its text. */
const MAX_STATEMENTS_LENGTH = 4_000_000;
const statements = new Map<string, Statement>();
let statementsLength = 0;

function statementFor(text: string): Statement {
  if (text.length > MAX_NAMED_LENGTH) return { name: '', text };
  let statement = statements.get(text);
  if (!statement) {
    statementsLength += text.length;
    if (statementsLength > MAX_STATEMENTS_LENGTH) {
      statements.clear();
      statementsLength = text.length;
    }
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    statement = { name, text };
    statements.set(text, statement);
  }
  return statement;
}

/** The statements of queries without nested fragments: their text depends only on their strings, which a template keeps. */
const plainStatements = new WeakMap<readonly string[], Statement>();

function isPlain(inserts: readonly Insert[]): inserts is readonly SqlValue[] {
  return !inserts.some((insert) => insert instanceof Sql);
}

/** @returns the text with `$1 … $n`, and its values in order */
export function bind(query: Sql): BoundStatement {
  const { strings, inserts } = query;
  if (!isPlain(inserts)) return bindNested(query);
  const known = plainStatements.get(strings);
  if (known) return { statement: known, values: inserts };
  const bound = bindNested(query);
  plainStatements.set(strings, bound.statement);
  return bound;
}

function bindNested(query: Sql): BoundStatement {
  const values: SqlValue[] = [];
  const text = textOf(query, (value) => `$${values.push(value)}`);
  return { statement: statementFor(text), values };
}

/** A text that already contains its values. */
export function bindText(text: string): BoundStatement {
  return { statement: { name: '', text }, values: [] };
}

/** The query with its values as literals, for `COPY`, which takes no parameters. */
export function literalText(query: Sql): string {
  return textOf(query, literal);
}

function literal(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return pg.escapeLiteral(value);
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  return value.length === 0 ? "'{}'" : `ARRAY[${value.map(literal).join(', ')}]`;
}

/** `{"a","b\"c"}`: every element is quoted, so no element can end the literal. */
export function arrayLiteral(values: readonly (string | number)[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
