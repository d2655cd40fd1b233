import type { EntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { atCommit, lastAtCommit, type OpenTransaction } from '../../src/access/open-transaction.js';
import { inTenantTransaction } from '../../src/access/transaction.js';
import { serverErrorOf, translateDatabaseError, violatedConstraint } from '../../src/platform/database-errors.js';
import { newId } from '../../src/platform/ids.js';
import { sql, type Sql } from '../../src/platform/sql.js';
import { customerIn, CUSTOMERS, problemIn } from '../crm/support.js';
import { as, type Answer, type Client } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
import { rewriteStatements } from '../support/statements.js';

const POOL = 2;

let service: TestService;
let tenant: TestTenant;
let client: Client;
/** Texts as they went out, one for each round trip. */
let sent: string[];
let stopListening: () => void;

beforeAll(async () => {
  service = await startTestService({ DATABASE_POOL: String(POOL) });
});

afterAll(() => service.close());

beforeEach(async () => {
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
  // The caller's identity is read once and then remembered.
  await client.get('/v1/auth/me');
  sent = [];
  stopListening = rewriteStatements((text) => {
    sent.push(text);
    return text;
  });
});

afterEach(() => {
  stopListening();
  const { totalCount, idleCount } = service.database.pool;
  expect(totalCount - idleCount).toBe(0);
});

function transact<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
  return inTenantTransaction(service.database, tenant.id, work);
}

const setting = (): string => `begin\n; select app.set_tenant('${tenant.id}')\n; `;
const put = (name: string, value = 1): Sql =>
  sql`insert into counters (tenant_id, name, value) values (${tenant.id}, ${name}, ${value})`;
const putNow = (em: EntityManager, name: string): Promise<unknown> =>
  em.execute('insert into counters (tenant_id, name, value) values (?, ?, 1)', [tenant.id, name]);

/** Names of the tenant's counters, in order. */
async function counters(): Promise<string[]> {
  const rows = await service.ask<{ name: string }>('SELECT name FROM counters WHERE tenant_id = $1 ORDER BY name', [
    tenant.id,
  ]);
  return rows.map(({ name }) => name);
}

async function eventCount(): Promise<number> {
  return (await service.ask('SELECT 1 FROM audit_events WHERE tenant_id = $1', [tenant.id])).length;
}

const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => undefined).catch((error: unknown) => error);

/** Sends other texts than the service wrote, while `work` runs. */
async function withRewritten<T>(rewrite: (text: string) => string, work: () => Promise<T>): Promise<T> {
  const stop = rewriteStatements(rewrite);
  try {
    return await work();
  } finally {
    stop();
  }
}

async function backendOf(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
  return row?.pid ?? 0;
}

/** Ends a connection as an operator would, and waits until it is gone. */
async function terminate(pid: number): Promise<void> {
  await service.ask('SELECT pg_terminate_backend($1, 5000)', [pid]);
}

function cutSocket(connection: pg.PoolClient): void {
  const { stream } = Reflect.get(connection, 'connection') as { stream: { destroy(): void } };
  stream.destroy();
}

