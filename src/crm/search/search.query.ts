/** The search over all kinds of record, in one statement. */
import { RECORD_NOUNS, type RecordNoun } from '../../access/rights/record-kinds.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { Filter } from '../../platform/lists/filter-columns.js';
import { conditionsSql, type RecordTable } from '../../platform/lists/record-table.js';
import { joinSql, rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import { activityTable } from '../activity/activity.query.js';
import { contactTable } from '../contact/contact.query.js';
import { customerTable } from '../customer/customer.query.js';
import { opportunityTable } from '../opportunity/opportunity.query.js';

export interface SearchHitRow {
  readonly type: RecordNoun;
  readonly id: string;
  readonly title: string;
  readonly subtitle: string | null;
}

export interface SearchQuery {
  readonly text: string;
  readonly kinds: readonly RecordNoun[];
  readonly limit: number;
}

/** Columns of a kind's hits. Every one of them is text of this file. */
interface SearchedTable {
  readonly conditions: (tenantId: string, search: string) => Sql;
  readonly from: string;
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly customerId: string;
  /** What a good hit begins with: the title, the code. */
  readonly beginnings: readonly string[];
}

function conditionsOf<Row extends object>(table: RecordTable<Row>, filter?: Filter): SearchedTable['conditions'] {
  return (tenantId, search) => conditionsSql(table, tenantId, { search, filter });
}

/** As in lists of contacts. */
const ACTIVE: object = { isActive: { eq: true } };

const TABLES: Readonly<Record<RecordNoun, SearchedTable>> = {
  customer: {
    conditions: conditionsOf(customerTable),
    from: 'customers c',
    id: 'c.id',
    title: 'c.name',
    subtitle: 'c.code',
    customerId: 'NULL::uuid',
    beginnings: ['c.name', 'c.code'],
  },
  contact: {
    conditions: conditionsOf(contactTable, ACTIVE),
    from: 'contacts k',
    id: 'k.id',
    title: "k.first_name || ' ' || k.last_name",
    subtitle: 'NULL',
    customerId: 'k.customer_id',
    beginnings: ["k.first_name || ' ' || k.last_name", "k.last_name || ' ' || k.first_name"],
  },
  opportunity: {
    conditions: conditionsOf(opportunityTable),
    from: 'opportunities o',
    id: 'o.id',
    title: 'o.name',
    subtitle: 'NULL',
    customerId: 'o.customer_id',
    beginnings: ['o.name', 'o.code'],
  },
  activity: {
    conditions: conditionsOf(activityTable),
    from: 'activities a',
    id: 'a.id',
    title: 'a.subject',
    subtitle: 'NULL',
    customerId: 'a.customer_id',
    beginnings: ['a.subject'],
  },
};

/** Best hits first: those that begin with the text, those that have it as whole words, the others; each by title. */
const RANKED = rawSql('place, folded, kind, id');

/** @returns at most so many records that hold the text, the best first: always the same ones in the same order */
export function searchRecords(reader: TenantReader, query: SearchQuery): Promise<SearchHitRow[]> {
  const { tenantId } = reader;
  const kinds = RECORD_NOUNS.filter((kind) => query.kinds.includes(kind));
  const hits = joinSql(
    kinds.map((kind) => hitsSql(kind, tenantId, query)),
    ' UNION ALL ',
  );
  return reader.rows<SearchHitRow>(
    sql`SELECT hit.type, hit.id, hit.title, coalesce(hit.subtitle, c.name) AS subtitle
      FROM (SELECT * FROM (${hits}) one ORDER BY ${RANKED} LIMIT ${query.limit}) hit
      LEFT JOIN customers c ON c.tenant_id = ${tenantId} AND c.id = hit.customer_id AND c.deleted_at IS NULL
      ORDER BY hit.place, hit.folded, hit.kind, hit.id`,
  );
}

/** The best hits of one kind, with what ranks them. */
function hitsSql(kind: RecordNoun, tenantId: string, { text, limit }: SearchQuery): Sql {
  const table = TABLES[kind];
  // Kinds stand in this order where titles are equal.
  const order = RECORD_NOUNS.indexOf(kind);
  const begins = joinSql(
    table.beginnings.map((column) => sql`starts_with(app.fold(${rawSql(column)}), app.fold(${text}))`),
    ' OR ',
  );
  const title = rawSql(table.title);
  return sql`(SELECT ${rawSql(`'${kind}'`)} AS type, ${rawSql(`${order} AS kind, ${table.id} AS id`)},
      ${title} AS title, ${rawSql(`${table.subtitle} AS subtitle, ${table.customerId} AS customer_id`)},
      app.fold(${title}) COLLATE "und-x-icu" AS folded,
      CASE WHEN ${begins} THEN 0 WHEN position(${wordsSql(sql`${text}`)} IN ${wordsSql(title)}) > 0 THEN 1 ELSE 2 END AS place
    FROM ${rawSql(table.from)} WHERE ${table.conditions(tenantId, text)} ORDER BY ${RANKED} LIMIT ${limit})`;
}

/** The words with one blank around each. */
function wordsSql(text: Sql): Sql {
  return sql`regexp_replace(' ' || app.fold(${text}) || ' ', '[^[:alnum:]]+', ' ', 'g')`;
}
