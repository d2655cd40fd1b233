/** A database that the service must not work on: a standby, or Citus without its setting. */
import { useOwnService } from '../support/use-service.js';
import { loadConfig } from '../../src/config.js';
import { requireCitusSettingAt } from '../../src/commands/command-database.js';

const service = useOwnService();

const ready = async (): Promise<number> => (await fetch(`${service.origin}/health/ready`)).status;
/** Its connections take up the settings of the database when they are made anew. */
const reconnect = (): Promise<unknown> =>
  service.ask(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app'",
  );

test('a read-only database makes the service not ready, until it is written to again', async () => {
  expect(await ready()).toBe(200);

  await service.ask(`ALTER DATABASE ${service.test.name} SET default_transaction_read_only = on`);
  await reconnect();
  expect(await ready()).toBe(503);
  expect(await service.health.problems()).toEqual([expect.stringMatching(/^The database is read-only/)]);
  expect((await fetch(`${service.origin}/health/live`)).status).toBe(200);

  await service.ask('SET default_transaction_read_only = off');
  await service.ask(`ALTER DATABASE ${service.test.name} RESET default_transaction_read_only`);
  await reconnect();
  expect(await ready()).toBe(200);
});

test('Citus without DATABASE_CITUS is refused in one sentence', async () => {
  const configWith = (citus: string): ReturnType<typeof loadConfig> =>
    loadConfig({ NODE_ENV: 'test', DATABASE_URL: service.test.appUrl, DATABASE_CITUS: citus });
  const open = (citus: string): Promise<void> => requireCitusSettingAt(service.test.appUrl, configWith(citus));
  await expect(open('false')).resolves.toBeUndefined();

  // The extension itself is not at hand: its entry in the catalogue is what the service looks at.
  await service.ask(
    `DO $$ BEGIN SET LOCAL allow_system_table_mods = on;
      INSERT INTO pg_extension SELECT (e).* FROM (SELECT jsonb_populate_record(x, '{"oid": 99999, "extname": "citus"}') AS e
        FROM pg_extension x WHERE extname = 'plpgsql') row; END $$`,
  );
  await expect(open('false')).rejects.toThrow(
    'The database has the extension citus, but DATABASE_CITUS is not on: set DATABASE_CITUS=true.',
  );
  await expect(open('true')).resolves.toBeUndefined();
});
