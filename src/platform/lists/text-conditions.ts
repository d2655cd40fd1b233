/** Conditions on the text that a table keeps folded for its search: case and accents aside. */
import { rawSql, sql, type Sql } from '../postgres/sql.js';
import { queriedDigits } from '../values/phone-digits.js';

/** The searched text of a table's rows, the table being under this alias. */
export interface SearchedText {
  readonly table: string;
  readonly alias: string;
  /** Whether the digits of telephones are searched as well. */
  readonly hasPhone: boolean;
}

/** A text to be looked up in the trigram index of a table. */
export interface TextLookup {
  readonly table: string;
  readonly text: string;
}

/** The ids of the rows that hold a text, as PostgreSQL writes an array of them. */
interface FewRows {
  readonly ids: string;
  readonly isLong: boolean;
}

/**
 * Ids of the rows that hold a text, if they are few. They only speed a condition up and never change its result. Under
 * row-level security a LIKE cannot use the trigram index; a function of the database can.
 */
export class FoundTexts {
  readonly #few = new Map<string, FewRows>();
  /** Texts that more rows hold than are looked up, and whether these were counted or seen in a sample. */
  readonly #many = new Map<string, 'counted' | 'sampled'>();

  add({ table, text }: TextLookup, ids: string): void {
    this.#few.set(`${table} ${text}`, { ids, isLong: ids.length > LONG });
  }

  addMany({ table, text }: TextLookup, how: 'counted' | 'sampled'): void {
    this.#many.set(`${table} ${text}`, how);
  }

  fewOf({ table, text }: TextLookup): FewRows | undefined {
    return this.#few.get(`${table} ${text}`);
  }

  get hasMany(): boolean {
    return this.#many.size > 0;
  }

  manyOf({ table, text }: TextLookup): 'counted' | 'sampled' | undefined {
    return this.#many.get(`${table} ${text}`);
  }
}

/** About a thousand ids. PostgreSQL compares a row with a list of an unknown length one by one, but hashes the rows of a subquery. */
const LONG = 37_000;

/** In a subquery, so that it is computed once and not for each row. */
function patternSql(text: string): Sql {
  return sql`(SELECT app.like_pattern(${text}))`;
}

/**
 * PostgreSQL estimates that a LIKE with an unknown pattern matches hardly any row. Below a relation it then reads all related
 * rows for each row of the list: a quadratic plan. For a CASE it estimates half of the rows.
 */
function likeSql(text: Sql, pattern: Sql): Sql {
  return sql`CASE ${text} LIKE ${pattern} WHEN true THEN true WHEN false THEN false END`;
}

/** The condition that a row's searched text, or its telephone, holds the text. */
export function searchSql(searched: SearchedText, text: string, found?: FoundTexts): Sql {
  const row = rawSql(searched.alias);
  const inText = likeSql(sql`${row}.search_text`, patternSql(text));
  const digits = searched.hasPhone ? queriedDigits(text) : undefined;
  if (digits === undefined) return foundSql(searched, text, found, inText);
  const inPhone = likeSql(sql`${row}.search_phone`, sql`${`%${digits}%`}`);
  return foundSql(searched, text, found, sql`(${inText} OR ${inPhone})`);
}

/** One column that has a part in the searched text of its table. */
export interface SearchedColumn {
  readonly column: string;
  readonly searched?: SearchedText;
  /** Only this column is searched, so its value need not be folded again. */
  readonly isAllSearched?: true;
}

/** The condition that a column holds the text. The stored folded text is checked first, because folding a value is slow. */
export function containsSql(
  { column, searched, isAllSearched }: SearchedColumn,
  text: string,
  found: FoundTexts | undefined,
): Sql {
  const inColumn = likeSql(sql`app.fold(${rawSql(column)})`, patternSql(text));
  if (!searched) return inColumn;
  const inText = likeSql(sql`${rawSql(searched.alias)}.search_text`, patternSql(text));
  return foundSql(searched, text, found, isAllSearched ? inText : sql`${inText} AND ${inColumn}`);
}

function foundSql({ table, alias }: SearchedText, text: string, found: FoundTexts | undefined, condition: Sql): Sql {
  const few = found?.fewOf({ table, text });
  if (!few) return sql`(${condition})`;
  const ids = few.isLong
    ? sql`IN (SELECT found.id FROM unnest(${few.ids}::uuid[]) found (id))`
    : sql`= ANY (${few.ids}::uuid[])`;
  return sql`(${rawSql(alias)}.id ${ids} AND ${condition})`;
}
