/** Connections on loan from a pool: every wait for one has a limit, and only a sound one is given back. */
import type pg from 'pg';
import { sendBatch, type BatchOptions, type BatchOutcome } from './batch.js';
import { ClientLeftError } from './client-left.js';
import { RowClient } from './row-client.js';
import type { BoundStatement } from './sql.js';
import { WaitTimeoutError } from './wait-timeout.js';

/** How long a request waits for a connection where its deadline leaves it the time; milliseconds. */
export const CONNECTION_WAIT_MS = 3000;

/** When a request must have its answer, as `performance.now()` tells the time. */
export type Deadline = number;

/** For work that nobody waits for: each of its waits has a limit all the same. */
export const NO_DEADLINE: Deadline = Infinity;

/** @returns the milliseconds that are left of a limit @throws WaitTimeoutError when there are none */
export function timeLeft(deadline: Deadline, limitMs: number): number {
  const left = Math.min(limitMs, deadline - performance.now());
  if (left <= 0) throw new WaitTimeoutError('The time of the request is over.');
  return left;
}

/** A connection on loan, given back once, and out of reach from then on: it may be somebody else's. */
export class Lease {
  private isOver = false;

  private constructor(
    private readonly lent: pg.PoolClient,
    private readonly onEnd: (lease: Lease) => void,
  ) {}

  /**
   * @param onEnd called once, when the connection was given back
   * @throws WaitTimeoutError when none is free in time, or what the server says to a new connection
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

  /** Whether the server waits for a statement inside a transaction, whole or failed. */
  get isInTransaction(): boolean {
    return !this.isOver && clientOf(this.lent).isInTransaction;
  }

  run(statements: readonly BoundStatement[], options: BatchOptions): Promise<BatchOutcome> {
    return sendBatch(this.client, statements, options);
  }

  /** Closes the connection, and what it runs ends with it: within half a second on the server. */
  abandon(): void {
    if (!this.isOver) clientOf(this.lent).destroy(new ClientLeftError());
  }

  /** Gives the connection back; one that is lost, busy or inside a transaction is closed instead. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    release(this.lent);
    this.onEnd(this);
  }
}

/** A pool's own limit holds for each step of a connection; this one holds for all of them together. */
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
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** The pool closes what it is given back with an error. A silent server would keep that waiting, so the socket goes first. */
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
