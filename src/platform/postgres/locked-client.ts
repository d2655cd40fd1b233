/** A connection outside of any pool that holds an advisory lock, for what only one process may do at a time. */
import pg from 'pg';

/** One for each kind of work, arbitrary constants. Such a lock is released when the connection ends. */
const LOCKS = { migrations: 7_203_003, demo: 7_203_004 } as const;
const CONNECT_TIMEOUT_MS = 5000;

/** Runs the work while the connection holds the lock. @throws errors of the connection and of the work, unchanged */
export async function withLockedClient<T>(
  connectionString: string,
  lock: keyof typeof LOCKS,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined); // a lost connection also fails the statement that waits, or the next
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCKS[lock]]);
    return await work(client);
  } finally {
    await client.end();
  }
}
