/** Which texts of a list's conditions are looked up in the trigram index before its rows are read. */
import { joinSql, rawSql, sql, type Sql } from '../postgres/sql.js';
import type { Filter, FilterColumn, FilterColumns, FilterRelation, RelatedList } from './filter-columns.js';
import { readOperand } from './filters.js';
import { lookUpSql } from './look-up.js';
import { MAX_COUNTED } from './record-count.js';
import type { RecordSelection, RecordTable } from './record-table.js';
import { FoundTexts, type TextLookup } from './text-conditions.js';

/** A shorter text has no trigram, and most rows hold it, so a scan in any order finds some soon. */
const MIN_LENGTH = 3;
/** The longest texts are looked up, because they are probably the rarest. */
const MAX_LOOKUPS = 4;
/** A text that more rows hold is not looked up: reading in the list's order soon finds one of them. No total counts further. */
const MAX_FOUND = MAX_COUNTED;
/** What the functions return in place of more ids. */
const MORE = '{NULL}';

/** The texts of a valid filter and search that are worth looking up. */
export function textLookups<Row extends object>(
  { searched, filterColumns }: RecordTable<Row>,
  { filter, search }: RecordSelection,
): readonly TextLookup[] {
  const wanted: TextLookup[] = filter ? lookupsIn(filter, filterColumns) : [];
  if (search && searched) wanted.push({ table: searched.table, text: search });
  const byKey = new Map(wanted.filter(isWorthIt).map((one) => [`${one.table} ${one.text}`, one]));
  return [...byKey.values()].sort((one, other) => lengthOf(other.text) - lengthOf(one.text)).slice(0, MAX_LOOKUPS);
}

/** One text in several tables. */
export function lookupsOf(tables: readonly string[], text: string): readonly TextLookup[] {
  return tables.map((table) => ({ table, text })).filter(isWorthIt);
}

function isWorthIt({ text }: TextLookup): boolean {
  return lengthOf(text) >= MIN_LENGTH;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The texts of conditions that may match a record. Negated conditions are skipped. */
function lookupsIn(filter: Filter, columns: FilterColumns): TextLookup[] {
  return Object.entries(filter).flatMap(([name, value]: [string, unknown]) => {
    if (value === null || value === undefined || name === 'not') return [];
    if (name === 'and' || name === 'or')
      // A connective is a list of filters: the schema says so.
      return (value as readonly Filter[]).flatMap((part) => lookupsIn(part, columns));
    const field = columns[name];
    if (!field) return [];
    // A field has the value that its input type allows.
    return 'target' in field ? lookupsBelow(field, value) : lookupOf(field, value);
  });
}

function lookupsBelow({ target, toMany }: FilterRelation, value: Filter & RelatedList): TextLookup[] {
  const related = toMany ? value.some : value;
  return related ? lookupsIn(related, target.columns(target.alias)) : [];
}

function lookupOf(column: FilterColumn, operators: object): TextLookup[] {
  const text: unknown = 'contains' in operators ? readOperand(column, operators.contains, []) : null;
  return column.searched && typeof text === 'string' ? [{ table: column.searched.table, text }] : [];
}

/** The ids of the rows that hold each text, as text; null or MORE where they are many. */
export function lookupSql(lookups: readonly TextLookup[]): Sql {
  const columns = lookups.map((lookup, index) => sql`${lookUpSql(lookup, MAX_FOUND)}::text AS ${rawSql(`"${index}"`)}`);
  return sql`SELECT ${joinSql(columns, ', ')}`;
}

/** @param row of that statement */
export function foundTexts(lookups: readonly TextLookup[], row: Readonly<Record<string, string | null>>): FoundTexts {
  const found = new FoundTexts();
  for (const [index, lookup] of lookups.entries()) {
    const ids = row[index] ?? null;
    if (ids === null) found.addMany(lookup, 'sampled');
    else if (ids === MORE) found.addMany(lookup, 'counted');
    else found.add(lookup, ids);
  }
  return found;
}
