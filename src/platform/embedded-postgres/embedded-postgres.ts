/** Starts the real PostgreSQL that npm installs with the service, or takes over one that a killed service left running. */
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PostgresBinaries, prepareBinaries, programPath, type ServerUser } from './binaries.js';
import {
  assertSameMajor,
  chooseServerUser,
  createCluster,
  type DataFolder,
  disarmStalePostmaster,
  diskFull,
  giveTo,
  openDataFolder,
  readPostmaster,
  tellsOfFullDisk,
} from './data-folder.js';
import { rememberedPort, rememberPort, rolePassword } from './memory.js';
import {
  answers,
  becomesReady,
  HOST,
  launch,
  openLog,
  type Server,
  serverSettings,
  stopServer,
  superuserUrl,
} from './server.js';
import { takeFolderLock } from './folder-lock.js';
import { isRunning, worksIn } from './process-probe.js';
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

/** How long the children of a killed server may need to notice and end. */
const ORPHAN_TIMEOUT_MS = 10_000;

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
  readonly pid: number;
  /** True when the server was already running, left by a service that was killed. */
  readonly adopted: boolean;
  superuserUrl(database: string): string;
  /** The password of a role of this server, made up when first asked for and kept in the data folder. */
  rolePassword(role: string): string;
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
      const server = (await adoptRunning(folder)) ?? (await startServer(folder, options));
      let stopping: Promise<void> | undefined;
      return {
        host: HOST,
        port: server.port,
        pid: server.pid,
        adopted: server.adopted,
        superuserUrl: (database) => superuserUrl(folder, server.port, database),
        rolePassword: (role) => rolePassword(folder, role),
        stop: () =>
          (stopping ??= stopServer(server).finally(() => {
            lock.release();
          })),
      };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw explainFault(options.dataDir, error);
  }
}

async function adoptRunning(folder: DataFolder): Promise<Server | undefined> {
  const found = existsSync(folder.cluster) ? readPostmaster(folder.cluster) : undefined;
  if (found === undefined) return undefined;
  const isOurs = isRunning(found.pid) && (worksIn(found.pid, folder.cluster) ?? (await answers(folder, found.port)));
  const server: Server = { ...found, adopted: true, hasEnded: () => !isRunning(found.pid) };
  if (isOurs && (await becomesReady(folder, server))) return server; // else it is not, or was on its way out
  disarmStalePostmaster(folder.cluster);
  return undefined;
}

async function startServer(folder: DataFolder, options: EmbeddedPostgresOptions): Promise<Server> {
  const user = chooseServerUser(folder);
  const binaries = prepareBinaries(user, folder.root);
  await provideCluster(folder, binaries, user, options);
  const settings = serverSettings(options.durable ?? true, options.settings);
  const program = programPath(binaries.native, 'postgres');
  const giveUpAt = Date.now() + ORPHAN_TIMEOUT_MS;
  for (;;) {
    const port = await choosePort(folder, options.port);
    const logStart = openLog(folder.log);
    const server = launch(folder, program, user, { ...settings, port: String(port) });
    if (await becomesReady(folder, server)) {
      rememberPort(folder, port);
      return server;
    }
    const said = readFileSync(folder.log).subarray(logStart).toString();
    if (!willPass(said) || Date.now() > giveUpAt) throw explainRefusal(folder, said);
    await sleep(200);
  }
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

async function choosePort(folder: DataFolder, wanted: number | undefined): Promise<number> {
  const preferred = wanted ?? rememberedPort(folder) ?? 0;
  const free = await tryPort(preferred);
  if (free !== undefined) return free;
  if (wanted !== undefined) {
    throw new StartupError(
      `Port ${wanted} for PostgreSQL is taken by another program: stop that one, or choose another port.`,
    );
  }
  return (await tryPort(0)) ?? 0;
}

/** @returns the port if it is free (for 0: a free one), else `undefined` */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(undefined);
    });
    probe.listen(port, HOST, () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
  });
}

/** Children of a killed server that are still ending, or a port taken between our look and its start. */
function willPass(said: string): boolean {
  return /pre-existing shared memory block|could not bind|could not create any TCP\/IP sockets/.test(said);
}

function explainRefusal(folder: DataFolder, said: string): StartupError {
  if (tellsOfFullDisk(said)) return diskFull(folder.root);
  const line = /(?:FATAL|PANIC): {2}(.*)/.exec(said)?.[1] ?? 'it ended without a word';
  return new StartupError(`PostgreSQL did not start (${line}): see ${folder.log}.`);
}

function explainFault(dataDir: string, error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(dataDir, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code ?? '')) {
    return new StartupError(
      `The data folder ${dataDir} cannot be used by this user (${code}): give it to this user, or set another DATA_DIR.`,
      { cause: error },
    );
  }
  return error;
}
