import type { EntityManager } from '@mikro-orm/postgresql';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { atCommit, runStatement } from '../../../src/tenancy/open-transaction.js';
import { serverErrorOf, translateDatabaseError } from '../../../src/platform/postgres/database-errors.js';
import { newId } from '../../../src/platform/values/ids.js';
import { sql } from '../../../src/platform/postgres/sql.js';
import { customerIn, CUSTOMERS, problemIn } from '../../crm/customer/customer-support.js';
import type { Answer } from '../../support/client.js';
import { rewriteStatements } from '../../support/statements.js';
import {
  counters,
  eventCount,
  POOL,
  put,
  putNow,
  rejectionOf,
  transact,
  useTransactions,
  withRewritten,
} from './transaction-support.js';

const world = useTransactions();

async function backendOf(em: EntityManager): Promise<number> {
  const [row] = await runStatement<{ pid: number }>(em, sql`select pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

/** Ends a connection as an operator would, and waits until it is gone. */
async function terminate(pid: number): Promise<void> {
  await world.service.ask('SELECT pg_terminate_backend($1, 5000)', [pid]);
}

const UNWATCHED = "set_config('client_connection_check_interval', '0', true)";

async function cutWhenAsleep(connection: pg.PoolClient): Promise<void> {
  const asleep = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
  while ((await world.service.ask(asleep)).length === 0);
  cutSocket(connection);
}

/** ErrorResponse: FATAL, 57P01. */
const GOODBYE = Buffer.from('E\0\0\0\x1cSFATAL\0C57P01\0Mthe end\0\0');

/** A backend that is told to end while it waits for the disk: it answers the last statement, then says goodbye, and is gone. */
function endAfter(connection: pg.PoolClient, answer: string): void {
  const tag = Buffer.from(`${answer}\0`);
  const { stream } = Reflect.get(connection, 'connection') as unknown as { stream: Socket };
  const emit = stream.emit.bind(stream);
  stream.emit = (event: string, ...rest: unknown[]): boolean => {
    const [chunk] = rest;
    const at = event === 'data' && Buffer.isBuffer(chunk) ? chunk.lastIndexOf(tag) : -1;
    if (at < 0 || !Buffer.isBuffer(chunk)) return emit(event, ...rest);
    const isEmitted = emit(event, Buffer.concat([chunk.subarray(0, at + tag.length), GOODBYE]));
    stream.destroy();
    return isEmitted;
  };
}

function cutSocket(connection: pg.PoolClient): void {
  const { stream } = Reflect.get(connection, 'connection') as { stream: { destroy(): void } };
  stream.destroy();
}

describe('a deadlock', () => {
  test('is tried again', async () => {
    await transact(world, async (em) => {
      await putNow(world, em, 'a.live');
      await putNow(world, em, 'b.live');
    });
    let runs = 0;
    let bothHold: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (bothHold = resolve));
    const addTo = (em: EntityManager, name: string): Promise<unknown> =>
      runStatement(
        em,
        sql`update counters set value = value + 1 where tenant_id = ${world.tenant.id} and name = ${name}`,
      );
    const addToBoth = (first: string, second: string): Promise<void> =>
      transact(world, async (em) => {
        await addTo(em, first);
        if (++runs >= 2) bothHold();
        await held;
        await addTo(em, second);
      });

    await Promise.all([addToBoth('a.live', 'b.live'), addToBoth('b.live', 'a.live')]);

    expect(runs).toBe(3);
    const values = await world.service.ask('SELECT value::int FROM counters WHERE tenant_id = $1', [world.tenant.id]);
    expect(values).toEqual([{ value: 3 }, { value: 3 }]);
  });
});

describe('a statement prepared before a migration', () => {
  test('is prepared again, in a second try', async () => {
    let runs = 0;
    const readAll = (): Promise<unknown[]> =>
      transact(world, (em) => {
        runs += 1;
        return runStatement(em, sql`select * from counters where tenant_id = ${world.tenant.id}`);
      });
    await transact(world, (em) => putNow(world, em, 'a.live'));
    await readAll();

    await world.service.ask('ALTER TABLE counters ADD COLUMN added integer DEFAULT 7');
    const rows = await readAll().finally(() => world.service.ask('ALTER TABLE counters DROP COLUMN added'));

    expect(rows).toEqual([{ tenant_id: world.tenant.id, name: 'a.live', value: 1, added: 7 }]);
    expect(runs).toBe(3);
  });
});

describe('a connection that is lost', () => {
  test('before COMMIT was sent has the work tried again', async () => {
    let runs = 0;
    const cutBefore = async (em: EntityManager): Promise<void> => {
      if ((runs += 1) === 1) await terminate(await backendOf(em));
    };

    await transact(world, async (em) => {
      await cutBefore(em);
      await putNow(world, em, 'a.live');
    });
    runs = 0;
    await transact(world, async (em) => {
      await putNow(world, em, 'b.live');
      await cutBefore(em);
    });

    expect(runs).toBe(2);
    expect(await counters(world)).toEqual(['a.live', 'b.live']);
  });

  test('in the message with COMMIT, as the server itself says, has the work tried again', async () => {
    let runs = 0;

    await transact(world, async (em) => {
      const pid = await backendOf(em);
      atCommit(em, put(world, 'a.live'));
      if ((runs += 1) > 1) return;
      atCommit(em, sql`select pg_sleep(20)`);
      void terminateAsleep(pid);
    });

    expect(runs).toBe(2);
    expect(await counters(world)).toEqual(['a.live']);
  });

  async function terminateAsleep(pid: number): Promise<void> {
    const asleep = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`;
    while ((await world.service.ask(asleep, [pid])).length === 0);
    await terminate(pid);
  }

  test('after COMMIT was sent leaves the work as it is: once, and nobody tries it again', async () => {
    const key = { 'idempotency-key': newId() };
    const { id } = customerIn(await world.client.post(CUSTOMERS, { name: 'X' }));
    world.sent.length = 0;
    const change = (): Promise<Answer> => world.client.put(`${CUSTOMERS}/${id}`, { city: 'Lyon' }, key);
    world.service.database.pool.once('acquire', (connection: pg.PoolClient) => {
      const stop = rewriteStatements((text) => {
        if (!text.startsWith('insert into audit_unsealed')) return text;
        stop();
        void cutWhenAsleep(connection);
        // COMMIT is in the same message. The server must not look for its client meanwhile, or it would give the work up.
        return text.replace('values ($1, $2)', `select $1, $2::uuid from ${UNWATCHED}, pg_sleep(0.5)`);
      });
    });

    const lost = await change();

    expect([lost.status, problemIn(lost).code, lost.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '1']);
    expect(world.sent.filter((text) => text.endsWith('commit'))).toHaveLength(1);
    const again = await change();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await eventCount(world)).toBe(2);
  });

  test('after the server has said that it committed is no failure: the work is done, and the caller is told so', async () => {
    world.service.database.pool.once('acquire', (connection: pg.PoolClient) => {
      endAfter(connection, 'COMMIT');
    });

    const answer = await world.client.post(CUSTOMERS, { name: 'X' });

    expect([answer.status, await eventCount(world)]).toEqual([201, 1]);
    expect(world.sent.filter((text) => text.endsWith('commit'))).toHaveLength(1);
    expect((await world.client.get(CUSTOMERS)).status).toBe(200);
  });

  test('after the last statement of a transaction of one message was answered leaves the work as it is', async () => {
    let runs = 0;
    world.service.database.pool.once('acquire', (connection: pg.PoolClient) => {
      endAfter(connection, 'INSERT 0 1');
    });

    const error = await rejectionOf(
      transact(world, (em) => {
        runs += 1;
        atCommit(em, put(world, 'a.live'));
        return Promise.resolve();
      }),
    );

    expect([translateDatabaseError(error)?.code, runs]).toEqual(['UNAVAILABLE', 1]);
    expect(await counters(world)).toEqual(['a.live']);
  });

  test('by a pooler, as the pooler says with COMMIT on its way, is not tried again either', async () => {
    const lose = "do $$ begin raise exception using errcode = '08P01'; end $$";

    const atTheEnd = (text: string): string => (text === 'commit' ? lose : text);

    const error = await rejectionOf(
      withRewritten(atTheEnd, () => transact(world, (em) => putNow(world, em, 'a.live'))),
    );

    expect(translateDatabaseError(error)?.code).toBe('UNAVAILABLE');
    expect(world.sent.filter((text) => text.endsWith('commit'))).toHaveLength(1);
  });

  test('again and again is UNAVAILABLE in the end, and the pool has its connections back', async () => {
    let runs = 0;

    for (let count = 0; count <= POOL; count += 1) {
      const error = await rejectionOf(
        transact(world, async (em) => {
          runs += 1;
          await terminate(await backendOf(em));
          await putNow(world, em, 'a.live');
        }),
      );
      expect(translateDatabaseError(error)?.code).toBe('UNAVAILABLE');
    }

    expect(runs).toBe(4 * (POOL + 1));
    await transact(world, (em) => putNow(world, em, 'b.live'));
    expect(await counters(world)).toEqual(['b.live']);
  });

  test('is told from what the server said, whatever letters the name of the error has', () => {
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

    expect(serverErrorOf(error)).toBeUndefined();
    expect(translateDatabaseError(error)?.code).toBe('UNAVAILABLE');
  });
});

test('a ROLLBACK without an answer keeps nobody waiting: its connection is closed', async () => {
  const rejected = new Error('refused');
  const silent = (text: string): string => text.replace(/^rollback$/, 'select pg_sleep(60)');
  const startedAt = performance.now();

  const error = await withRewritten(silent, () =>
    rejectionOf(
      transact(world, async (em) => {
        await putNow(world, em, 'a.live');
        throw rejected;
      }),
    ),
  );

  expect(error).toBe(rejected);
  // The server itself would have ended it after five seconds.
  expect(performance.now() - startedAt).toBeLessThan(4000);
  expect(await counters(world)).toEqual([]);
});
