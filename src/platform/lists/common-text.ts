/**
 * Pages of rows that hold a text which many rows hold, or may hold. Under row-level security no index of texts serves, so rows are read in the
 * order of the list until a page is full. Where the text goes with the order – names that begin with it, sorted by name – that would be nearly
 * all of them, each from its own place. So only the next rows are read so; then those that the trigram index finds; and all of them,
 * as they lie, only where even these are too many.
 */
import { orderBySql, type OrderKey } from './keyset.js';
import { lookUpSql } from './look-up.js';
import { joinSql, rawSql, sql, type Sql } from '../postgres/sql.js';
import type { TextLookup } from './text-conditions.js';

interface CommonTextPage {
  /** In reading direction. */
  readonly order: readonly OrderKey[];
  readonly positions: readonly Sql[];
  /** Rows of the page and those passed over. */
  readonly most: number;
}

interface CommonTextList {
  readonly name: string;
  readonly alias: string;
  /** The conditions of all rows of the tenant, and of those of the list. */
  readonly ofTenant: Sql;
  readonly where: Sql;
  /** Undefined where the text is not of the list's search. */
  readonly search: TextLookup | undefined;
}

/** So many rows in the order of the list are looked at first: a text that one row in two hundred holds fills the usual page. */
const NEXT_ROWS = 5000;
/** Written out: a plan for any number would expect a tenth of the table. Pages far from the beginning pass over more. */
const NEXT = rawSql(String(NEXT_ROWS));
const NEXT_OF_DEEP = rawSql('30000');
/** So many are looked up then: about half a second. */
const MAX_LATE = 200_000;

/** The ids of the rows, in their order. */
export function idsOfCommonText(list: CommonTextList, { order, positions, most }: CommonTextPage): Sql {
  const { alias, ofTenant, where, search } = list;
  const name = rawSql(alias);
  const from = rawSql(`${list.name} ${alias}`);
  const by = orderBySql(order);
  // Each once: a caller may ask for an order twice.
  const columns = rawSql([...new Set(order.map(({ column }) => column))].join(', '));
  const matching = joinSql([where, ...positions], ' AND ');
  const first = (source: Sql, condition: Sql): Sql =>
    sql`SELECT row_number() OVER () AS place, id FROM (SELECT ${name}.id FROM (${source}) ${name} WHERE ${condition} ORDER BY ${by} LIMIT ${most}) ordered`;
  const next = sql`SELECT ${name}.* FROM ${from} WHERE ${joinSql([ofTenant, ...positions], ' AND ')} ORDER BY ${by} LIMIT ${most * 4 < NEXT_ROWS ? NEXT : NEXT_OF_DEEP}`;
  // OFFSET 0 has PostgreSQL look for all rows, in whatever order is cheapest.
  const found = sql`SELECT ${columns} FROM looked_up, unnest(looked_up.ids) hit (id), ${from} WHERE ${name}.id = hit.id AND ${matching} OFFSET 0`;
  const all = sql`SELECT ${columns} FROM ${from} WHERE ${matching} OFFSET 0`;
  const lookUp = search ? lookUpSql(search, MAX_LATE) : sql`NULL::uuid[]`;
  return sql`WITH soon AS MATERIALIZED (${first(next, where)}),
      looked_up AS MATERIALIZED (SELECT ${lookUp} AS ids WHERE (SELECT count(*) FROM soon) < ${most})
    SELECT id FROM (SELECT place, id FROM soon WHERE (SELECT count(*) FROM soon) = ${most}
      UNION ALL (${first(found, sql`(SELECT cardinality(array_remove(ids, NULL)) > 0 FROM looked_up)`)})
      UNION ALL (${first(all, sql`(SELECT cardinality(ids) IS DISTINCT FROM 0 AND ids[1] IS NULL FROM looked_up)`)})) placed (place, id)
    ORDER BY place`;
}
