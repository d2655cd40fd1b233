/** The search over all record types: one statement per page, after the lookups of the text. */
import { lookUp } from '../../access/loaders/record-lists.js';
import { RECORD_TYPES, type RecordType } from '../../access/rights/record-types.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { afterSql, orderBySql, type OrderKey, type Position } from '../../platform/lists/keyset.js';
import { conditionsSql, type RecordTable } from '../../platform/lists/record-table.js';
import { MAX_COUNTED } from '../../platform/lists/record-count.js';
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
  /** Whether hits may tell the names of the customers that they belong to. */
  readonly withCustomers: boolean;
}

export interface SearchPage {
  readonly rows: readonly SearchHitRow[];
  /** undefined unless it was requested. */
  readonly total: number | undefined;
  /** Whether counting came to its end. */
  readonly isTotalExact?: boolean;
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
  /** The order in which many hits are looked through: the key's. */
  readonly order: string;
  /** The order of an index whose first column the title begins with. */
  readonly byTitle?: readonly [first: string, ...rest: string[]];
  /** Whether every record that holds the text is a hit. */
  readonly isWhole: boolean;
}

/** @param table whose hits are those of its lists: active contacts only */
function searchedIn<Row extends object>(
  table: RecordTable<Row>,
): Pick<SearchedTable, 'conditions' | 'table' | 'alias' | 'isWhole'> {
  const { name, alias, usualFilter: filter } = table;
  return {
    table: name,
    alias,
    isWhole: !filter,
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
    order: 'c.id',
    byTitle: ['c.name', 'c.id'],
  },
  contact: {
    ...searchedIn(contactTable),
    title: "k.first_name || ' ' || k.last_name",
    folded: "app.fold(k.first_name || ' ' || k.last_name)",
    subtitle: 'NULL',
    customerId: 'k.customer_id',
    otherBeginning: "app.fold(k.last_name || ' ' || k.first_name)",
    order: 'k.id',
    byTitle: ['k.last_name', 'k.first_name', 'k.id'],
  },
  opportunity: {
    ...searchedIn(opportunityTable),
    title: 'o.name',
    folded: 'app.fold(o.name)',
    subtitle: 'NULL',
    customerId: 'o.customer_id',
    otherBeginning: 'app.fold(o.code)',
    order: 'o.id',
    byTitle: ['o.name', 'o.id'],
  },
  activity: {
    ...searchedIn(activityTable),
    title: 'a.subject',
    folded: 'a.search_text',
    subtitle: 'NULL',
    customerId: 'a.customer_id',
    otherBeginning: 'NULL::text',
    order: 'a.id DESC',
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
  const count = query.withTotal ? totalSql(tenantId, query, found) : [];
  const results = await reader.batch([...page, ...count]);
  // The reader returns rows in the form of their statements.
  const rows = page.length > 0 ? (results[0] as unknown as SearchHitRow[]) : [];
  const counted = count.length > 0 ? results.at(-1) : MORE_THAN_COUNTED;
  return query.withTotal ? { rows, ...readTotal(counted as { total: number }[]) } : { rows, total: undefined };
}

/** Where nothing was left to count. */
const MORE_THAN_COUNTED = [{ total: MAX_COUNTED + 1 }];

function readTotal([counted]: readonly { readonly total: number }[]): Pick<SearchPage, 'total' | 'isTotalExact'> {
  const total = counted?.total ?? 0;
  return { total: Math.min(total, MAX_COUNTED), isTotalExact: total <= MAX_COUNTED };
}

/** Whether the look-up of the text has counted more hits than a total counts. */
function isFoundInMany({ types, text }: SearchQuery, found: FoundTexts | undefined): boolean {
  return types.some((type) => {
    const { table, isWhole } = TABLES[type];
    return isWhole && found?.manyOf({ table, text }) === 'counted';
  });
}

function pageSql(tenantId: string, query: SearchQuery, found: FoundTexts | undefined): Sql {
  const hits = joinSql(
    query.types.map((type) => hitsSql(type, tenantId, query, found)),
    ' UNION ALL ',
  );
  const [subtitle, customers] = query.withCustomers
    ? [
        sql`coalesce(hit.subtitle, c.name)`,
        sql`LEFT JOIN customers c ON c.tenant_id = ${tenantId} AND c.id = hit.customer_id AND c.deleted_at IS NULL`,
      ]
    : [sql`hit.subtitle`, sql``];
  return sql`SELECT hit.type, hit.id, hit.title, ${subtitle} AS subtitle, hit.rank, hit.folded, hit."typeOrder"
      FROM (SELECT * FROM (${hits}) one ORDER BY ${RANKED} LIMIT ${query.limit}) hit
      ${customers}
      ORDER BY hit.rank, hit.folded, hit."typeOrder", hit.id`;
}

/**
 * A count evaluates the conditions alone, without the rank, and stops where the total of a list does.
 * @returns nothing where a look-up of the text has counted the hits already
 */
function totalSql(tenantId: string, query: SearchQuery, found: FoundTexts | undefined): Sql[] {
  if (isFoundInMany(query, found)) return [];
  const { types, text } = query;
  const counts = types.map((type) => {
    const { table, alias, conditions } = TABLES[type];
    return sql`(SELECT count(*) FROM (SELECT FROM ${rawSql(`${table} ${alias}`)}
      WHERE ${conditions(tenantId, text, found)} LIMIT ${MAX_COUNTED + 1}) counted)`;
  });
  return [sql`SELECT (${joinSql(counts, ' + ')})::integer AS total`];
}

/** The best hits of one type after the cursor, with what ranks them. */
function hitsSql(type: RecordType, tenantId: string, query: SearchQuery, found: FoundTexts | undefined): Sql {
  const { text, limit, after } = query;
  // The order of record types among equal titles.
  const order = RECORD_TYPES.indexOf(type);
  const begins = (column: string): Sql => sql`starts_with(${rawSql(column)}, ${foldedSql(text)})`;
  const words = sql`(SELECT ${wordsSql(sql`app.fold(${text})`)})`;
  const beyond = after ? sql`WHERE ${afterSql(BEST_FIRST, after)}` : sql``;
  return sql`(SELECT * FROM (SELECT ${rawSql(`'${type}' AS type, ${order} AS "typeOrder", id, title, subtitle, customer_id`)},
      folded COLLATE "und-x-icu" AS folded,
      CASE WHEN ${begins('folded')} OR ${begins('other')} THEN 0
        WHEN position(${words} IN ${wordsSql(rawSql('folded'))}) > 0 THEN 1 ELSE 2 END AS rank
    FROM (${matchingSql(type, tenantId, text, found)}) matching) hits
    ${beyond} ORDER BY ${RANKED} LIMIT ${limit})`;
}

/** In a subquery, so that the text is folded once and not for each row. */
function foldedSql(text: string): Sql {
  return sql`(SELECT app.fold(${text}))`;
}

/** Of a text that many records of a type hold, so many are ranked, and as many of those that begin with it. */
const MAX_RANKED = 1000;

/**
 * The records of one type that hold the text: all of them if they are few, else the first ones – of activities the newest – and those whose
 * title begins with the text. U+FFFF sorts behind every character.
 */
function matchingSql(type: RecordType, tenantId: string, text: string, found: FoundTexts | undefined): Sql {
  const { table, alias, title, folded, subtitle, customerId, otherBeginning, conditions, order, byTitle } =
    TABLES[type];
  const rows = sql`SELECT ${rawSql(`${alias}.id, ${title} AS title, ${subtitle}::text AS subtitle, ${customerId} AS customer_id`)},
        ${rawSql(`${folded} AS folded, ${otherBeginning} AS other`)}
      FROM ${rawSql(`${table} ${alias}`)} WHERE ${conditions(tenantId, text, found)}`;
  // OFFSET 0 keeps PostgreSQL from merging the subquery, so that each title is folded once; folding is slow.
  if (found?.fewOf({ table, text })) return sql`${rows} OFFSET 0`;
  const first = sql`${rows} ORDER BY ${rawSql(order)} LIMIT ${RANKED_ROWS}`;
  if (!byTitle) return first;
  const column = rawSql(byTitle[0]);
  const begins = sql`${column} >= ${foldedSql(text)} AND ${column} < ${foldedSql(text)} || chr(65535)`;
  return sql`(${first}) UNION (${rows} AND ${begins} ORDER BY ${rawSql(byTitle.join(', '))} LIMIT ${RANKED_ROWS})`;
}

/** Written out: a plan for any number would expect a tenth of the table. */
const RANKED_ROWS = rawSql(String(MAX_RANKED));

/** The words of a folded text with one blank around each. */
function wordsSql(folded: Sql): Sql {
  return sql`regexp_replace(' ' || ${folded} || ' ', '[^[:alnum:]]+', ' ', 'g')`;
}
