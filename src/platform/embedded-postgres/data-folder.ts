/** The data folder of the embedded PostgreSQL: its files, their owner, and the creation of the cluster. */
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
  /** PostgreSQL's data directory. */
  readonly cluster: string;
  readonly log: string;
  readonly lock: string;
  readonly memory: string;
}

/** Contents of `postmaster.pid`, which exists while PostgreSQL runs. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** The server does not get the service's environment, which contains secrets. Windows needs its own environment. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv | undefined =
  process.platform === 'win32' ? undefined : { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Creates the folder if it is missing, readable by its owner only, and checks that it is writable. */
export function openDataFolder(dataDir: string): DataFolder {
  makeFolder(dataDir);
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  return dataFolderAt(realpathSync(dataDir));
}

/** Creates a folder and its parents. Node's `recursive` option never ends where no folder can be created, e.g. in /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST' || !existsSync(folder)) throw error; // another start may have created it
  }
}

/** The paths in a data folder. They need not exist. */
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
 * Chooses the user that runs the server. If the service runs as root, it is the owner of the data, or `nobody` for new data.
 * @returns `undefined` for the service's own user
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
 * The path of the folder for PostgreSQL. If the service runs as root, another user runs the server and may lack access to the folders
 * above (e.g. /root). The server starts with the folder as its working directory, and /proc/self/cwd names it without them.
 */
export function clusterArgument(cluster: string, user: ServerUser | undefined): string {
  return user === undefined ? cluster : '/proc/self/cwd';
}

/** Changes the owner of the folder and its contents to the user that runs the server. A restored backup may belong to root. */
export function giveTo(user: ServerUser | undefined, folder: string): void {
  if (user === undefined || statSync(folder).uid === user.uid) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(path.join(folder, name), user.uid, user.gid);
  }
  chownSync(folder, user.uid, user.gid);
}

/** Runs initdb in a temporary folder and then renames it, so an interrupted first start leaves no incomplete cluster. */
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
  // Sort order and case rules do not depend on the machine's C library. ICU collations remain available by name.
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

/** True when the cluster exists: PG_VERSION is in every cluster. */
export function holdsCluster(folder: DataFolder): boolean {
  return existsSync(versionFile(folder));
}

function versionFile(folder: DataFolder): string {
  return path.join(folder.cluster, 'PG_VERSION');
}

/** @throws StartupError for data of another major version of PostgreSQL, which must be dumped and restored */
export function assertSameMajor(folder: DataFolder, binaries: PostgresBinaries): void {
  if (!holdsCluster(folder)) throw dataGone(folder.cluster);
  const found = readFileSync(versionFile(folder), 'utf8').trim();
  if (found === binaries.major) return;
  throw new StartupError(
    `The data in ${folder.cluster} was written by PostgreSQL ${found} and this is PostgreSQL ${binaries.major}: dump it with the old version and restore it here, or set another DATA_DIR.`,
  );
}

/** @returns the data of the running server, or of the last one if it was killed */
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
 * Replaces the process id in a stale `postmaster.pid` by our own. PostgreSQL refuses to start if the id belongs to a zombie or to
 * another process of the same user, but ignores the id of its parent. It still uses the rest of the file to detect orphans.
 * @param deadPid the id that is known to be stale; a file with another id is left unchanged
 */
export function disarmStalePostmaster(cluster: string, deadPid: number): void {
  const file = path.join(cluster, 'postmaster.pid');
  if (readPostmaster(cluster)?.pid !== deadPid) return;
  if (process.platform === 'win32') {
    rmSync(file); // there it does not check for its parent, and detects orphans by the name of their shared memory
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
