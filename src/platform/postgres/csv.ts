/** CSV files: columns as SQL expressions with French headers, a guard against formulas by column type, and dialects. */
import { stringify } from 'csv-stringify/sync';
import { joinSql, rawSql, sql, type Sql } from './sql.js';

/** Selects the format and the guard. Only `text` may contain a formula; a `phone` may look like one. */
export type CsvColumnType =
  'text' | 'phone' | 'word' | 'uuid' | 'integer' | 'money' | 'boolean' | 'date' | 'instant' | 'textList';

export interface CsvColumn {
  readonly header: string;
  /** SQL from our source code, e.g. `c.postal_code`. */
  readonly expression: string;
  readonly type: CsvColumnType;
}

export interface CsvDialect {
  readonly delimiter: ';' | ',' | '\t';
  /** Byte order mark. Without it, French Excel does not read the file as UTF-8. */
  readonly bom: boolean;
  /** For French spreadsheets: decimal commas, dd/mm/yyyy, and `="06000"` for texts that would be read as numbers or dates. */
  readonly excelFr: boolean;
  /** IANA name of the time zone in which instants become dates. The transaction sets it: naming it in each cell takes three times as long. */
  readonly timeZone: string;
}

/** The byte order mark, if any, and the header row. */
export function csvHeader(columns: readonly CsvColumn[], { delimiter, bom }: CsvDialect): string {
  return stringify([columns.map(({ header }) => header)], { delimiter, bom, record_delimiter: 'windows' });
}

/** The text of `COPY (…) TO STDOUT` for a query. Values are only quoted where necessary. */
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
  instant: (value, dialect) => daySql(sql`${value}::date`, dialect),
  money: (value, { excelFr }) => (excelFr ? sql`replace(${value}::text, '.', ',')` : value),
  textList: (value, { excelFr }) => sql`CASE WHEN ${value} = '{}' THEN NULL
    ${excelFr ? shownAsText(sql`app.csv_list(${value})`) : sql``}
    WHEN array_to_string(${value}, '') !~ '[,\\\\]' AND ${startsHarmlessly(sql`(${value})[1]`)} THEN array_to_string(${value}, ', ')
    ELSE app.csv_guard(app.csv_list(${value})) END`,
};

function cellSql({ expression, type }: CsvColumn, dialect: CsvDialect): Sql {
  return CELLS[type](rawSql(expression), dialect);
}

/** PostgreSQL writes dates in ISO 8601, because the export sets DateStyle. This takes a tenth of the time of to_char. */
function daySql(day: Sql, { excelFr }: CsvDialect): Sql {
  return excelFr ? sql`to_char(${day}, 'DD/MM/YYYY')` : day;
}

/**
 * Case-insensitive regular expression for texts that a French spreadsheet converts to a number, a date or a boolean: texts that begin
 * with a digit, a sign, a point or a comma; true and false in French and English; a number in parentheses, which is negative; a month
 * with a day or a year, with or without a weekday.
 * The look-ahead excludes texts with characters that are special inside the quotes of a formula, and texts too long for a formula.
 */
const READ_AS_VALUE = [
  '^(?=[0-9A-Za-z+().,/ -]{1,250}$)(?:[0-9+.,-]',
  '(?:vrai|faux|true|false)$',
  '\\([0-9 .,+-]*\\)$',
  '(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|janv|janvier|mars|avr|avril|mai|juin|juil|juillet|sept|septembre|' +
    'oct|octobre|nov|novembre)[ ./-].*[0-9])',
].join('|');

/** A branch of CASE that returns `="06000"`, which spreadsheets show as the text 06000. The value needs no escaping. */
function shownAsText(value: Sql): Sql {
  return sql`WHEN ${value} ~* ${rawSql(`'${READ_AS_VALUE}'`)} THEN '="' || ${value} || '"'`;
}

function guarded(value: Sql): Sql {
  return sql`CASE WHEN ${startsHarmlessly(value)} THEN ${value} ELSE app.csv_guard(${value}) END`;
}

/** Code points of digits and Latin letters, accented ones included. No formula starts with one of them. */
const HARMLESS = [...span(48, 57), ...span(65, 90), ...span(97, 122), ...span(192, 591)];

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** True for nearly all cells, in a tenth of the time of the pattern in app.csv_guard. PostgreSQL searches long lists by hash. */
function startsHarmlessly(value: Sql): Sql {
  return sql`ascii(${value}) = ANY (${rawSql(`'{${HARMLESS.join()}}'::integer[]`)})`;
}
