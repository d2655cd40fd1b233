/** A PgBouncer in transaction mode before a database, with the settings of the roles that an operator is told to make. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { roleSettings } from '../../../src/tenancy/connection-settings.js';
import type { DrillDatabase } from '../world.js';
import { findProgram, freePort, giveToServers, serverFolder, ServerProgram } from './programs.js';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/bin'];

export class PgBouncer {
  private constructor(
    private readonly start: () => Promise<ServerProgram>,
    private server: ServerProgram,
    /** The service's URL by way of the pooler. */
    readonly appUrl: string,
  ) {}

  /**
   * @param size connections that the pooler keeps to the database
   * @throws StartupError when PgBouncer is missing
   */
  static async start(database: DrillDatabase, size: number): Promise<PgBouncer> {
    const program = findProgram('pgbouncer', FOLDERS, 'pgbouncer');
    await setRoles(database);
    const port = await freePort();
    const settings = writeSettings(serverFolder(), database, { port, size });
    const url = new URL(database.appUrl);
    url.port = String(port);
    const log = path.join(path.dirname(settings), 'pgbouncer.log');
    const start = (): Promise<ServerProgram> => ServerProgram.start({ program, args: [settings], log }, url.href);
    return new PgBouncer(start, await start(), url.href);
  }

  /** Ends it, with all connections of its clients, and starts it again on the same port. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.server.end(signal);
    this.server = await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.end('SIGKILL');
  }
}

/** As `npm run roles:print -- pooler` prints them. */
async function setRoles({ superuserUrl }: DrillDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  for (const statement of roleSettings('pooler')) await client.query(statement);
  await client.end();
}

/** @returns the file of settings */
function writeSettings(
  folder: string,
  { appUrl }: DrillDatabase,
  { port, size }: { readonly port: number; readonly size: number },
): string {
  const { hostname, port: databasePort, username, password } = new URL(appUrl);
  const users = path.join(folder, 'users.txt');
  writeFileSync(users, `"${username}" "${decodeURIComponent(password)}"\n`, { mode: 0o600 });
  const settings = path.join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
* = host=${hostname} port=${databasePort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${size}
max_client_conn = 200
`,
  );
  giveToServers(users);
  giveToServers(settings);
  return settings;
}
