/** The search over all record types: one statement per page, after the lookups of the text. */
import { lookUp } from '../../access/loaders/record-lists.js';
import { RECORD_TYPES, type RecordType } from '../../access/rights/record-types.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { afterSql, orderBySql, type OrderKey, type Position } from '../../platform/lists/keyset.js';
import { conditionsSql, type RecordTable } from '../../platform/lists/record-table.js';
import { lookupsOf } from '../../platform/lists/text-lookups.js';
import type { FoundTexts } from '../../platform/lists/text-conditions.js';
import { joinSql, rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import { activityTable } from '../activity/activity.query.js';
import { contactTable } from '../contact/contact.query.js';
import { customerTable } from '../customer/customer.query.js';
import { opportunityTable } from '../opportunity/opportunity.query.js';

export interface SearchHitRow {
  readonly type: RecordType;
  readonly id: string;
  readonly title: string;
  readonly subtitle: string | null;
  /** The order: `rank`, then `folded`, then `typeOrder`. */
  readonly rank: number;
  readonly folded: string;
  readonly typeOrder: number;
}

export interface SearchQuery {
  readonly text: string;
  readonly types: readonly RecordType[];
  readonly limit: number;
  readonly after: Position | undefined;
  readonly withRows: boolean;
  readonly withTotal: boolean;
}

export interface SearchPage {
  readonly rows: readonly SearchHitRow[];
  /** undefined unless it was requested. */
  readonly total: number | undefined;
}

/** The columns of a record type's hits, as SQL. All of it is written in this file; none of it comes from callers. */
interface SearchedTable {
  readonly conditions: (tenantId: string, search: string, found: FoundTexts | undefined) => Sql;
  readonly table: string;
  readonly alias: string;
  readonly title: string;
  /** The title, folded. */
  readonly folded: string;
  readonly subtitle: string;
  readonly customerId: string;
  /** A second folded text whose begin counts like the title's: the code, or the name in the other order. */
  readonly otherBeginning: string;
}

/** @param table whose hits are those of its lists: active contacts only */
function searchedIn<Row extends object>(
  table: RecordTable<Row>,
): Pick<SearchedTable, 'conditions' | 'table' | 'alias'> {
  const { name, alias, usualFilter: filter } = table;
  return {
    table: name,
    alias,
    conditions: (tenantId, search, found) => conditionsSql(table, tenantId, { search, filter, found }),
  };
}

const TABLES: Readonly<Record<RecordType, SearchedTable>> = {
  customer: {
    ...searchedIn(customerTable),
    title: 'c.name',
    folded: 'app.fold(c.name)',
    subtitle: 'c.code',
    customerId: 'NULL::uuid',
    otherBeginning: 'app.fold(c.code)',
  },
  contact: {
    ...searchedIn(contactTable),
    title: "k.first_name || ' ' || k.last_name",
    folded: "app.fold(k.first_name || ' ' || k.last_name)",
    subtitle: 'NULL',
    customerId: 'k.customer_id',
    otherBeginning: "app.fold(k.last_name || ' ' || k.first_name)",
  },
  opportunity: {
    ...searchedIn(opportunityTable),
    title: 'o.name',
    folded: 'app.fold(o.name)',
    subtitle: 'NULL',
    customerId: 'o.customer_id',
    otherBeginning: 'app.fold(o.code)',
  },
  activity: {
    ...searchedIn(activityTable),
    title: 'a.subject',
    folded: 'a.search_text',
    subtitle: 'NULL',
    customerId: 'a.customer_id',
    otherBeginning: 'NULL::text',
  },
};

/** The order of hits: first those that begin with the text, then those that contain it as whole words, then the others; each by title. */
export const BEST_FIRST: readonly OrderKey[] = [
  { column: 'rank', property: 'rank', type: 'integer', direction: 'ASC', nulls: 'LAST' },
  { column: 'folded', property: 'folded', type: 'text', direction: 'ASC', nulls: 'LAST' },
  { column: '"typeOrder"', property: 'typeOrder', type: 'integer', direction: 'ASC', nulls: 'LAST' },
  { column: 'id', property: 'id', type: 'uuid', direction: 'ASC', nulls: 'LAST' },
];
const RANKED = orderBySql(BEST_FIRST);

/** @returns one page of the records that contain the text and, if requested, their number: one round trip after the lookups */
export async function searchRecords(reader: TenantReader, query: SearchQuery): Promise<SearchPage> {
  if (!query.withRows && !query.withTotal) return { rows: [], total: undefined };
  const { tenantId } = reader;
  const tables = query.types.map((type) => TABLES[type].table);
  const found = await lookUp(reader, lookupsOf(tables, query.text));
  const page = query.withRows ? [pageSql(tenantId, query, found)] : [];
  const count = query.withTotal ? [totalSql(tenantId, query, found)] : [];
  const results = await reader.batch([...page, ...count]);
  // The reader returns rows in the form of their statements.
  const rows = page.length > 0 ? (results[0] as unknown as SearchHitRow[]) : [];
  const total = count.length > 0 ? (results.at(-1) as { total: number }[])[0]?.total : undefined;
  return { rows, total };
}

function pageSql(tenantId: string, query: SearchQuery, found: FoundTexts | undefined): Sql {
  const hits = joinSql(
    query.types.map((type) => hitsSql(type, tenantId, query, found)),
    ' UNION ALL ',
  );
  return sql`SELECT hit.type, hit.id, hit.title, coalesce(hit.subtitle, c.name) AS subtitle, hit.rank, hit.folded, hit."typeOrder"
      FROM (SELECT * FROM (${hits}) one ORDER BY ${RANKED} LIMIT ${query.limit}) hit
      LEFT JOIN customers c ON c.tenant_id = ${tenantId} AND c.id = hit.customer_id AND c.deleted_at IS NULL
      ORDER BY hit.rank, hit.folded, hit."typeOrder", hit.id`;
}

/** A count evaluates the conditions alone, without the rank. */
function totalSql(tenantId: string, { types, text }: SearchQuery, found: FoundTexts | undefined): Sql {
  const counts = types.map((type) => {
    const { table, alias, conditions } = TABLES[type];
    return sql`(SELECT count(*) FROM ${rawSql(`${table} ${alias}`)} WHERE ${conditions(tenantId, text, found)})`;
  });
  return sql`SELECT (${joinSql(counts, ' + ')})::integer AS total`;
}

/** The best hits of one type after the cursor, with what ranks them. */
function hitsSql(type: RecordType, tenantId: string, query: SearchQuery, found: FoundTexts | undefined): Sql {
  const { text, limit, after } = query;
  const { table, alias, title, folded, subtitle, customerId, otherBeginning, conditions } = TABLES[type];
  // The order of record types among equal titles.
  const order = RECORD_TYPES.indexOf(type);
  // In a subquery, so that the text is folded once and not for each row.
  const begins = (column: string): Sql => sql`starts_with(${rawSql(column)}, (SELECT app.fold(${text})))`;
  const words = sql`(SELECT ${wordsSql(sql`app.fold(${text})`)})`;
  const beyond = after ? sql`WHERE ${afterSql(BEST_FIRST, after)}` : sql``;
  // OFFSET 0 keeps PostgreSQL from merging the subquery, so that each title is folded once; folding is slow.
  return sql`(SELECT * FROM (SELECT ${rawSql(`'${type}' AS type, ${order} AS "typeOrder", id, title, subtitle, customer_id`)},
      folded COLLATE "und-x-icu" AS folded,
      CASE WHEN ${begins('folded')} OR ${begins('other')} THEN 0
        WHEN position(${words} IN ${wordsSql(rawSql('folded'))}) > 0 THEN 1 ELSE 2 END AS rank
    FROM (SELECT ${rawSql(`${alias}.id, ${title} AS title, ${subtitle} AS subtitle, ${customerId} AS customer_id`)},
        ${rawSql(`${folded} AS folded, ${otherBeginning} AS other`)}
      FROM ${rawSql(`${table} ${alias}`)} WHERE ${conditions(tenantId, text, found)} OFFSET 0) matching) hits
    ${beyond} ORDER BY ${RANKED} LIMIT ${limit})`;
}

/** The words of a folded text with one blank around each. */
function wordsSql(folded: Sql): Sql {
  return sql`regexp_replace(' ' || ${folded} || ' ', '[^[:alnum:]]+', ' ', 'g')`;
}
