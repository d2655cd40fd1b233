/** Counts the records of a list, exactly or up to a limit. */
import { filterForm } from './filter-form.js';
import { conditionsSql, fromSql, type RecordList, type RecordSelection, type RecordTable } from './record-table.js';
import { sql, type Sql } from '../postgres/sql.js';

/** How many records the selection holds, as `total`. */
export function countSql<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  selection: RecordSelection,
): Sql {
  return sql`SELECT count(*)::integer AS total FROM ${fromSql(table)} WHERE ${conditionsSql(table, tenantId, selection)}`;
}

/** A list with a filter or a search is counted up to this number. */
export const MAX_COUNTED = 10_000;

/** Whether the caller filters or searches the list, or wants deleted records, whose number nobody limits. */
export function isNarrowed<Row extends object>(
  { usualFilter }: RecordTable<Row>,
  { filter, search, deleted }: RecordSelection,
): boolean {
  if (search || deleted) return true;
  const form = filterForm(filter);
  return form !== null && JSON.stringify(form) !== JSON.stringify(usualFilter);
}

/** The same for a page's total, as `total`: one more than MAX_COUNTED where counting stops there. */
export function totalSql<Row extends object>(
  table: RecordTable<Row>,
  tenantId: string,
  selection: RecordSelection,
): Sql {
  if (!isNarrowed(table, selection)) return countSql(table, tenantId, selection);
  return sql`SELECT count(*)::integer AS total FROM (SELECT FROM ${fromSql(table)}
    WHERE ${conditionsSql(table, tenantId, selection)} LIMIT ${MAX_COUNTED + 1}) counted`;
}

/** Whether the look-up of the search has counted the list already: nothing else narrows it, and more rows hold the text than are counted. */
export function isFoundInMany<Row extends object>(
  { searched }: RecordTable<Row>,
  { filter, search, ownerId, found }: RecordSelection,
): boolean {
  if (!search || !searched || ownerId !== undefined || filterForm(filter) !== null) return false;
  return found?.manyOf({ table: searched.table, text: search }) === 'counted';
}

/** @param counted what totalSql made of the selection */
export function readTotal<Row extends object>(
  table: RecordTable<Row>,
  selection: RecordSelection,
  counted: number,
): Required<Pick<RecordList<Row>, 'total' | 'isTotalExact'>> {
  const isTotalExact = counted <= MAX_COUNTED || !isNarrowed(table, selection);
  return { total: isTotalExact ? counted : MAX_COUNTED, isTotalExact };
}
