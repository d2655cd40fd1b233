/** The connections that one request uses: a few at once, each in its tenant's turn, and none any more when its client has left. */
import type pg from 'pg';
import { AppError } from '../platform/errors/errors.js';
import { CONNECTION_WAIT_MS, Lease, timeLeft, type Deadline } from '../platform/postgres/lease.js';
import { WaitTimeoutError } from '../platform/postgres/wait-timeout.js';
import type { ConnectionTurns } from './connection-turns.js';

/** A request that needs more at once waits for its own. */
const CONNECTIONS_PER_REQUEST = 3;

/** Where leases come from. */
export interface Connections {
  /** @throws WaitTimeoutError when none is free in time, AppError UNAVAILABLE when the client has left */
  take(tenantId: string): Promise<Lease>;
}

/** What all requests share. */
export interface SharedConnections {
  readonly pool: pg.Pool;
  readonly turns: ConnectionTurns;
}

export class RequestConnections implements Connections {
  private using = 0;
  private readonly waiting = new Set<() => void>();
  private readonly leases = new Set<Lease>();
  private hasClientLeft = false;

  /** @param limit connections at once; work that is no request has no limit of its own */
  constructor(
    private readonly shared: SharedConnections,
    private readonly deadline: Deadline,
    private readonly limit: number = CONNECTIONS_PER_REQUEST,
  ) {}

  async take(tenantId: string): Promise<Lease> {
    const waitMs = timeLeft(this.deadline, CONNECTION_WAIT_MS);
    const startedAt = performance.now();
    this.requireClient();
    if (this.using < this.limit) this.using += 1;
    else await this.waitFor(waitMs, (give) => this.waitForOwn(give));
    try {
      return await this.takeInTurn(tenantId, startedAt + waitMs);
    } catch (error) {
      this.leaveOwn();
      throw error;
    }
  }

  /** Nobody waits for the answer any more: what runs is given up, unless it may have been committed. */
  abandon(): void {
    this.hasClientLeft = true;
    for (const lease of this.leases) lease.abandon();
  }

  private async takeInTurn(tenantId: string, until: Deadline): Promise<Lease> {
    const { turns, pool } = this.shared;
    if (!turns.enter(tenantId))
      await this.waitFor(timeLeft(until, CONNECTION_WAIT_MS), (give) => turns.wait(tenantId, give));
    try {
      this.requireClient();
      const lease = await Lease.take(pool, until, () => {
        this.leases.delete(lease);
        turns.leave(tenantId);
        this.leaveOwn();
      });
      this.leases.add(lease);
      return lease;
    } catch (error) {
      turns.leave(tenantId);
      throw error;
    }
  }

  private requireClient(): void {
    if (this.hasClientLeft) throw new AppError('UNAVAILABLE', undefined, { cause: new Error('The client has left.') });
  }

  private waitForOwn(give: () => void): () => void {
    this.waiting.add(give);
    return () => {
      this.waiting.delete(give);
    };
  }

  private leaveOwn(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.using -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  /** @param join queues what is called when the wait is over, and returns what leaves the queue */
  private waitFor(limitMs: number, join: (give: () => void) => () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        leave();
        reject(new WaitTimeoutError('No connection to the database was free in time.'));
      }, limitMs).unref();
      const leave = join(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Connections of a pool that nobody else takes turns at: for commands. */
export function connectionsOf(pool: pg.Pool): Connections {
  return { take: () => Lease.take(pool) };
}
