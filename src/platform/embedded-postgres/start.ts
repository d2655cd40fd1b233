/** Starts the server on a data folder, initially and after it died. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerUser } from './binaries.js';
import type { DataFolder } from './data-folder.js';
import { explainRejection } from './faults.js';
import { rememberPort } from './memory.js';
import { endOrphans } from './orphans.js';
import { choosePort } from './port.js';
import { becomesReady, launch, readLog, type Server } from './server.js';

/** Time for the children of a killed server to end by themselves. */
const ORPHAN_GRACE_MS = 1000;
/** Time to wait for them on systems where they cannot be found and killed. */
const RETRY_FOR_MS = 10_000;
const RETRY_EVERY_MS = 200;

export interface ServerStart {
  readonly folder: DataFolder;
  readonly user: ServerUser | undefined;
  /** Full path of `postgres`. */
  readonly program: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Default: the port of the last start if it is free, otherwise any free port. */
  readonly port: number | undefined;
  /** After an abort, no process is launched. */
  readonly signal?: AbortSignal;
  /** Called with each launched process before it is ready. */
  readonly onLaunch?: (server: Server) => void;
}

/**
 * Launches the server and waits until it accepts connections, including crash recovery.
 * @throws StartupError with a remedy
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

/** True for temporary faults: children of a killed server are still ending, or the port was taken after it was chosen. */
function willPass(said: string): boolean {
  return /pre-existing shared memory block|could not bind|could not create any TCP\/IP sockets/.test(said);
}
