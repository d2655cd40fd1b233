/** Keeps the embedded PostgreSQL running: restarts a dead server, or reports that it cannot be restarted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../errors/startup-error.js';
import { asError } from '../errors/thrown.js';
import { type Server, stopServer } from './server.js';

/** A check only reads a variable, or one file of /proc for a server that another process started. */
const LOOK_EVERY_MS = 100;
/** The data count as gone when they are missing in this number of consecutive checks. */
const LOOKS_WITHOUT_FOLDER = 10;
/** A restart is attempted again and again for this time. */
const RESTART_WITHIN_MS = 5000;
const RETRY_EVERY_MS = 250;
/** After that time, up to this number of attempts in total, because a server may also die in a long recovery. */
const ATTEMPTS = 3;
/** No attempt starts after this time; milliseconds. */
const GIVE_UP_AFTER_MS = 120_000;

export interface SupervisorOptions {
  /** Starts a server on the port of the dead one. `onLaunch` is called with each launched process at once. */
  restart(dead: Server, signal: AbortSignal, onLaunch: (server: Server) => void): Promise<Server>;
  /** @returns the fault if the data are missing */
  findMissingData(): StartupError | undefined;
  /** Called when the server has ended for good, and again at a later `stop`. */
  onEnd(): Promise<void>;
  readonly log?: ((line: string) => void) | undefined;
}

/**
 * Checks whether the process exists, not whether it answers. A frozen or overloaded server is not dead, and a server whose backend was
 * killed restarts itself. Clients handle these cases by their timeouts.
 */
export class Supervisor {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private looksWithoutFolder = 0;
  /** Set while a dead server is restarted. */
  private restarting: Promise<void> | undefined;

  constructor(
    private current: Server,
    private readonly options: SupervisorOptions,
  ) {}

  get server(): Server {
    return this.current;
  }

  /** @param onLost called at most once, after the server has ended and the data folder is unlocked */
  watch(onLost: (fault: StartupError) => void): void {
    this.timer ??= setInterval(() => {
      this.look(onLost);
    }, LOOK_EVERY_MS).unref();
  }

  /** Ends the server for good, even during a restart. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    try {
      await stopServer(this.current);
      await this.restarting;
    } finally {
      await this.options.onEnd();
    }
  }

  private look(onLost: (fault: StartupError) => void): void {
    if (this.restarting !== undefined) return;
    if (this.current.hasEnded()) {
      this.restarting = this.replace(onLost).finally(() => {
        this.restarting = undefined;
      });
      return;
    }
    const fault = this.options.findMissingData();
    this.looksWithoutFolder = fault === undefined ? 0 : this.looksWithoutFolder + 1;
    if (fault !== undefined && this.looksWithoutFolder >= LOOKS_WITHOUT_FOLDER) {
      this.restarting = this.giveUp(fault, onLost);
    }
  }

  private async replace(onLost: (fault: StartupError) => void): Promise<void> {
    this.options.log?.('PostgreSQL ended unexpectedly: starting it again.');
    try {
      await this.restart();
      this.options.log?.('PostgreSQL is running again.');
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const sentence = `PostgreSQL ended and could not be started again: ${asError(error).message}`;
      await this.giveUp(new StartupError(sentence, { cause: error }), onLost);
    }
  }

  private async restart(): Promise<void> {
    const diedAt = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.current = await this.options.restart(this.current, this.stopping.signal, (server) => {
          this.current = server;
        });
        return;
      } catch (error) {
        if (this.stopping.signal.aborted || !mayRetry(attempt, Date.now() - diedAt)) throw error;
        await sleep(RETRY_EVERY_MS);
      }
    }
  }

  private async giveUp(fault: StartupError, onLost: (fault: StartupError) => void): Promise<void> {
    clearInterval(this.timer);
    try {
      await stopServer(this.current);
      await this.options.onEnd();
    } finally {
      if (!this.stopping.signal.aborted) onLost(fault);
    }
  }
}

function mayRetry(attempt: number, elapsedMs: number): boolean {
  return elapsedMs < RESTART_WITHIN_MS || (attempt < ATTEMPTS && elapsedMs < GIVE_UP_AFTER_MS);
}
