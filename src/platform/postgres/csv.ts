/** CSV files: columns as SQL expressions with their French headers, formula guard by type of column, dialects. */
import { stringify } from 'csv-stringify/sync';
import { joinSql, rawSql, sql, type Sql } from './sql.js';

/** Decides the format and the guard: only `text` can hold what a spreadsheet would run, and `phone` what looks like it. */
export type CsvColumnType =
  'text' | 'phone' | 'word' | 'uuid' | 'integer' | 'money' | 'boolean' | 'date' | 'instant' | 'textList';

export interface CsvColumn {
  readonly header: string;
  /** SQL of our own source, e.g. `c.postal_code`. */
  readonly expression: string;
  readonly type: CsvColumnType;
}

export interface CsvDialect {
  readonly delimiter: ';' | ',' | '\t';
  /** French Excel takes a file for UTF-8 only with it. */
  readonly bom: boolean;
  /** For a French spreadsheet: decimal commas, dd/mm/yyyy, and texts that it would read as values as `="06000"`. */
  readonly excelFr: boolean;
  /** IANA name: whose day a `Créé le` is. */
  readonly timeZone: string;
}

/** BOM and header row. */
export function csvHeader(columns: readonly CsvColumn[], { delimiter, bom }: CsvDialect): string {
  return stringify([columns.map(({ header }) => header)], { delimiter, bom, record_delimiter: 'windows' });
}

/** `COPY (…) TO STDOUT` text around a query, quoting only where needed. */
export function copyText(query: string, { delimiter }: CsvDialect): string {
  return `COPY (${query}) TO STDOUT WITH (FORMAT csv, DELIMITER ${delimiter === '\t' ? "E'\\t'" : `'${delimiter}'`})`;
}

/** The select list of a file. */
export function csvSelectList(columns: readonly CsvColumn[], dialect: CsvDialect): Sql {
  return joinSql(
    columns.map((column) => cellSql(column, dialect)),
    ', ',
  );
}

type CellSql = (value: Sql, dialect: CsvDialect) => Sql;

const asIs: CellSql = (value) => value;

const CELLS: Readonly<Record<CsvColumnType, CellSql>> = {
  word: asIs,
  uuid: asIs,
  integer: asIs,
  text: (value, { excelFr }) => (excelFr ? sql`CASE ${shownAsText(value)} ELSE ${guarded(value)} END` : guarded(value)),
  phone: (value, { excelFr }) => sql`CASE ${excelFr ? shownAsText(value) : sql``}
    WHEN ${startsHarmlessly(value)} OR ${value} ~ '^[+(][0-9][0-9 ().+/-]*$' THEN ${value} ELSE app.csv_guard(${value}) END`,
  boolean: (value) => sql`CASE WHEN ${value} THEN 'Oui' ELSE 'Non' END`,
  date: (value, dialect) => daySql(value, dialect),
  instant: (value, dialect) => daySql(sql`(${value} AT TIME ZONE ${dialect.timeZone})::date`, dialect),
  money: (value, { excelFr }) => (excelFr ? sql`replace(${value}::text, '.', ',')` : value),
  textList: (value, { excelFr }) => sql`CASE WHEN ${value} = '{}' THEN NULL
    ${excelFr ? shownAsText(sql`app.csv_list(${value})`) : sql``}
    WHEN array_to_string(${value}, '') !~ '[,\\\\]' AND ${startsHarmlessly(sql`(${value})[1]`)} THEN array_to_string(${value}, ', ')
    ELSE app.csv_guard(app.csv_list(${value})) END`,
};

function cellSql({ expression, type }: CsvColumn, dialect: CsvDialect): Sql {
  return CELLS[type](rawSql(expression), dialect);
}

/** A date is written as ISO 8601 by itself, at a tenth of the cost of to_char; the export sets DateStyle. */
function daySql(day: Sql, { excelFr }: CsvDialect): Sql {
  return excelFr ? sql`to_char(${day}, 'DD/MM/YYYY')` : day;
}

/**
 * What a French spreadsheet would turn into a number, a date or a truth value when it opens the file, as a regular expression
 * without regard to case: what begins with a digit, a sign, a point or a comma; its words for true and false and the English ones;
 * a number in parentheses, which is a negative one; a month with a day or a year, a weekday before it or not.
 * The look-ahead keeps out all that has a meaning within the quotes of a formula, or is too long for them.
 */
const READ_AS_VALUE = [
  '^(?=[0-9A-Za-z+().,/ -]{1,250}$)(?:[0-9+.,-]',
  '(?:vrai|faux|true|false)$',
  '\\([0-9 .,+-]*\\)$',
  '(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|janv|janvier|mars|avr|avril|mai|juin|juil|juillet|sept|septembre|' +
    'oct|octobre|nov|novembre)[ ./-].*[0-9])',
].join('|');

/** A branch of CASE: `="06000"`, which spreadsheets show as the text 06000. Nothing in it has to be doubled or guarded. */
function shownAsText(value: Sql): Sql {
  return sql`WHEN ${value} ~* ${rawSql(`'${READ_AS_VALUE}'`)} THEN '="' || ${value} || '"'`;
}

function guarded(value: Sql): Sql {
  return sql`CASE WHEN ${startsHarmlessly(value)} THEN ${value} ELSE app.csv_guard(${value}) END`;
}

/** Digits and Latin letters, accented ones included: no formula starts with one. */
const HARMLESS = [...span(48, 57), ...span(65, 90), ...span(97, 122), ...span(192, 591)];

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Decides nearly every cell, at a tenth of the cost of the pattern in app.csv_guard. PostgreSQL looks a long list up by hash. */
function startsHarmlessly(value: Sql): Sql {
  return sql`ascii(${value}) = ANY (${rawSql(`'{${HARMLESS.join()}}'::integer[]`)})`;
}
