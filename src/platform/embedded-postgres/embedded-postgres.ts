/** Starts the real PostgreSQL that npm installs with the service, or takes over one that a killed service left running. */
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
  /** Without it: the port of the last start where it is free, else any free one. */
  readonly port?: number;
  /** Told in a few words what takes long; the server's own log is `postgres.log` in the data folder. */
  readonly log?: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  /** `false` gives up safety at a power cut for speed: for data that a test throws away. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  /** Of the process that runs now: it changes when a server that died is started again. */
  readonly pid: number;
  /** True when the server was already running, left by a service that was killed. */
  readonly adopted: boolean;
  superuserUrl(database: string): string;
  /** The password of a role of this server, made up when first asked for and kept in the data folder. */
  rolePassword(role: string): string;
  /** @returns the sentence for a fault that was met in using the server (it ended, its disk is full), else the fault itself */
  explain(error: unknown): unknown;
  /**
   * From now on a server that dies is started again, on the same port. When it cannot be, or when the data are gone,
   * nothing is left running, the folder is free, and `onLost` is told why, once.
   */
  supervise(onLost: (fault: StartupError) => void): void;
  /** Lets running transactions roll back, writes everything out and waits for the end. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the data in `dataDir`, created at the first start. It listens on the loopback address only and asks
 * every client for a password. It outlives a killed service: the next start finds it by its `postmaster.pid`.
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

/** Ends the server that this process has running on `dataDir`, if any, without waiting for it. */
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
        if (!holdsCluster(folder)) throw dataGone(folder.cluster); // never begin with an empty database instead
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
  const mark = processMark(pid); // the number may later belong to another process
  const hasEnded = (): boolean => !isRunning(pid) || processMark(pid) !== mark;
  const server: Server = { ...found, adopted: true, logStart: logLength(folder), hasEnded };
  if (isOurs && (await becomesReady(folder, server))) return server; // else it is not, or was on its way out
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
