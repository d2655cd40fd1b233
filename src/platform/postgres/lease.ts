/** Leases of pool connections. Each wait for one has a limit, and only an intact connection returns to the pool. */
import type pg from 'pg';
import { asError } from '../errors/thrown.js';
import { sendBatch, type BatchOptions, type BatchOutcome } from './batch.js';
import { ClientLeftError } from './client-left.js';
import { RowClient } from './row-client.js';
import type { BoundStatement } from './sql.js';
import { WaitTimeoutError } from './wait-timeout.js';

/** The longest wait for a connection, if the deadline of the request is not earlier; milliseconds. */
export const CONNECTION_WAIT_MS = 3000;

/** The time by which a request must be answered, on the clock of `performance.now()`. */
export type Deadline = number;

/** For background work. Each of its waits still has its own limit. */
export const NO_DEADLINE: Deadline = Infinity;

/** @returns the smaller of the limit and the time left until the deadline; milliseconds @throws WaitTimeoutError when no time is left */
export function timeLeft(deadline: Deadline, limitMs: number): number {
  const left = Math.min(limitMs, deadline - performance.now());
  if (left <= 0) throw new WaitTimeoutError('The time of the request is over.');
  return left;
}

/** A leased connection. It is given back once and cannot be used afterwards, because it may have another user. */
export class Lease {
  private isOver = false;
  /** What was sent under this lease. */
  statements = 0;
  roundTrips = 0;

  private constructor(
    private readonly lent: pg.PoolClient,
    private readonly onEnd: (lease: Lease) => void,
  ) {}

  /**
   * @param onEnd called once, when the connection is given back
   * @throws WaitTimeoutError when none is free in time; the server's error when a new connection fails
   */
  static async take(
    pool: pg.Pool,
    deadline: Deadline = NO_DEADLINE,
    onEnd: (lease: Lease) => void = () => undefined,
  ): Promise<Lease> {
    const limitMs = timeLeft(deadline, CONNECTION_WAIT_MS);
    const isFree = pool.idleCount > pool.waitingCount;
    return new Lease(await (isFree ? pool.connect() : connectWithin(pool, limitMs)), onEnd);
  }

  get client(): pg.PoolClient {
    if (this.isOver) throw new Error('The connection was given back.');
    return this.lent;
  }

  /** True when the server is idle inside a transaction, also a failed one. */
  get isInTransaction(): boolean {
    return !this.isOver && clientOf(this.lent).isInTransaction;
  }

  run(statements: readonly BoundStatement[], options: BatchOptions): Promise<BatchOutcome> {
    this.statements += statements.length;
    this.roundTrips += 1;
    return sendBatch(this.client, statements, options);
  }

  /** Closes the connection. The server ends its statement within half a second. */
  abandon(): void {
    if (!this.isOver) clientOf(this.lent).destroy(new ClientLeftError());
  }

  /** Gives the connection back. If it is lost, busy or inside a transaction, it is closed instead. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    release(this.lent);
    this.onEnd(this);
  }
}

/** Limits the whole wait. The pool's own limit applies to each step of connecting separately. */
function connectWithin(pool: pg.Pool, limitMs: number): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new WaitTimeoutError('No connection to the database was free in time.'));
    }, limitMs).unref();
    pool.connect().then(
      (client) => {
        clearTimeout(timer);
        if (isLate) release(client);
        else resolve(client);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(asError(error));
      },
    );
  });
}

/** Returns a client to the pool, or closes it if it is not reusable. The socket is destroyed first: closing would wait for the server. */
export function release(client: pg.PoolClient): void {
  const connection = clientOf(client);
  if (connection.isReusable) {
    client.release();
    return;
  }
  connection.destroy();
  client.release(true);
}

function clientOf(client: pg.PoolClient): RowClient {
  if (client instanceof RowClient) return client;
  throw new Error('The pool needs RowClient: give it `Client: RowClient`.');
}
