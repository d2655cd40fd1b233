/** A PostgreSQL of the operating system and its streaming standby, which confirms every commit. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ormOptions } from '../../../mikro-orm.config.js';
import { prepareDatabase } from '../../../src/platform/embedded-postgres/database.js';
import { runMigrations } from '../../../src/platform/postgres/migrator.js';
import { processTree } from '../cluster.js';
import type { DrillDatabase } from '../world.js';
import { PostgresMaker, type PostgresServer } from './postgres-server.js';

const STANDBY = 'standby';
const CATCH_UP_MS = 10_000;

export class PostgresPair {
  private constructor(
    readonly version: string,
    readonly primary: PostgresServer,
    readonly standby: PostgresServer,
    readonly database: DrillDatabase,
  ) {}

  /** @throws StartupError when PostgreSQL is missing */
  static async start(): Promise<PostgresPair> {
    const maker = new PostgresMaker();
    const primary = await maker.makePrimary();
    const standby = await makeStandby(maker, primary);
    const { ownerUrl, appUrl } = await prepareDatabase(
      { superuserUrl: (name) => primary.url(name), rolePassword: () => maker.password },
      'crm',
    );
    await runMigrations(ormOptions({ url: ownerUrl, poolSize: 1, startupSettings: false }));
    await query(primary, `ALTER SYSTEM SET synchronous_standby_names = '${STANDBY}'`);
    await query(primary, 'SELECT pg_reload_conf()');
    await until(primary, "SELECT FROM pg_stat_replication WHERE sync_state = 'sync'");
    const [row] = await query(primary, "SELECT current_setting('server_version') AS version");
    return new PostgresPair(String(row?.version), primary, standby, { appUrl, superuserUrl: primary.url('crm') });
  }

  /** All processes of the primary at once, as when its machine is lost. */
  killPrimary(): void {
    for (const pid of processTree(this.primary.server.pid)) process.kill(pid, 'SIGKILL');
  }

  /** Waits until the standby can be written to. */
  async promote(): Promise<void> {
    await query(this.standby, 'SELECT pg_promote()');
    await until(this.standby, 'SELECT WHERE NOT pg_is_in_recovery()');
  }

  /** Connections of the service to the primary, those included that it has given up. */
  async countConnections(): Promise<number> {
    const [row] = await query(
      this.primary,
      "SELECT count(*)::integer AS count FROM pg_stat_activity WHERE usename = 'crm_app'",
    );
    return Number(row?.count);
  }

  /** Waits until the standby shows what the primary has committed. */
  async catchUp(): Promise<void> {
    await until(
      this.primary,
      'SELECT FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_flush_lsn() AND state = $$streaming$$',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server } of [this.primary, this.standby]) await server.end('SIGQUIT');
  }
}

async function query({ url }: PostgresServer, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url('postgres') });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until the query has a row. */
async function until(node: PostgresServer, text: string): Promise<void> {
  const giveUpAt = Date.now() + CATCH_UP_MS;
  while ((await query(node, text)).length === 0) {
    if (Date.now() > giveUpAt) throw new Error(`Not so after ${CATCH_UP_MS} ms: ${text}`);
    await sleep(20);
  }
}

async function makeStandby(maker: PostgresMaker, primary: PostgresServer): Promise<PostgresServer> {
  const data = path.join(maker.folder, STANDBY);
  await maker.run('pg_basebackup', [
    ...['-d', primary.url('postgres'), '-D', data],
    ...['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast'],
  ]);
  return maker.serve(data, STANDBY);
}
