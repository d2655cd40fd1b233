/** Starts the PostgreSQL server that npm installs with the service, or adopts one that a killed service left running. */
import { existsSync, realpathSync } from 'node:fs';
import { type PostgresBinaries, prepareBinaries, programPath, type ServerUser } from './binaries.js';
import {
  assertSameMajor,
  chooseServerUser,
  createCluster,
  dataFolderAt,
  type DataFolder,
  disarmStalePostmaster,
  giveTo,
  holdsCluster,
  openDataFolder,
  readPostmaster,
} from './data-folder.js';
import { dataGone, explainFault, explainUse } from './faults.js';
import { type FolderLock, takeFolderLock } from './folder-lock.js';
import { rolePassword } from './memory.js';
import { endOrphans, killServerOf } from './orphans.js';
import { isRunning, processMark, worksIn } from './process-probe.js';
import {
  answers,
  becomesReady,
  HOST,
  logLength,
  readLog,
  type Server,
  serverSettings,
  superuserUrl,
} from './server.js';
import { type ServerStart, startServer } from './start.js';
import { Supervisor } from './supervisor.js';
import type { StartupError } from '../errors/startup-error.js';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Default: the port of the last start if it is free, otherwise any free port. */
  readonly port?: number;
  /** Reports steps that take long. The server's own log is `postgres.log` in the data folder. */
  readonly log?: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  /** `false`: faster, but data may be lost at a power failure. For tests. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  /** The id of the current process. It changes when a dead server is restarted. */
  readonly pid: number;
  /** True when the server was already running because a service was killed. */
  readonly adopted: boolean;
  superuserUrl(database: string): string;
  /** The password of a role. It is generated at the first call and kept in the data folder. */
  rolePassword(role: string): string;
  /** @returns an error with a sentence for the operator if the server ended or its disk is full, otherwise the error itself */
  explain(error: unknown): unknown;
  /**
   * From now on a dead server is restarted on the same port. If this fails or the data are gone, the server is stopped, the folder is
   * unlocked, and `onLost` is called once with the reason.
   */
  supervise(onLost: (fault: StartupError) => void): void;
  /** Shuts the server down: running transactions are rolled back and all data are written. Waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the data in `dataDir`, which is created at the first start. The server listens on the loopback address only and
 * requires a password. If the service is killed, the server keeps running, and the next start finds it by its `postmaster.pid`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    const folder = openDataFolder(options.dataDir);
    const lock = takeFolderLock(folder.lock, folder.root);
    try {
      const server =
        (await adoptRunning(folder)) ?? (await startServer(await prepareStart(folder, options, options.port)));
      return describeServer(folder, server, superviseServer(folder, server, lock, options));
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw explainFault(options.dataDir, error);
  }
}

/** Kills the server that this process runs on `dataDir`, if any, without waiting for its end. */
export function killEmbeddedPostgres(dataDir: string): void {
  if (existsSync(dataDir)) killServerOf(dataFolderAt(realpathSync(dataDir)));
}

function describeServer(folder: DataFolder, { port, adopted }: Server, supervisor: Supervisor): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  return {
    host: HOST,
    port,
    get pid() {
      return supervisor.server.pid;
    },
    adopted,
    superuserUrl: (database) => superuserUrl(folder, port, database),
    rolePassword: (role) => rolePassword(folder, role),
    explain: (error) => {
      const { server } = supervisor;
      return explainUse(folder, { said: readLog(folder, server), hasEnded: server.hasEnded() }, error);
    },
    supervise: (onLost) => {
      supervisor.watch(onLost);
    },
    stop: () => (stopping ??= supervisor.stop()),
  };
}

function superviseServer(
  folder: DataFolder,
  server: Server,
  lock: FolderLock,
  options: EmbeddedPostgresOptions,
): Supervisor {
  return new Supervisor(server, {
    log: options.log,
    findMissingData: () => (holdsCluster(folder) ? undefined : dataGone(folder.cluster)),
    restart: async (dead, signal, onLaunch) => {
      try {
        if (!holdsCluster(folder)) throw dataGone(folder.cluster); // do not create an empty database in its place
        disarmStalePostmaster(folder.cluster, dead.pid);
        return await startServer({ ...(await prepareStart(folder, options, dead.port)), signal, onLaunch });
      } catch (error) {
        throw explainFault(options.dataDir, error);
      }
    },
    onEnd: async () => {
      try {
        await endOrphans(folder.cluster);
      } finally {
        lock.release();
      }
    },
  });
}

async function adoptRunning(folder: DataFolder): Promise<Server | undefined> {
  const found = existsSync(folder.cluster) ? readPostmaster(folder.cluster) : undefined;
  if (found === undefined) return undefined;
  const { pid } = found;
  const isOurs = isRunning(pid) && (worksIn(pid, folder.cluster) ?? (await answers(folder, found.port)));
  const mark = processMark(pid); // the process id may later belong to another process
  const hasEnded = (): boolean => !isRunning(pid) || processMark(pid) !== mark;
  const server: Server = { ...found, adopted: true, logStart: logLength(folder), hasEnded };
  if (isOurs && (await becomesReady(folder, server))) return server; // otherwise it is another process, or it was shutting down
  disarmStalePostmaster(folder.cluster, pid);
  return undefined;
}

async function prepareStart(
  folder: DataFolder,
  options: EmbeddedPostgresOptions,
  port: number | undefined,
): Promise<ServerStart> {
  const user = chooseServerUser(folder);
  const binaries = prepareBinaries(user, folder.root);
  await provideCluster(folder, binaries, user, options);
  const settings = serverSettings(options.durable ?? true, options.settings);
  return { folder, user, program: programPath(binaries.native, 'postgres'), settings, port };
}

async function provideCluster(
  folder: DataFolder,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  options: EmbeddedPostgresOptions,
): Promise<void> {
  if (existsSync(folder.cluster)) {
    assertSameMajor(folder, binaries);
    giveTo(user, folder.cluster);
    return;
  }
  options.log?.(`Creating the database in ${folder.root}`);
  const password = rolePassword(folder, 'postgres');
  await createCluster(folder, binaries, user, { password, durable: options.durable ?? true });
}
