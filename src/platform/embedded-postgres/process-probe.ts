/** Information of the operating system about another process, by its id. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { systemErrorCode } from '../errors/thrown.js';

/** True for a running process of any user. A zombie counts as dead, because in a container it may never be reaped. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false; // 0 and below denote process groups
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') return false;
  }
  return processStat(pid)?.[0] !== 'Z';
}

/**
 * A mark that distinguishes processes with the same id, e.g. after a reboot or in a restarted container. It is empty on systems without
 * /proc, where only the id can be compared.
 */
export function processMark(pid: number): string {
  const startTicks = processStat(pid)?.[19]; // starttime, proc_pid_stat(5)
  return startTicks === undefined ? '' : `${readText('/proc/sys/kernel/random/boot_id') ?? ''}:${startTicks}`;
}

/** @returns whether the folder is the working directory of the process; `undefined` if the system does not provide it */
export function worksIn(pid: number, folder: string): boolean | undefined {
  try {
    const own = statSync(`/proc/${pid}/cwd`);
    const wanted = statSync(folder);
    return own.dev === wanted.dev && own.ino === wanted.ino;
  } catch {
    return process.platform === 'linux' ? false : undefined;
  }
}

/** @returns the processes of the program whose working directory is the folder; none if the system does not provide it */
export function findProcesses(program: string, folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && readText(`/proc/${pid}/comm`) === program && worksIn(pid, folder) === true);
}

/** Fields of proc_pid_stat(5), starting with the state. The name before it may contain blanks and parentheses. */
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
