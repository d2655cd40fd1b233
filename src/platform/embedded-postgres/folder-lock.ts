/** A lock file that prevents two services from using one data folder. The lock of a dead process is ignored. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning, processMark } from './process-probe.js';
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

export interface FolderLock {
  release(): void;
}

/** Takes the lock, also that of a dead process. @throws StartupError while its holder is running */
export function takeFolderLock(file: string, folder: string): FolderLock {
  const own = ownMark();
  while (!tryCreate(file, own)) removeStaleLock(file, folder);
  return {
    release: () => {
      if (readLock(file) === own) rmSync(file, { force: true });
    },
  };
}

/** True when this process holds the lock. */
export function holdsFolderLock(file: string): boolean {
  return readLock(file) === ownMark();
}

function ownMark(): string {
  return `${process.pid} ${processMark(process.pid)}\n`;
}

function removeStaleLock(file: string, folder: string): void {
  const seen = readLock(file);
  if (seen === undefined) return;
  rejectLiveHolder(seen, folder);
  // Another process may take over the stale lock at the same time: move it aside, check it again, and restore it if it has changed.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readLock(aside);
  if (moved !== undefined && moved !== seen) tryCreate(file, moved);
  rmSync(aside, { force: true });
}

function rejectLiveHolder(content: string, folder: string): void {
  const [pid = '', mark = ''] = content.trim().split(' ');
  const holder = Number(pid);
  if (!isRunning(holder)) return;
  const liveMark = processMark(holder);
  if (mark !== '' && liveMark !== '' && mark !== liveMark) return;
  throw new StartupError(
    `The data folder ${folder} is already used by process ${holder}: stop it first, or set another DATA_DIR.`,
  );
}

function tryCreate(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (/^(?:ENOENT|ENOTDIR)$/.test(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}