describe('a write sends', () => {
  async function messagesOf(request: () => Promise<Answer>): Promise<number> {
    sent.length = 0;
    const answer = await request();
    expect(answer.status).toBeLessThan(300);
    return sent.length;
  }

  test('two messages when it reads once: BEGIN with the first statement, COMMIT with the last', async () => {
    const { id } = customerIn(await client.post(CUSTOMERS, { name: 'X' }));
    const address = `${CUSTOMERS}/${id}`;

    expect(await messagesOf(() => client.put(address, { city: 'Lyon' }))).toBe(2);

    const [first = '', last = ''] = sent;
    expect(first.startsWith(`${setting()}select "c0".*`)).toBe(true);
    expect(last).toMatch(
      /^update "customers" [^;]*\n; insert into audit_events [^]*\n; insert into audit_unsealed [^;]*\n; commit$/,
    );
    expect(await messagesOf(() => client.post(CUSTOMERS, { name: 'Y', code: 'ABC' }))).toBe(2);
    expect(await messagesOf(() => client.delete(address))).toBeLessThanOrEqual(3);
  });

  test('the stored answer of an Idempotency-Key with COMMIT, and in it the version after the change', async () => {
    const { id } = customerIn(await client.post(CUSTOMERS, { name: 'X' }));
    const change = (): Promise<Answer> =>
      client.put(`${CUSTOMERS}/${id}`, { city: 'Lyon' }, { 'idempotency-key': 'k' });

    expect(await messagesOf(change)).toBe(3);

    expect(sent[0]?.startsWith(`${setting()}insert into idempotency_keys`)).toBe(true);
    expect(sent[2]).toMatch(
      /^update "customers" [^]*\n; update idempotency_keys\s[^]*; insert into audit_events [^]*\n; commit$/,
    );
    const [stored] = await service.ask('SELECT results FROM idempotency_keys WHERE tenant_id = $1', [tenant.id]);
    expect(Object.values(stored?.results as object)).toEqual([{ id, version: 2 }]);
  });

  test('one message for an event alone', async () => {
    const { id } = customerIn(await client.post(CUSTOMERS, { name: 'X' }));
    const reader = as(service, tenant.readonly);
    await reader.get('/v1/auth/me');
    sent.length = 0;

    expect((await reader.delete(`${CUSTOMERS}/${id}`)).status).toBe(403);

    expect(sent).toHaveLength(1);
    expect(sent[0]?.startsWith(`${setting()}insert into audit_events`)).toBe(true);
    expect(await eventCount()).toBe(2);
  });

  test('nothing when it does nothing', async () => {
    await transact(() => Promise.resolve());

    expect(sent).toEqual([]);
  });

  test('more than ten statements of its end in several messages, in order, and last what others wait for', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `n${String(index).padStart(2, '0')}.live`);

    await transact((em) => {
      lastAtCommit(em, put('n99.live'));
      for (const name of names) atCommit(em, put(name));
      return Promise.resolve();
    });

    expect(sent.map((text) => text.match(/'n\d\d\.live'/g)?.length)).toEqual([10, 10, 6]);
    expect(sent.join().match(/n\d\d\.live/g)).toEqual([...names, 'n99.live']);
    expect(await counters()).toEqual([...names, 'n99.live']);
  });

  test('values that look like SQL as values', async () => {
    const name = `x'; \\' -- ? $1 {;}\n; commit --.live`;

    await transact((em) => {
      atCommit(em, put(name));
      return Promise.resolve();
    });

    expect(await counters()).toEqual([name]);
  });

  test('a statement that ends in a comment without swallowing what follows', async () => {
    await transact(async (em) => {
      await em.execute('select 1 -- nothing');
      atCommit(em, sql`${put('a.live')} -- done`);
    });

    expect(await counters()).toEqual(['a.live']);
  });
});

