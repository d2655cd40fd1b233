/** The service's database with tenants of several sizes, for `--growth`. */
import type { EmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { readSql, withClient } from '../cluster.js';
import { ROOT_FOLDER } from '../folders.js';
import { databaseOf } from '../peers.js';
import { addTenant, createServiceDatabase } from './load-ours.js';

export function tenantOf(customers: number): string {
  return `grown-${customers}`;
}

/** @returns the environment in which the service serves them */
export async function prepareGrownTenants(
  cluster: EmbeddedPostgres,
  sizes: readonly number[],
): Promise<Record<string, string>> {
  const name = databaseOf('ours');
  const environment = await createServiceDatabase(cluster, name, ROOT_FOLDER);
  await withClient(cluster.superuserUrl(name), async (target) => {
    await target.query(readSql('grown-tenant.sql'));
    for (const customers of sizes) {
      console.log(`Making a tenant of ${customers} customers`);
      await addTenant(target, tenantOf(customers), `Grown to ${customers}`);
      await target.query('SELECT bench.grow_tenant($1, $2)', [tenantOf(customers), customers]);
    }
    await target.query('VACUUM ANALYZE');
  });
  return environment;
}
