/** `npm run migration:up`: applies pending migrations on the operator's own server. */
import { ormOptions } from '../../mikro-orm.config.js';
import { loadConfig } from '../config.js';
import { runMigrations } from '../platform/postgres/migrator.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { distributeTables, isDistributed } from '../tenancy/citus.js';
import { explainDatabaseFault } from '../platform/postgres/startup-faults.js';
import { rejectArguments, runCommand } from './command.js';
import { requireCitusSettingAt, withPool } from './command-database.js';

await runCommand(async () => {
  rejectArguments('migration:up');
  const config = loadConfig(process.env);
  const url = config.DATABASE_MIGRATION_URL;
  if (url === undefined) {
    throw new StartupError(
      'DATABASE_MIGRATION_URL is not set: it must sign in as the role that owns the schema (crm_owner).',
    );
  }
  await requireCitusSettingAt(url, config);
  const ran = await runMigrations(ormOptions({ url, poolSize: 2, startupSettings: false })).catch((error: unknown) => {
    throw explainDatabaseFault(error, 'DATABASE_MIGRATION_URL');
  });
  await distributeNewTables(url);
  console.log(ran.length === 0 ? 'The schema is up to date.' : `Applied: ${ran.join(', ')}.`);
});

/** On a distributed database, tables of new migrations are distributed as well. */
async function distributeNewTables(url: string): Promise<void> {
  await withPool(url, {}, async (pool) => {
    if (await isDistributed(pool)) await distributeTables(pool);
  });
}
