/** Ends child processes of a killed server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DataFolder, readPostmaster } from './data-folder.js';
import { holdsFolderLock } from './folder-lock.js';
import { findProcesses, isRunning, worksIn } from './process-probe.js';
import { sendSignal } from './server.js';

const WAIT_MS = 1000;
const POLL_MS = 10;

/**
 * Kills the orphans in the folder: if no server runs there, every `postgres` process is one. An orphan in a long statement does not
 * notice that its server has died, and holds the shared memory that a new server waits for. Killing it loses no data, because
 * acknowledged changes are in the write-ahead log. Hold the lock of the folder when calling it. Without /proc it finds no orphans.
 */
export async function endOrphans(cluster: string): Promise<void> {
  if (hasServer(cluster)) return;
  const giveUpAt = Date.now() + WAIT_MS;
  for (;;) {
    const orphans = findProcesses('postgres', cluster);
    for (const orphan of orphans) sendSignal(orphan, 'SIGKILL');
    if (orphans.length === 0 || Date.now() > giveUpAt) return;
    await sleep(POLL_MS);
  }
}

function hasServer(cluster: string): boolean {
  const pid = readPostmaster(cluster)?.pid;
  return pid !== undefined && isRunning(pid) && worksIn(pid, cluster) === true;
}

/**
 * Kills the server of this process and its children, even if it is frozen, for a process that must exit at once. Acknowledged changes
 * are in the write-ahead log, and the next start recovers them. A server of another process is not affected.
 */
export function killServerOf({ cluster, lock }: Pick<DataFolder, 'cluster' | 'lock'>): void {
  if (!holdsFolderLock(lock)) return;
  const pid = readPostmaster(cluster)?.pid;
  if (pid !== undefined && isRunning(pid) && worksIn(pid, cluster) !== false) sendSignal(pid, 'SIGKILL');
  for (const child of findProcesses('postgres', cluster)) sendSignal(child, 'SIGKILL');
}
