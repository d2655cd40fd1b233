/** The data folder of the embedded PostgreSQL: its files, its passwords, its creation. */
import { execFile } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type PostgresBinaries, programPath, type ServerUser } from './binaries.js';
import { dataGone, diskFull, tellsOfFullDisk } from './faults.js';
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

export interface DataFolder {
  readonly root: string;
  /** What PostgreSQL calls its data directory. */
  readonly cluster: string;
  readonly log: string;
  readonly lock: string;
  readonly memory: string;
}

/** First lines of `postmaster.pid`, which PostgreSQL keeps while it runs. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** Linux offers one environment, the other systems need theirs; ours holds secrets that the server has no business with. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv | undefined =
  process.platform === 'win32' ? undefined : { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Makes the folder if it is missing, for our eyes only, and checks that it can be written to. */
export function openDataFolder(dataDir: string): DataFolder {
  makeFolder(dataDir);
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  return dataFolderAt(realpathSync(dataDir));
}

/** Node's own recursion never ends where a folder takes no children, as in /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST' || !existsSync(folder)) throw error; // another start may have been quicker
  }
}

/** The names in a folder, whether they exist or not. */
export function dataFolderAt(root: string): DataFolder {
  return {
    root,
    cluster: path.join(root, 'postgres'),
    log: path.join(root, 'postgres.log'),
    lock: path.join(root, 'service.lock'),
    memory: path.join(root, 'postgres.json'),
  };
}

/**
 * Who runs the server: ourselves, or when we are root the user that already owns the data, else `nobody`.
 * @returns `undefined` for ourselves
 */
export function chooseServerUser(folder: DataFolder): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux') {
    throw new StartupError(
      'PostgreSQL does not run as root here: start the service as an ordinary user, or set DATABASE_URL.',
    );
  }
  const owner = existsSync(folder.cluster) ? statSync(folder.cluster) : undefined;
  return owner === undefined || owner.uid === 0 ? lookUpNobody() : { uid: owner.uid, gid: owner.gid };
}

function lookUpNobody(): ServerUser {
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return entry === null ? { uid: 65534, gid: 65534 } : { uid: Number(entry[1]), gid: Number(entry[2]) };
}

/**
 * The folder as PostgreSQL is told it. Another user than root may not pass through the folders above it (a clone below
 * /root), but is already inside when its process starts there: /proc/self/cwd names that place without passing them.
 */
export function clusterArgument(cluster: string, user: ServerUser | undefined): string {
  return user === undefined ? cluster : '/proc/self/cwd';
}

/** Gives the folder and all in it to the user that runs the server (a restored backup may belong to root). */
export function giveTo(user: ServerUser | undefined, folder: string): void {
  if (user === undefined || statSync(folder).uid === user.uid) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(path.join(folder, name), user.uid, user.gid);
  }
  chownSync(folder, user.uid, user.gid);
}

/** Runs initdb beside the final place and moves the result there: an interrupted first start leaves nothing half-made. */
export async function createCluster(
  folder: DataFolder,
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
  options: { readonly password: string; readonly durable: boolean },
): Promise<void> {
  const staging = path.join(folder.root, 'postgres.new');
  rmSync(staging, { recursive: true, force: true, maxRetries: 5 });
  const temporary = path.join(staging, 'cluster');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(staging, 'password'), options.password, { mode: 0o600 });
  giveTo(user, staging);
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--pwfile=../password', '--encoding=UTF8'];
  // The same order and case rules on every machine, whatever its C library; ICU collations stay available by name.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const tail = ['--data-checksums', '--no-instructions', ...(options.durable ? [] : ['--no-sync'])];
  try {
    await promisify(execFile)(
      programPath(binaries.native, 'initdb'),
      ['-D', clusterArgument(temporary, user), ...flags, ...locale, ...tail],
      { ...user, cwd: temporary, env: SERVER_ENVIRONMENT },
    );
    renameSync(temporary, folder.cluster);
  } catch (error) {
    throw explainInitFailure(folder, error);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Whether the data are there: every cluster has this file from its creation on. */
export function holdsCluster(folder: DataFolder): boolean {
  return existsSync(versionFile(folder));
}

function versionFile(folder: DataFolder): string {
  return path.join(folder.cluster, 'PG_VERSION');
}

/** Rejects data that another major version of PostgreSQL wrote: it cannot be opened, only dumped and restored. */
export function assertSameMajor(folder: DataFolder, binaries: PostgresBinaries): void {
  if (!holdsCluster(folder)) throw dataGone(folder.cluster);
  const found = readFileSync(versionFile(folder), 'utf8').trim();
  if (found === binaries.major) return;
  throw new StartupError(
    `The data in ${folder.cluster} was written by PostgreSQL ${found} and this is PostgreSQL ${binaries.major}: dump it with the old version and restore it here, or set another DATA_DIR.`,
  );
}

/** @returns what the running (or last, killed) server wrote about itself */
export function readPostmaster(cluster: string): Postmaster | undefined {
  try {
    const lines = readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/**
 * The number in a stale `postmaster.pid` may be a zombie's, or since belong to another process of the same user; PostgreSQL
 * would then reject to start. It takes the number of its parent, us, for stale, and still checks for orphans with the rest.
 * @param deadPid the number that is known to be stale: another file is left alone
 */
export function disarmStalePostmaster(cluster: string, deadPid: number): void {
  const file = path.join(cluster, 'postmaster.pid');
  if (readPostmaster(cluster)?.pid !== deadPid) return;
  if (process.platform === 'win32') {
    rmSync(file); // it knows no parents there, and finds orphans by the name of their shared memory
    return;
  }
  const [, ...rest] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [String(process.pid), ...rest].join('\n'));
}

function explainInitFailure(folder: DataFolder, error: unknown): StartupError {
  const output =
    typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error);
  if (tellsOfFullDisk(output)) return diskFull(folder.root, error);
  const line = /(?:FATAL|PANIC|error): +(.*)/.exec(output)?.[1] ?? output.trim().split('\n')[0] ?? '';
  return new StartupError(`PostgreSQL could not create its files in ${folder.root}: ${line}.`, { cause: error });
}