describe('a failure', () => {
  test('of a statement at the end is told as the server said it, and undoes everything', async () => {
    const error = await refusalOf(
      transact(async (em) => {
        await putNow(em, 'a.live');
        atCommit(em, put('b.live', -1));
      }),
    );

    expect(serverErrorOf(error)?.code).toBe('23514');
    expect(violatedConstraint(error)).toMatch(/^counters_/);
    expect(await counters()).toEqual([]);
  });

  test('of an audit event leaves neither the record nor the key, and the connection usable', async () => {
    const key = { 'idempotency-key': 'k' };
    const create = (): Promise<Answer> => client.post(CUSTOMERS, { name: 'X', code: 'ABC' }, key);
    const elsewhere = (text: string): string =>
      text.replace(/(insert into audit_unsealed \(tenant_id, event_id\) values \()'[^']*'/, `$1'elsewhere'`);

    const broken = await withRewritten(elsewhere, create);

    expect(broken.status).toBe(500);
    expect(await counters()).toEqual([]);
    expect(await service.ask('SELECT 1 FROM customers WHERE tenant_id = $1', [tenant.id])).toEqual([]);
    const healed = await create();
    expect([healed.status, healed.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  test('of the record is the same refusal as ever, although COMMIT came along', async () => {
    const { id } = customerIn(await client.post(CUSTOMERS, { name: 'X', code: 'ABC' }));

    const answer = await client.post(CUSTOMERS, { name: 'Y', code: 'ABC' });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'DUPLICATE', details: { existing_id: id } },
    });
    expect(sent).toContain('rollback');
    expect(await eventCount()).toBe(1);
  });

  test('that the work passes over fails the transaction all the same', async () => {
    const error = await refusalOf(
      transact(async (em) => {
        await putNow(em, 'a.live');
        await putNow(em, 'a.live').catch(() => undefined);
        await putNow(em, 'b.live').catch(() => undefined);
      }),
    );

    expect(serverErrorOf(error)?.code).toBe('23505');
    expect(sent.filter((text) => text.includes('b.live'))).toEqual([]);
    expect(await counters()).toEqual([]);
  });

  test('is also a COMMIT that the server answers with ROLLBACK', async () => {
    const undo = (text: string): string => text.replace(/commit$/, 'rollback');

    const error = await refusalOf(withRewritten(undo, () => transact((em) => putNow(em, 'a.live'))));

    expect(error).toMatchObject({ message: 'The server rolled back instead.' });
  });

  test('is a statement after the end, and one that nobody waited for keeps no connection', async () => {
    const late = await transact((em) => {
      void em.execute('select 1');
      return Promise.resolve(() => em.getTransactionContext<OpenTransaction>());
    });
    const transaction = await transact((em) => Promise.resolve(em.getTransactionContext<OpenTransaction>()));

    expect(late()).toBeUndefined();
    await expect(transaction?.executeQuery({ sql: 'select 1' })).rejects.toThrow('The transaction is over.');
  });

  test('of queueing outside of a transaction is said at once', () => {
    const em = service.database.orm.em.fork();

    expect(() => {
      atCommit(em, sql`select 1`);
    }).toThrow('outside of a transaction');
  });
});

describe('a deadlock', () => {
  test('is tried again', async () => {
    await transact(async (em) => {
      await putNow(em, 'a.live');
      await putNow(em, 'b.live');
    });
    let runs = 0;
    let bothHold: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (bothHold = resolve));
    const addTo = (em: EntityManager, name: string): Promise<unknown> =>
      em.execute('update counters set value = value + 1 where tenant_id = ? and name = ?', [tenant.id, name]);
    const addToBoth = (first: string, second: string): Promise<void> =>
      transact(async (em) => {
        await addTo(em, first);
        if (++runs >= 2) bothHold();
        await held;
        await addTo(em, second);
      });

    await Promise.all([addToBoth('a.live', 'b.live'), addToBoth('b.live', 'a.live')]);

    expect(runs).toBe(3);
    const values = await service.ask('SELECT value::int FROM counters WHERE tenant_id = $1', [tenant.id]);
    expect(values).toEqual([{ value: 3 }, { value: 3 }]);
  });
});

describe('a connection that is lost', () => {
  test('before COMMIT was sent has the work tried again', async () => {
    let runs = 0;
    const cutBefore = async (em: EntityManager): Promise<void> => {
      if ((runs += 1) === 1) await terminate(await backendOf(em));
    };

    await transact(async (em) => {
      await cutBefore(em);
      await putNow(em, 'a.live');
    });
    runs = 0;
    await transact(async (em) => {
      await putNow(em, 'b.live');
      await cutBefore(em);
    });

    expect(runs).toBe(2);
    expect(await counters()).toEqual(['a.live', 'b.live']);
  });

  test('in the message with COMMIT, as the server itself says, has the work tried again', async () => {
    let runs = 0;

    await transact(async (em) => {
      const pid = await backendOf(em);
      atCommit(em, put('a.live'));
      if ((runs += 1) > 1) return;
      atCommit(em, sql`select pg_sleep(20)`);
      void terminateAsleep(pid);
    });

    expect(runs).toBe(2);
    expect(await counters()).toEqual(['a.live']);
  });

  async function terminateAsleep(pid: number): Promise<void> {
    const asleep = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`;
    while ((await service.ask(asleep, [pid])).length === 0);
    await terminate(pid);
  }

  test('after COMMIT was sent leaves the work as it is: once, and nobody tries it again', async () => {
    const key = { 'idempotency-key': newId() };
    const create = (): Promise<Answer> => client.post(CUSTOMERS, { name: 'X', code: 'ABC' }, key);
    service.database.pool.once('acquire', (connection: pg.PoolClient) => {
      const stop = rewriteStatements((text) => {
        if (!text.endsWith('commit')) return text;
        setImmediate(cutSocket, connection);
        stop();
        // Long enough for the answer not to be faster than the cut.
        return text.replace(/commit$/, 'select pg_sleep(0.2)\n; commit');
      });
    });

    const lost = await create();

    expect([lost.status, problemIn(lost).code, lost.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '1']);
    expect(sent.filter((text) => text.endsWith('commit'))).toHaveLength(1);
    const again = await create();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await eventCount()).toBe(1);
  });

  test('by a pooler, as the pooler says with COMMIT on its way, is not tried again either', async () => {
    const lose = "do $$ begin raise exception using errcode = '08P01'; end $$\n; commit";

    const atTheEnd = (text: string): string => text.replace(/commit$/, () => lose);

    const error = await refusalOf(withRewritten(atTheEnd, () => transact((em) => putNow(em, 'a.live'))));

    expect(translateDatabaseError(error)?.code).toBe('UNAVAILABLE');
    expect(sent.filter((text) => text.endsWith('commit'))).toHaveLength(1);
  });

  test('again and again is UNAVAILABLE in the end, and the pool has its connections back', async () => {
    let runs = 0;

    for (let count = 0; count <= POOL; count += 1) {
      const error = await refusalOf(
        transact(async (em) => {
          runs += 1;
          await terminate(await backendOf(em));
          await putNow(em, 'a.live');
        }),
      );
      expect(translateDatabaseError(error)?.code).toBe('UNAVAILABLE');
    }

    expect(runs).toBe(4 * (POOL + 1));
    await transact((em) => putNow(em, 'b.live'));
    expect(await counters()).toEqual(['b.live']);
  });

  test('is told from what the server said, whatever letters the name of the error has', () => {
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });

    expect(serverErrorOf(error)).toBeUndefined();
    expect(translateDatabaseError(error)?.code).toBe('UNAVAILABLE');
  });
});
