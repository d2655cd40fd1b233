/** CPU time and memory of a process, as Linux counts them in /proc. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** Clock ticks of /proc/<pid>/stat per second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parentPid: number;
  readonly ownSeconds: number;
  /** Of the children that have ended. */
  readonly childSeconds: number;
}

/** Starts counting; the function returned tells how much CPU the server and PostgreSQL have used since. */
export function startCpuClock(
  serverPid: number,
  postmasterPid: number,
): () => { serverMs: number; postgresMs: number } {
  const serverStart = cpuSeconds(serverPid);
  const postgresStart = cpuSecondsWithChildren(postmasterPid);
  return () => ({
    serverMs: (cpuSeconds(serverPid) - serverStart) * 1000,
    postgresMs: (cpuSecondsWithChildren(postmasterPid) - postgresStart) * 1000,
  });
}

/** Resident memory in MiB: now, and the highest since the process began or resetPeakMemory was called. */
export function readMemory(pid: number): { residentMiB: number; peakMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (key: string): number => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { residentMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM') };
}

/** Lets the peak begin again at the present size (proc(5), clear_refs). */
export function resetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Of a process and its ended children. */
function cpuSeconds(pid: number): number {
  const times = readTimes(pid);
  if (times === undefined) throw new Error(`Process ${pid} is gone.`);
  return times.ownSeconds + times.childSeconds;
}

/** Of a process and all its children: PostgreSQL's postmaster with its backends. */
function cpuSecondsWithChildren(pid: number): number {
  let total = cpuSeconds(pid);
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? readTimes(Number(name)) : undefined;
    if (times?.parentPid === pid) total += times.ownSeconds;
  }
  return total;
}

function readTimes(pid: number): ProcessTimes | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // ended between the listing and the reading
  }
  // Counted from behind the command, which may itself hold blanks: proc_pid_stat(5) from its third field on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]);
  return {
    parentPid: ticks(1),
    ownSeconds: (ticks(11) + ticks(12)) / TICKS_PER_SECOND,
    childSeconds: (ticks(13) + ticks(14)) / TICKS_PER_SECOND,
  };
}
