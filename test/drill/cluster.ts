/** A PostgreSQL of a drill's own, durable as in production: to be killed, frozen and started again on the same port. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ormOptions } from '../../mikro-orm.config.js';
import { type DatabaseServer, prepareDatabase } from '../../src/platform/embedded-postgres/database.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { runMigrations } from '../../src/platform/postgres/migrator.js';
import { drillFolder, type DrillDatabase } from './world.js';

export class DrillCluster {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(folder = drillFolder()): Promise<DrillCluster> {
    return new DrillCluster(folder, await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') }));
  }

  /** The postmaster. */
  get pid(): number {
    return this.server.pid;
  }

  /** For databases that somebody else migrates. */
  get databaseServer(): DatabaseServer {
    return this.server;
  }

  async makeDatabase(name = `drill_${randomBytes(4).toString('hex')}`): Promise<DrillDatabase> {
    const { ownerUrl, appUrl } = await prepareDatabase(this.server, name);
    await runMigrations(ormOptions({ url: ownerUrl, poolSize: 1, startupSettings: false }));
    return { appUrl, superuserUrl: this.server.superuserUrl(name) };
  }

  /** Starts it again after a kill, on the same port. */
  async restart(): Promise<void> {
    const { port } = this.server;
    await this.server.stop(); // it has ended: this gives the data folder back
    this.server = await startEmbeddedPostgres({ dataDir: path.join(this.folder, 'postgres'), port });
  }

  /** Stops the server: somebody else takes the data folder over. */
  release(): Promise<void> {
    return this.server.stop();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    this.remove();
  }
}

/** The postmaster of the embedded PostgreSQL in a data folder of the service. */
export function postmasterPid(dataDir: string): number {
  return Number(readFileSync(path.join(dataDir, 'postgres', 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** A process and its children, as Linux lists them. */
export function processTree(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return [pid, ...children];
}

function parentOf(pid: string): number | undefined {
  try {
    // "pid (name) state ppid": the name may hold anything, the last parenthesis ends it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it has ended meanwhile
  }
}
