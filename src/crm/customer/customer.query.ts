/** Reads of customers: plain rows through the tenant-bound reader, each statement naming its tenant. */
import type { TenantReader } from '../../access/tenant-reader.js';
import { filterSql, type Filter } from '../../platform/filters.js';
import { toRestName } from '../../platform/input-members.js';
import { afterSql, orderBySql, reverseOrder, type OrderKey, type Position } from '../../platform/keyset.js';
import { joinSql, rawSql, sql, type Sql } from '../../platform/sql.js';
import type { Customer } from './customer.entity.js';
import { CUSTOMER_FILTER_COLUMNS, searchedCustomers } from './customer.filter.js';

export type CustomerRow = Readonly<Omit<Customer, 'tenantId' | 'deletedAt' | symbol>>;
export type CustomerProperty = Extract<keyof CustomerRow, string>;

/** Every published member, in the order of REST answers. */
export const CUSTOMER_PROPERTIES = [
  'id', 'code', 'name', 'legalName', 'type', 'email', 'phone', 'mobile', 'website', 'addressLine1', 'addressLine2', 'city',
  'state', 'postalCode', 'countryCode', 'taxId', 'registrationNumber', 'legalForm', 'assignedTo', 'industry', 'size',
  'annualRevenue', 'employeeCount', 'paymentTerms', 'paymentMethod', 'creditLimit', 'currency', 'discountRate', 'tags',
  'segment', 'source', 'notes', 'internalNotes', 'isActive', 'leadScore', 'healthScore', 'totalRevenue', 'orderCount',
  'lastOrderDate', 'firstOrderDate', 'createdBy', 'createdAt', 'updatedAt', 'version',
] as const satisfies readonly CustomerProperty[]; // prettier-ignore

/** By the list itself, which lives as long as the document that it was made for. */
const selectLists = new WeakMap<readonly CustomerProperty[], Sql>();

/** `c.id, c.country_code AS "countryCode"`: only what the caller will look at. */
function selectList(properties: readonly CustomerProperty[]): Sql {
  let list = selectLists.get(properties);
  if (!list) {
    const columns = properties.map((property) => {
      const column = toRestName(property);
      return column === property ? `c.${column}` : `c.${column} AS "${property}"`;
    });
    selectLists.set(properties, (list = rawSql(columns.join(', '))));
  }
  return list;
}

/** What makes one customer: its id, or its code. */
export type CustomerKey = { readonly id: string } | { readonly code: string };

/** @returns the live customer, undefined when there is none in this tenant */
export async function findCustomer(
  reader: TenantReader,
  key: CustomerKey,
  properties: readonly CustomerProperty[] = CUSTOMER_PROPERTIES,
): Promise<CustomerRow | undefined> {
  const condition = 'id' in key ? sql`c.id = ${key.id}` : sql`c.code = ${key.code}`;
  const [row] = await reader.rows<CustomerRow>(
    sql`SELECT ${selectList(properties)} FROM customers c
      WHERE c.tenant_id = ${reader.tenantId} AND ${condition} AND c.deleted_at IS NULL`,
  );
  return row;
}

/** The customer, deleted or not: what an idempotent retry of a delete answers with. */
export async function findCustomerEvenDeleted(reader: TenantReader, id: string): Promise<CustomerRow | undefined> {
  const [row] = await reader.rows<CustomerRow>(
    sql`SELECT ${selectList(CUSTOMER_PROPERTIES)} FROM customers c WHERE c.tenant_id = ${reader.tenantId} AND c.id = ${id}`,
  );
  return row;
}

/** Which customers. */
export interface CustomerSelection {
  readonly filter?: Filter | null | undefined;
  /** Substring of name, code, e-mail or city, or digits of a telephone. */
  readonly search?: string | null | undefined;
  /** Only those that this user created or is responsible for. */
  readonly ownerId?: string | undefined;
}

/** Which of them, in which order, and what of each. */
export interface CustomerListQuery extends CustomerSelection {
  readonly order: readonly OrderKey[];
  readonly properties: readonly CustomerProperty[];
  readonly limit: number;
  readonly offset?: number;
  readonly after?: Position | undefined;
  readonly before?: Position | undefined;
  /** From the end: rows come in reverse order. */
  readonly backward?: boolean;
  readonly withRows: boolean;
  readonly withTotal: boolean;
}

