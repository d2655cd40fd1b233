/** Reads of customers: plain rows of one tenant. Each statement names the tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { ownCustomerSql, type OwnedRecord } from '../../access/rights/ownership.query.js';
import { findRecordWhere, listRecords } from '../../access/loaders/record-lists.js';
import type { RecordTypeTable } from '../../access/loaders/record-reads.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { filterSql } from '../../platform/lists/filters.js';
import type { OrderKey } from '../../platform/lists/keyset.js';
import { MAX_COUNTED, readTotal } from '../../platform/lists/record-count.js';
import {
  everyPropertyOf,
  selectListSql,
  type RecordList,
  type RecordListQuery,
} from '../../platform/lists/record-table.js';
import { FoundTexts } from '../../platform/lists/text-conditions.js';
import { sql, type Sql } from '../../platform/postgres/sql.js';
import { queriedDigits } from '../../platform/values/phone-digits.js';
import type { Customer } from './customer.entity.js';
import { CUSTOMER_FILTER_COLUMNS, SEARCHED_CUSTOMERS } from './customer.filter.js';

export type CustomerRow = Readonly<Omit<Customer, 'tenantId' | 'searchPhone' | 'deletedAt' | symbol>>;

/** Every published field, in the order of REST answers. */
const CUSTOMER_PROPERTIES = everyPropertyOf<CustomerRow>()([
  'id', 'code', 'name', 'legalName', 'type', 'email', 'phone', 'mobile', 'website', 'addressLine1', 'addressLine2', 'city',
  'state', 'postalCode', 'countryCode', 'taxId', 'registrationNumber', 'legalForm', 'assignedToId', 'industry', 'size',
  'annualRevenue', 'employeeCount', 'paymentTerms', 'paymentMethod', 'creditLimit', 'currency', 'discountRate', 'tags',
  'segment', 'source', 'notes', 'internalNotes', 'isActive', 'leadScore', 'healthScore', 'totalRevenue', 'orderCount',
  'lastOrderDate', 'firstOrderDate', 'createdById', 'createdAt', 'updatedAt', 'version',
]); // prettier-ignore

export const customerTable: RecordTypeTable<CustomerRow> = {
  recordType: 'customer',
  name: 'customers',
  alias: 'c',
  properties: CUSTOMER_PROPERTIES,
  filterColumns: CUSTOMER_FILTER_COLUMNS,
  references: {
    assignedTo: ['assignedToId'],
    createdBy: ['createdById'],
    viewerCan: ['createdById', 'assignedToId', 'type'],
  },
  searched: SEARCHED_CUSTOMERS,
  owned: (_tenantId, userId) => ownCustomerSql(userId),
  readFast: readPlainSearch,
};

/** The live customer that has the code of this one, which may be deleted. */
export function findHolderOfCode(reader: TenantReader, id: string): Promise<Pick<CustomerRow, 'id'> | undefined> {
  const code = sql`(SELECT d.code FROM customers d WHERE d.tenant_id = ${reader.tenantId} AND d.id = ${id})`;
  return findRecordWhere(reader, customerTable, sql`c.code = ${code}`, ['id']);
}

const LOCKS = { shared: sql`for share`, alone: sql`for no key update` } as const;

/** What the rules of a record need of its customer: its owners, and the country of telephones. */
export interface CustomerOfRecord extends OwnedRecord {
  readonly countryCode: string;
}

/** A customer whose row this transaction has locked. */
export interface LockedCustomer extends CustomerOfRecord {
  readonly id: string;
  readonly type: CustomerRow['type'];
  readonly version: number;
}

/** A live customer. Its row is locked until the transaction ends, so a deletion of the customer waits. */
export async function lockCustomer(
  em: EntityManager,
  id: string,
  lock: keyof typeof LOCKS,
): Promise<LockedCustomer | undefined> {
  const [row] = await runStatement<LockedCustomer>(
    em,
    sql`select id, type, version, country_code as "countryCode", created_by as "createdById", assigned_to as "assignedToId" from customers
      where tenant_id = ${tenantOf(em)} and id = ${id} and deleted_at is null ${LOCKS[lock]}`,
  );
  return row;
}

/** The customer of a record, not locked. */
export async function customerOfRecord(em: EntityManager, id: string): Promise<CustomerOfRecord | undefined> {
  const [row] = await runStatement<CustomerOfRecord>(
    em,
    sql`select country_code as "countryCode", created_by as "createdById", assigned_to as "assignedToId" from customers
      where tenant_id = ${tenantOf(em)} and id = ${id}`,
  );
  return row;
}

/**
 * A search alone, in the default order, from its beginning: ids and total come from one scan of the trigram index, unless many customers
 * hold the text.
 */
function readPlainSearch(
  reader: TenantReader,
  query: RecordListQuery<CustomerRow>,
): Promise<RecordList<CustomerRow>> | undefined {
  return isPlainSearch(reader.tenantId, query) ? searchPage(reader, query) : undefined;
}

function isPlainSearch(tenantId: string, query: RecordListQuery<CustomerRow>): boolean {
  return Boolean(query.search) && query.withRows && isUnnarrowed(tenantId, query) && isDefaultOrder(query.order);
}

function isUnnarrowed(tenantId: string, query: RecordListQuery<CustomerRow>): boolean {
  const { filter, deleted = false, ownerId, after, before, backward } = query;
  const isFromStart = (after ?? before) === undefined && backward !== true;
  return (
    isFromStart &&
    !deleted &&
    ownerId === undefined &&
    !(filter && filterSql(tenantId, filter, CUSTOMER_FILTER_COLUMNS))
  );
}

function isDefaultOrder([first, ...more]: readonly OrderKey[]): boolean {
  return first?.property === 'name' && first.direction === 'ASC' && more.length === 1;
}

async function searchPage(reader: TenantReader, query: RecordListQuery<CustomerRow>): Promise<RecordList<CustomerRow>> {
  const text = query.search ?? '';
  const hits = await reader.rows<Hit>(searchPageSql(reader.tenantId, text, query));
  const [first] = hits;
  if (first && isCounted(first)) {
    return { rows: hits.filter((hit) => hit.id !== null), ...readTotal(customerTable, query, first.total) };
  }
  const found = new FoundTexts();
  found.addMany({ table: SEARCHED_CUSTOMERS.table, text }, first?.total === null ? 'sampled' : 'counted');
  return listRecords(reader, customerTable, { ...query, found });
}

function isCounted(hit: Hit): hit is Hit & { readonly total: number } {
  return hit.total !== null && hit.total <= MAX_COUNTED;
}

/** LATERAL … LIMIT 1 keeps a nested loop under a generic plan; the policy checks each row once more. */
function searchPageSql(tenantId: string, text: string, query: RecordListQuery<CustomerRow>): Sql {
  return sql`SELECT c.*, hit.total
      FROM app.search_customers_page(${text}, ${queriedDigits(text) ?? null}, ${MAX_COUNTED}, ${query.limit}, ${query.offset ?? 0})
        WITH ORDINALITY hit (id, total, place)
      LEFT JOIN LATERAL (SELECT ${selectListSql(customerTable, query.properties)} FROM customers c
        WHERE c.tenant_id = ${tenantId} AND c.id = hit.id AND c.deleted_at IS NULL LIMIT 1) c ON true
      ORDER BY hit.place`;
}
/** A customer, or the total alone: null where many hold the text. */
type Hit = (CustomerRow | { readonly id: null }) & { readonly total: number | null };
