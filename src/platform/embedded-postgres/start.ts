/** Starts the server on a data folder: the first time, and again after it died. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerUser } from './binaries.js';
import type { DataFolder } from './data-folder.js';
import { explainRejection } from './faults.js';
import { rememberPort } from './memory.js';
import { endOrphans } from './orphans.js';
import { choosePort } from './port.js';
import { becomesReady, launch, readLog, type Server } from './server.js';

/** How long the children of a killed server may take to notice and end by themselves. */
const ORPHAN_GRACE_MS = 1000;
/** Where they cannot be found and ended, they are waited for. */
const RETRY_FOR_MS = 10_000;
const RETRY_EVERY_MS = 200;

export interface ServerStart {
  readonly folder: DataFolder;
  readonly user: ServerUser | undefined;
  /** Full path of `postgres`. */
  readonly program: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Without it: the port of the last start where it is free, else any free one. */
  readonly port: number | undefined;
  /** Once aborted, nothing is launched. */
  readonly signal?: AbortSignal;
  /** Called with each process launched, before it is ready. */
  readonly onLaunch?: (server: Server) => void;
}

/**
 * Launches the server and waits until it takes connections, crash recovery included.
 * @throws StartupError that says what to do
 */
export async function startServer({ folder, program, user, settings, ...start }: ServerStart): Promise<Server> {
  const startedAt = Date.now();
  for (;;) {
    const port = await choosePort(folder, start.port);
    start.signal?.throwIfAborted();
    const server = launch(folder, program, user, { ...settings, port: String(port) });
    start.onLaunch?.(server);
    if (await becomesReady(folder, server)) {
      rememberPort(folder, port);
      return server;
    }
    const said = readLog(folder, server);
    const elapsed = Date.now() - startedAt;
    if (!willPass(said) || elapsed > RETRY_FOR_MS) throw explainRejection(folder, said);
    if (elapsed > ORPHAN_GRACE_MS) await endOrphans(folder.cluster);
    await sleep(RETRY_EVERY_MS);
  }
}

/** Children of a killed server that are still ending, or a port taken between our look and the server's start. */
function willPass(said: string): boolean {
  return /pre-existing shared memory block|could not bind|could not create any TCP\/IP sockets/.test(said);
}