export interface CustomerList {
  readonly rows: CustomerRow[];
  readonly total: number | undefined;
}

/** The condition of a selection, its tenant first. */
export function customerConditions(tenantId: string, { filter, search, ownerId }: CustomerSelection): Sql {
  const conditions = [sql`c.tenant_id = ${tenantId}`, sql`c.deleted_at IS NULL`];
  const filtered = filter && filterSql(filter, CUSTOMER_FILTER_COLUMNS);
  if (filtered) conditions.push(filtered);
  if (search) conditions.push(searchedCustomers(search));
  if (ownerId !== undefined)
    conditions.push(sql`(c.created_by = ${ownerId}::uuid OR c.assigned_to = ${ownerId}::uuid)`);
  return joinSql(conditions, ' AND ');
}

/** One page and, when wanted, the total, in one round trip. */
export async function listCustomers(reader: TenantReader, query: CustomerListQuery): Promise<CustomerList> {
  if (isPlainSearch(query)) return searchPage(reader, query);
  const where = customerConditions(reader.tenantId, query);
  const page = query.withRows ? [pageSql(query, where)] : [];
  const count = query.withTotal ? [sql`SELECT count(*)::integer AS total FROM customers c WHERE ${where}`] : [];
  if (page.length + count.length === 0) return { rows: [], total: undefined };
  const results = await reader.batch([...page, ...count]);
  // The reader gives rows as the statements made them.
  const rows = page.length > 0 ? (results[0] as CustomerRow[]) : [];
  const total = count.length > 0 ? (results.at(-1) as { total: number }[])[0]?.total : undefined;
  return { rows, total };
}

function pageSql(query: CustomerListQuery, where: Sql): Sql {
  const order = query.backward ? reverseOrder(query.order) : query.order;
  const conditions = [where];
  if (query.after) conditions.push(afterSql(query.order, query.after));
  if (query.before) conditions.push(afterSql(reverseOrder(query.order), query.before));
  const offset = query.offset ? sql` OFFSET ${query.offset}` : sql``;
  return sql`SELECT ${selectList(query.properties)} FROM customers c WHERE ${joinSql(conditions, ' AND ')}
    ORDER BY ${orderBySql(order)} LIMIT ${query.limit}${offset}`;
}

/** A search alone, in the default order, from its beginning: ids and total come from one scan of the trigram index. */
function isPlainSearch(query: CustomerListQuery): boolean {
  return Boolean(query.search) && query.withRows && isUnnarrowed(query) && isDefaultOrder(query.order);
}

function isUnnarrowed({ filter, ownerId, after, before, backward }: CustomerListQuery): boolean {
  const isFromStart = (after ?? before) === undefined && backward !== true;
  return isFromStart && ownerId === undefined && !(filter && filterSql(filter, CUSTOMER_FILTER_COLUMNS));
}

function isDefaultOrder([first, ...more]: readonly OrderKey[]): boolean {
  return first?.property === 'name' && first.direction === 'ASC' && more.length === 1;
}

async function searchPage(reader: TenantReader, query: CustomerListQuery): Promise<CustomerList> {
  // LATERAL … LIMIT 1 keeps a nested loop under a generic plan; the policy checks each row once more.
  const found = await reader.rows<CustomerRow & { total: number }>(
    sql`SELECT c.*, hit.total
      FROM app.search_customers_page(${query.search ?? ''}, ${query.limit}, ${query.offset ?? 0}) WITH ORDINALITY hit (id, total, place),
      LATERAL (SELECT ${selectList(query.properties)} FROM customers c
        WHERE c.tenant_id = ${reader.tenantId} AND c.id = hit.id AND c.deleted_at IS NULL LIMIT 1) c
      ORDER BY hit.place`,
  );
  return { rows: found, total: found[0]?.total ?? (await searchTotal(reader, query)) };
}

/** Past the last page, or on a page of none, there is no row to carry the total. */
async function searchTotal(reader: TenantReader, query: CustomerListQuery): Promise<number> {
  if (!query.offset && query.limit > 0) return 0;
  const where = customerConditions(reader.tenantId, query);
  const [row] = await reader.rows<{ total: number }>(
    sql`SELECT count(*)::integer AS total FROM customers c WHERE ${where}`,
  );
  return row?.total ?? 0;
}
