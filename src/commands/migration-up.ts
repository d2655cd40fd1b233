/** `npm run migration:up`: applies pending migrations on the operator's own server. */
import { ormOptions } from '../../mikro-orm.config.js';
import { loadConfig, type Config } from '../config.js';
import { runMigrations } from '../platform/postgres/migrator.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { distributeTables, isDistributed } from '../tenancy/isolation/citus.js';
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
  const ran = await migrate(url, config).catch((error: unknown) => {
    throw explainDatabaseFault(error, 'DATABASE_MIGRATION_URL');
  });
  console.log(ran.length === 0 ? 'The schema is up to date.' : `Applied: ${ran.join(', ')}.`);
});

/** @returns the names of the migrations that ran. On a distributed database, new tables are distributed as well. */
async function migrate(url: string, config: Config): Promise<string[]> {
  await requireCitusSettingAt(url, config);
  const ran = await runMigrations(ormOptions({ url, poolSize: 2, startupSettings: false }));
  await withPool(url, {}, async (pool) => {
    if (await isDistributed(pool)) await distributeTables(pool);
  });
  return ran;
}
