/** A PostgreSQL of the operating system and its streaming standby, which confirms every commit. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ormOptions } from '../../../mikro-orm.config.js';
import { prepareDatabase } from '../../../src/platform/embedded-postgres/database.js';
import { runMigrations } from '../../../src/platform/postgres/migrator.js';
import { processTree } from '../cluster.js';
import type { DrillDatabase } from '../world.js';
import {
  findProgram,
  freePort,
  giveToServers,
  postgresFolders,
  runProgram,
  serverFolder,
  ServerProgram,
} from './programs.js';

const SUPERUSER = 'postgres';
const STANDBY = 'standby';
const CATCH_UP_MS = 10_000;

interface Node {
  readonly server: ServerProgram;
  /** As superuser. */
  readonly url: (database: string) => string;
}

export class PostgresPair {
  private constructor(
    readonly version: string,
    readonly primary: Node,
    readonly standby: Node,
    readonly database: DrillDatabase,
  ) {}

  /** @throws StartupError when PostgreSQL is missing */
  static async start(): Promise<PostgresPair> {
    const maker = new PairMaker(serverFolder());
    const primary = await maker.makePrimary();
    const standby = await maker.makeStandby(primary);
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

async function query({ url }: Node, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url('postgres') });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until the query has a row. */
async function until(node: Node, text: string): Promise<void> {
  const giveUpAt = Date.now() + CATCH_UP_MS;
  while ((await query(node, text)).length === 0) {
    if (Date.now() > giveUpAt) throw new Error(`Not so after ${CATCH_UP_MS} ms: ${text}`);
    await sleep(20);
  }
}

class PairMaker {
  readonly password = randomBytes(16).toString('hex');
  private readonly programs = postgresFolders();
  private readonly log: string;

  constructor(private readonly folder: string) {
    this.log = path.join(folder, 'postgres.log');
  }

  async makePrimary(): Promise<Node> {
    const passwordFile = path.join(this.folder, 'password');
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    giveToServers(passwordFile);
    const data = path.join(this.folder, 'primary');
    const options = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await this.run('initdb', ['-D', data, `--username=${SUPERUSER}`, ...options]);
    return this.serve(data, 'primary');
  }

  async makeStandby(primary: Node): Promise<Node> {
    const data = path.join(this.folder, STANDBY);
    await this.run('pg_basebackup', [
      ...['-d', primary.url('postgres'), '-D', data],
      ...['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast'],
    ]);
    return this.serve(data, STANDBY);
  }

  private find(name: string): string {
    return findProgram(name, this.programs, 'postgresql');
  }

  private run(name: string, args: readonly string[]): Promise<void> {
    return runProgram({ program: this.find(name), args, log: this.log });
  }

  /** @param name under which a standby signs in at its primary */
  private async serve(data: string, name: string): Promise<Node> {
    const port = await freePort();
    const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', cluster_name: name };
    const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const url = (database: string): string =>
      `postgresql://${SUPERUSER}:${this.password}@127.0.0.1:${port}/${database}`;
    const command = { program: this.find('postgres'), args: ['-D', data, ...args], log: this.log };
    return { server: await ServerProgram.start(command, url('postgres')), url };
  }
}
