/** The connections of one request: a few at once, each in the tenant's turn. A request that only reads ends when its client leaves. */
import type pg from 'pg';
import { ClientLeftError } from '../platform/postgres/client-left.js';
import { CONNECTION_WAIT_MS, Lease, NO_DEADLINE, timeLeft, type Deadline } from '../platform/postgres/lease.js';
import { WaitTimeoutError } from '../platform/postgres/wait-timeout.js';
import type { TenantTurns } from './tenant-turns.js';

/** The number of connections that a request may use at once. A further one waits until it gives one back. */
const CONNECTIONS_PER_REQUEST = 3;
/** Running statements get this time to finish, because a new connection takes about 40 ms of the server's time; milliseconds. */
const ABANDON_AFTER_MS = 500;
/** Limit for work without a deadline; milliseconds. */
const MAX_OWN_WAIT_MS = 60_000;

/** A source of leases. */
export interface Connections {
  /** The time by which all statements must be answered. */
  readonly deadline: Deadline;
  /**
   * @param purpose a change continues when its client leaves: its COMMIT may already be sent, and a failed sign-in must be counted
   * @throws WaitTimeoutError when no connection is free in time; ClientLeftError
   */
  take(tenantId: string, purpose: 'read' | 'change'): Promise<Lease>;
}

/** Shared by all requests. */
export interface SharedConnections {
  readonly pool: pg.Pool;
  readonly turns: TenantTurns;
}

export class RequestConnections implements Connections {
  /** What the request has sent, its setting of the tenant included, when its leases have ended. */
  statements = 0;
  roundTrips = 0;
  private using = 0;
  private readonly waiting = new Set<() => void>();
  private readonly leases = new Set<Lease>();
  private hasClientLeft = false;
  private endsWithClient = false;
  private leftOutTo = 0;

  /** @param limit connections at once */
  constructor(
    private readonly shared: SharedConnections,
    private until: Deadline,
    private readonly limit: number = CONNECTIONS_PER_REQUEST,
  ) {}

  get deadline(): Deadline {
    return this.until;
  }

  /**
   * For a request that has waited on purpose and without a connection: this time does not count. Fields of one document may have waited
   * at the same time, which is left out once.
   * @param since when the wait began, by `performance.now()`
   */
  leaveOutWait(since: number): void {
    const now = performance.now();
    this.until += now - Math.max(since, this.leftOutTo);
    this.leftOutTo = now;
  }

  async take(tenantId: string, purpose: 'read' | 'change'): Promise<Lease> {
    if (purpose === 'read') this.requireClient();
    // Its own statements will finish, so the request waits for them until its deadline.
    if (this.using < this.limit) this.using += 1;
    else await this.waitFor(timeLeft(this.deadline, MAX_OWN_WAIT_MS), (give) => this.waitForOwn(give));
    const lease = await this.takeInTurn(tenantId).catch((error: unknown) => {
      this.leaveOwn();
      throw error;
    });
    if (purpose === 'read') this.endWithClient(lease);
    return lease;
  }

  /** From now on the request only reads, so it ends when its client leaves. */
  readOnly(): void {
    this.endsWithClient = true;
  }

  /** Called when the client has disconnected. A request that only reads gives up its statements. */
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
        this.statements += lease.statements;
        this.roundTrips += lease.roundTrips;
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

  /** Registers the lease, or ends it if the client has left in the meantime. */
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

  /** @param join adds a callback to a queue and returns the function that removes it */
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

/** Connections of a pool without turns and limits, for commands. */
export function connectionsOf(pool: pg.Pool): Connections {
  return { deadline: NO_DEADLINE, take: () => Lease.take(pool) };
}
