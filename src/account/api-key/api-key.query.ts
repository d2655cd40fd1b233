/** Reads of API keys. Every statement names the tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ApiKey } from '../../access/identity/api-key.entity.js';
import { findRecord, readPage } from '../../access/loaders/record-lists.js';
import type { OrderColumn, OrderKey } from '../../platform/lists/keyset.js';
import { countSql } from '../../platform/lists/record-count.js';
import { pageSql, type RecordList, type RecordListQuery, type RecordTable } from '../../platform/lists/record-table.js';
import { sql, type Sql } from '../../platform/postgres/sql.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';

/** A key as it is published. */
export type ApiKeyRow = Readonly<Omit<ApiKey, symbol | 'tenantId' | 'secretHash' | 'replacedById' | 'updatedAt'>>;

export const apiKeyTable: RecordTable<ApiKeyRow> = {
  name: 'api_keys',
  alias: 'k',
  properties: [
    'id', 'userId', 'name', 'permissions', 'expiresAt', 'lastUsedAt', 'createdAt', 'createdById', 'revokedAt', 'version',
  ],
  isPermanent: true,
  filterColumns: {},
  references: { user: ['userId'], createdBy: ['createdById'], prefix: ['id'] },
  owned: (_tenantId, userId) => sql`k.user_id = ${userId}`,
}; // prettier-ignore

const CREATED: OrderColumn = { column: 'k.created_at', property: 'createdAt', type: 'instant' };
const ID: OrderColumn = { column: 'k.id', property: 'id', type: 'uuid' };

/** The latest first. */
export const API_KEY_ORDER: readonly OrderKey[] = [CREATED, ID].map((key) => ({
  ...key,
  direction: 'DESC',
  nulls: 'LAST',
}));

/** What a list may be sorted by, in REST names. */
export const API_KEY_SORT: Readonly<Record<string, OrderColumn>> = {
  created_at: CREATED,
  expires_at: { column: 'k.expires_at', property: 'expiresAt', type: 'instant' },
  name: { column: 'k.name', property: 'name', type: 'text' },
};

type Page = RecordListQuery<ApiKeyRow>;

export type ApiKeyListQuery = Pick<Page, 'order' | 'limit' | 'offset' | 'after'> &
  Partial<Pick<Page, 'properties' | 'withRows' | 'withTotal' | 'ownerId'>>;

/** One page of the list and, unless it is not wanted, the number of all. */
export function listApiKeys(
  reader: TenantReader,
  { properties = apiKeyTable.properties, withRows = true, withTotal = true, ...page }: ApiKeyListQuery,
): Promise<RecordList<ApiKeyRow>> {
  const query: Page = { ...page, properties, withRows, withTotal };
  return readPage(
    reader,
    query,
    () => pageSql(apiKeyTable, reader.tenantId, query),
    () => countSql(apiKeyTable, reader.tenantId, query),
  );
}

export function findApiKey(reader: TenantReader, id: string): Promise<ApiKeyRow | undefined> {
  return findRecord(reader, apiKeyTable, id);
}

/** Locks the company's row until the transaction ends: keys are made one after the other, so that their number is exact. */
export async function lockApiKeys(em: EntityManager): Promise<void> {
  await runStatement(em, sql`select id from tenants where id = ${tenantOf(em)} for no key update`);
}

/** The number of keys that are neither revoked nor expired, this one aside. */
export async function countLiveApiKeys(em: EntityManager, at: string, exceptId: string | null): Promise<number> {
  const [row] = await runStatement<{ readonly live: number }>(
    em,
    sql`select count(*)::integer as live from api_keys
      where tenant_id = ${tenantOf(em)} and revoked_at is null and expires_at > ${at} and id is distinct from ${exceptId}::uuid`,
  );
  return row?.live ?? 0;
}

/** Stamps a use, unless a later one is stamped. @param at the beginning of the minute */
export function stampUseSql(tenantId: string, id: string, at: string): Sql {
  return sql`update api_keys set last_used_at = ${at}
    where tenant_id = ${tenantId} and id = ${id} and (last_used_at is null or last_used_at < ${at})`;
}
