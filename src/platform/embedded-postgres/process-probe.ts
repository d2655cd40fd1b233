/** What the operating system tells about another process, given its number. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { systemErrorCode } from '../errors/thrown.js';

/** True for a process that lives, of whichever user. A zombie, which no one may ever collect in a container, is dead. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false; // 0 and below would mean process groups
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') return false;
  }
  return processStat(pid)?.[0] !== 'Z';
}

/**
 * A mark that two processes never share, even when the second got the number of the first (after a reboot, or in a
 * restarted container). Empty where the system has no /proc: then the number alone has to do.
 */
export function processMark(pid: number): string {
  const startTicks = processStat(pid)?.[19]; // starttime, proc_pid_stat(5)
  return startTicks === undefined ? '' : `${readText('/proc/sys/kernel/random/boot_id') ?? ''}:${startTicks}`;
}

/** @returns whether the process works in that folder, or `undefined` where the system does not tell */
export function worksIn(pid: number, folder: string): boolean | undefined {
  try {
    const own = statSync(`/proc/${pid}/cwd`);
    const wanted = statSync(folder);
    return own.dev === wanted.dev && own.ino === wanted.ino;
  } catch {
    return process.platform === 'linux' ? false : undefined;
  }
}

/** @returns the processes of that program that work in that folder; none where the system does not tell */
export function findProcesses(program: string, folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && readText(`/proc/${pid}/comm`) === program && worksIn(pid, folder) === true);
}

/** Fields of proc_pid_stat(5) from the state on: those before it may hold blanks. */
function processStat(pid: number): string[] | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat
    ?.slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
