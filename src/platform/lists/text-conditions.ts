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

/**
 * Ids of the rows that hold a text, if they are few. They only speed a condition up and never change its result. Under
 * row-level security a LIKE cannot use the trigram index; a function of the database can.
 */
export class FoundTexts {
  readonly #ids = new Map<string, string>();

  /** @param ids as PostgreSQL writes an array of them */
  add({ table, text }: TextLookup, ids: string): void {
    this.#ids.set(`${table} ${text}`, ids);
  }

  idsOf({ table, text }: TextLookup): string | undefined {
    return this.#ids.get(`${table} ${text}`);
  }
}

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
  const ids = found?.idsOf({ table, text });
  return ids === undefined ? sql`(${condition})` : sql`(${rawSql(alias)}.id = ANY (${ids}::uuid[]) AND ${condition})`;
}
