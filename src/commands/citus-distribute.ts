/** `npm run citus:distribute`: distributes a migrated database, empty or filled, over the nodes of Citus. Safe to run again. */
import { loadConfig } from '../config.js';
import { migrations } from '../migrations/migrations.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { requireCurrentSchema } from '../platform/postgres/migrator.js';
import { distributeTables } from '../tenancy/isolation/citus.js';
import { rejectArguments, runCommand } from './command.js';
import { withCommandDatabase, withPool } from './command-database.js';

await runCommand(async () => {
  rejectArguments('citus:distribute');
  const config = loadConfig(process.env);
  await withCommandDatabase(config, 'DATABASE_MIGRATION_URL', async ({ ownerUrl }) => {
    if (ownerUrl === undefined) {
      throw new StartupError(
        'Set DATABASE_MIGRATION_URL: only the owner of the tables (crm_owner) may distribute them.',
      );
    }
    await withPool(ownerUrl, {}, async (pool) => {
      await requireCurrentSchema(
        pool,
        migrations.map(({ name }) => name),
      );
      const placed = await distributeTables(pool);
      console.log(placed.length === 0 ? 'Every table is distributed already.' : `Distributed: ${placed.join(', ')}.`);
    });
  });
});
