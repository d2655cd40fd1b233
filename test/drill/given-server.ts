/** A server that is there already, plain or Citus: TEST_DATABASE_URL, as for the tests. */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { prepareDatabase, type DatabaseServer } from '../../src/platform/embedded-postgres/database.js';
import { runMigrations } from '../../src/platform/postgres/migrator.js';
import { dropCitusDatabase, isCitus, makeCitusDatabase, prepareCitusRoles } from '../support/citus.js';
import type { DrillDatabase } from './world.js';

export interface GivenDatabase extends DrillDatabase, AsyncDisposable {
  readonly isOnCitus: boolean;
}

/** @param url of a superuser; of Citus it names a database whose nodes are known */
export async function makeGivenDatabase(url: string): Promise<GivenDatabase> {
  const server: DatabaseServer = {
    superuserUrl: (database) => Object.assign(new URL(url), { pathname: `/${database}` }).href,
    rolePassword: (role) => createHash('sha256').update(`${role} of ${url}`).digest('hex'),
  };
  const name = `drill_${randomBytes(4).toString('hex')}`;
  const isOnCitus = await isCitus(url);
  const { ownerUrl, appUrl } = await prepareDatabase(server, isOnCitus ? `${name}_roles` : name);
  if (isOnCitus) {
    await prepareCitusRoles(url);
    await makeCitusDatabase(url, ownerUrl, name);
    await dropDatabase(server, `${name}_roles`);
  } else {
    await runMigrations(ormOptions({ url: ownerUrl, poolSize: 1, startupSettings: false }));
  }
  return {
    isOnCitus,
    appUrl: Object.assign(new URL(appUrl), { pathname: `/${name}` }).href,
    superuserUrl: server.superuserUrl(name),
    [Symbol.asyncDispose]: () => (isOnCitus ? dropCitusDatabase(url, name) : dropDatabase(server, name)),
  };
}

async function dropDatabase(server: DatabaseServer, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.superuserUrl('postgres') });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
