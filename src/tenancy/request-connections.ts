/** The connections that one request uses: a few at once, each in its tenant's turn, and none any more when its client has left. */
import type pg from 'pg';
import { ClientLeftError } from '../platform/postgres/client-left.js';
import { CONNECTION_WAIT_MS, Lease, timeLeft, type Deadline } from '../platform/postgres/lease.js';
import { WaitTimeoutError } from '../platform/postgres/wait-timeout.js';
import type { ConnectionTurns } from './connection-turns.js';

/** A request that needs more at once waits for its own. */
const CONNECTIONS_PER_REQUEST = 3;
/** A statement that ends by itself costs less than a new connection, which takes some 40 ms of the server's; milliseconds. */
const ABANDON_AFTER_MS = 500;
/** For work without a deadline; milliseconds. */
const MAX_OWN_WAIT_MS = 60_000;

/** Where leases come from. */
export interface Connections {
  /**
   * @param purpose a change goes on when its client leaves: it may be on its way to be committed, and a sign-in that failed counts
   * @throws WaitTimeoutError when none is free in time, ClientLeftError
   */
  take(tenantId: string, purpose: 'read' | 'change'): Promise<Lease>;
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
  private endsWithClient = false;

  /** @param limit connections at once; work that is no request has no limit of its own */
  constructor(
    private readonly shared: SharedConnections,
    private readonly deadline: Deadline,
    private readonly limit: number = CONNECTIONS_PER_REQUEST,
  ) {}

  async take(tenantId: string, purpose: 'read' | 'change'): Promise<Lease> {
    if (purpose === 'read') this.requireClient();
    // The request's own statements come to an end: it waits for them as long as it may.
    if (this.using < this.limit) this.using += 1;
    else await this.waitFor(timeLeft(this.deadline, MAX_OWN_WAIT_MS), (give) => this.waitForOwn(give));
    const lease = await this.takeInTurn(tenantId).catch((error: unknown) => {
      this.leaveOwn();
      throw error;
    });
    if (purpose === 'read') this.endWithClient(lease);
    return lease;
  }

  /** From now on the request only reads: it is over when its client leaves. */
  readOnly(): void {
    this.endsWithClient = true;
  }

  /** Nobody waits for the answer any more: what a request that only reads has asked for is given up. */
  clientLeft(): void {
    this.hasClientLeft = true;
    if (!this.endsWithClient || this.leases.size === 0) return;
    setTimeout(() => {
      for (const lease of this.leases) lease.abandon();
    }, ABANDON_AFTER_MS).unref();
  }

  private async takeInTurn(tenantId: string): Promise<Lease> {
    const { turns, pool } = this.shared;
    const until = performance.now() + timeLeft(this.deadline, CONNECTION_WAIT_MS);
    if (!turns.enter(tenantId))
      await this.waitFor(timeLeft(until, CONNECTION_WAIT_MS), (give) => turns.wait(tenantId, give));
    try {
      return await Lease.take(pool, until, (lease) => {
        this.leases.delete(lease);
        turns.leave(tenantId);
        this.leaveOwn();
      });
    } catch (error) {
      turns.leave(tenantId);
      throw error;
    }
  }

  private requireClient(): void {
    if (this.hasClientLeft && this.endsWithClient) throw new ClientLeftError();
  }

  /** The client may have left while the connection was waited for. */
  private endWithClient(lease: Lease): void {
    this.leases.add(lease);
    if (!this.hasClientLeft || !this.endsWithClient) return;
    lease.end();
    throw new ClientLeftError();
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
