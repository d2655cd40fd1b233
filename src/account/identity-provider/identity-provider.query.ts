/** Reads of identity providers. Every statement names the tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { findRecord, readPage } from '../../access/loaders/record-lists.js';
import type { OrderColumn, OrderKey } from '../../platform/lists/keyset.js';
import { countSql } from '../../platform/lists/record-count.js';
import {
  pageSql,
  selectListSql,
  type RecordList,
  type RecordListQuery,
  type RecordTable,
} from '../../platform/lists/record-table.js';
import { sql } from '../../platform/postgres/sql.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { IdentityProvider } from '../../access/identity/identity-provider.entity.js';

/** A provider as it is published. */
export type IdentityProviderRow = Readonly<Omit<IdentityProvider, symbol | 'tenantId' | 'deletedAt'>>;

export const identityProviderTable: RecordTable<IdentityProviderRow> = {
  name: 'identity_providers',
  alias: 'p',
  properties: [
    'id', 'issuer', 'audience', 'algorithms', 'jwks', 'emailClaim', 'nameClaim', 'roleClaim', 'roleMap', 'defaultRole',
    'linkByEmail', 'createdAt', 'createdById', 'updatedAt', 'version',
  ],
  filterColumns: {},
  references: { createdBy: ['createdById'] },
  owned: (_tenantId, userId) => sql`p.created_by = ${userId}`,
}; // prettier-ignore

const ISSUER: OrderColumn = { column: 'p.issuer', property: 'issuer', type: 'text' };
const ID: OrderColumn = { column: 'p.id', property: 'id', type: 'uuid' };

/** By issuer. */
export const IDENTITY_PROVIDER_ORDER: readonly OrderKey[] = [ISSUER, ID].map((key) => ({
  ...key,
  direction: 'ASC',
  nulls: 'LAST',
}));

/** What a list may be sorted by, in REST names. */
export const IDENTITY_PROVIDER_SORT: Readonly<Record<string, OrderColumn>> = {
  issuer: ISSUER,
  created_at: { column: 'p.created_at', property: 'createdAt', type: 'instant' },
};

type Page = RecordListQuery<IdentityProviderRow>;

export type IdentityProviderListQuery = Pick<Page, 'order' | 'limit' | 'offset' | 'after'> &
  Partial<Pick<Page, 'properties' | 'withRows' | 'withTotal'>>;

/** One page of the list and, unless it is not wanted, the number of all. */
export function listIdentityProviders(
  reader: TenantReader,
  {
    properties = identityProviderTable.properties,
    withRows = true,
    withTotal = true,
    ...page
  }: IdentityProviderListQuery,
): Promise<RecordList<IdentityProviderRow>> {
  const query: Page = { ...page, properties, withRows, withTotal };
  return readPage(
    reader,
    query,
    () => pageSql(identityProviderTable, reader.tenantId, query),
    () => countSql(identityProviderTable, reader.tenantId, query),
  );
}

export function findIdentityProvider(reader: TenantReader, id: string): Promise<IdentityProviderRow | undefined> {
  return findRecord(reader, identityProviderTable, id);
}

const COLUMNS = selectListSql(identityProviderTable, identityProviderTable.properties);

/** All of the tenant's, for identifying callers. */
export function readIdentityProviders(reader: TenantReader): Promise<IdentityProviderRow[]> {
  return reader.rows(
    sql`SELECT ${COLUMNS} FROM identity_providers p WHERE p.tenant_id = ${reader.tenantId} AND p.deleted_at IS NULL`,
  );
}

/** @returns the id of the provider with this issuer */
export async function findIdByIssuer(reader: TenantReader, issuer: string): Promise<string | undefined> {
  const [row] = await reader.rows<{ readonly id: string }>(
    sql`SELECT p.id FROM identity_providers p
      WHERE p.tenant_id = ${reader.tenantId} AND p.issuer = ${issuer} AND p.deleted_at IS NULL`,
  );
  return row?.id;
}

/** Locks the company's row until the transaction ends, so that the number of providers is exact. @returns the number */
export async function countUnderLock(em: EntityManager): Promise<number> {
  const tenantId = tenantOf(em);
  await runStatement(em, sql`select id from tenants where id = ${tenantId} for no key update`);
  const [row] = await runStatement<{ readonly used: number }>(
    em,
    sql`select count(*)::integer as used from identity_providers where tenant_id = ${tenantId} and deleted_at is null`,
  );
  return row?.used ?? 0;
}
