/** Who waits for whom, as PostgreSQL tells it. */
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnService } from './service.js';

type Asked = Pick<OwnService, 'ask'>;

/** How many deadlocks PostgreSQL has broken in this database. Ends the service's connections: a backend tells its figures then. */
export async function deadlocksOf({ ask }: Asked): Promise<number> {
  await ask(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app'",
  );
  const [row] = await ask<{ deadlocks: number }>(
    'SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()',
  );
  return row?.deadlocks ?? -1;
}

/** Waits until so many backends wait for locks. @throws when they do not, within what a busy machine may need */
export async function untilWaiting({ ask }: Asked, count: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const [row] = await ask<{ waiting: number }>(
      "SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (row?.waiting === count) return;
    await sleep(20);
  }
  throw new Error(`Nobody saw ${count} wait at once.`);
}

/** Holds what the statement locks while `work` runs, in a transaction of its own past tenant isolation; then lets go. */
export async function whileHeld<T>(
  { test }: Pick<OwnService, 'test'>,
  text: string,
  values: readonly unknown[],
  work: (letGo: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: test.superuserUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(text, [...values]);
    return await work(async () => {
      await client.query('COMMIT');
    });
  } finally {
    await client.end();
  }
}
