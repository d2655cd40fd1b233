/** Children that outlive a server that was killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DataFolder, readPostmaster } from './data-folder.js';
import { holdsFolderLock } from './folder-lock.js';
import { findProcesses, isRunning, worksIn } from './process-probe.js';
import { sendSignal } from './server.js';

const WAIT_MS = 1000;
const POLL_MS = 10;

/**
 * A child in a long statement does not notice that its server has died, and keeps the shared memory that a new server
 * waits for. Ending it loses nothing: what it acknowledged is in the write-ahead log. Where no server runs in the folder,
 * every `postgres` in it is such a child. Call it with the lock of the folder; it finds none where there is no /proc.
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
 * Ends the server of this process with all its children, also one that is frozen, for a process that cannot wait any more.
 * What it acknowledged is in the write-ahead log, and the next start recovers it. A server of another process is left alone.
 */
export function killServerOf({ cluster, lock }: Pick<DataFolder, 'cluster' | 'lock'>): void {
  if (!holdsFolderLock(lock)) return;
  const pid = readPostmaster(cluster)?.pid;
  if (pid !== undefined && isRunning(pid) && worksIn(pid, cluster) !== false) sendSignal(pid, 'SIGKILL');
  for (const child of findProcesses('postgres', cluster)) sendSignal(child, 'SIGKILL');
}
