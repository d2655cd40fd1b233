import {
  atCommit,
  lastAtCommit,
  requireRow,
  runAhead,
  runStatement,
  type OpenTransaction,
} from '../../../src/tenancy/open-transaction.js';
import { MissingRowError } from '../../../src/tenancy/ahead-statements.js';
import { serverErrorOf, violatedConstraint } from '../../../src/platform/postgres/database-errors.js';
import { sql, type Sql } from '../../../src/platform/postgres/sql.js';
import { customerIn, CUSTOMERS } from '../../crm/customer/customer-support.js';
import { as, type Answer } from '../../support/client.js';
import { untilWaiting, whileHeld } from '../../support/locks.js';
import {
  counters,
  eventCount,
  put,
  putNow,
  rejectionOf,
  SETTING,
  WHOLE_SETTING,
  transact,
  useTransactions,
  withRewritten,
} from './transaction-support.js';

const world = useTransactions();

describe('a write sends', () => {
  async function messagesOf(request: () => Promise<Answer>): Promise<number> {
    world.sent.length = 0;
    const answer = await request();
    expect(answer.status).toBeLessThan(300);
    return world.sent.length;
  }

  test('two messages when it reads once: BEGIN with the first statement, COMMIT with the last', async () => {
    const { id } = customerIn(await world.client.post(CUSTOMERS, { name: 'X' }));
    const address = `${CUSTOMERS}/${id}`;

    expect(await messagesOf(() => world.client.put(address, { city: 'Lyon' }))).toBe(2);

    const [first = '', last = ''] = world.sent;
    expect(first.startsWith(`${SETTING}select "tenant_id" as "tenantId", `)).toBe(true);
    expect(last).toMatch(
      /^update "customers" [^;]*\n; insert into audit_events [^]*\n; insert into audit_unsealed [^;]*\n; commit$/,
    );
    expect(await messagesOf(() => world.client.post(CUSTOMERS, { name: 'Y', code: 'ABC' }))).toBe(2);
    expect(await messagesOf(() => world.client.delete(address))).toBeLessThanOrEqual(3);
  });

  test('the stored answer of an Idempotency-Key with COMMIT, and in it the version after the change', async () => {
    const { id } = customerIn(await world.client.post(CUSTOMERS, { name: 'X' }));
    const change = (): Promise<Answer> =>
      world.client.put(`${CUSTOMERS}/${id}`, { city: 'Lyon' }, { 'idempotency-key': 'k' });

    expect(await messagesOf(change)).toBe(3);

    expect(world.sent[0]?.startsWith(`${SETTING}insert into idempotency_keys`)).toBe(true);
    expect(world.sent[2]).toMatch(
      /^update "customers" [^]*\n; update idempotency_keys\s[^]*; insert into audit_events [^]*\n; commit$/,
    );
    const [stored] = await world.service.ask('SELECT results FROM idempotency_keys WHERE tenant_id = $1', [
      world.tenant.id,
    ]);
    expect(Object.values(stored?.results as object)).toEqual([{ id, version: 2, changed: true, warnings: [] }]);
  });

  test('one message for an event alone, without BEGIN and COMMIT', async () => {
    const { id } = customerIn(await world.client.post(CUSTOMERS, { name: 'X' }));
    const reader = as(world.service, world.tenant.readonly);
    await reader.get('/v1/auth/me');
    world.sent.length = 0;

    expect((await reader.delete(`${CUSTOMERS}/${id}`)).status).toBe(403);

    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.startsWith(`${WHOLE_SETTING}insert into audit_events`)).toBe(true);
    expect(world.sent[0]).not.toContain('commit');
    expect(await eventCount(world)).toBe(2);
  });

  test('nothing when it does nothing', async () => {
    await transact(world, () => Promise.resolve());

    expect(world.sent).toEqual([]);
  });

  test('more than ten statements of its end in several messages, in order, and last what others wait for', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `n${String(index).padStart(2, '0')}.live`);

    await transact(world, (em) => {
      lastAtCommit(em, { name: 'n99.live', statement: put(world, 'n99.live') });
      for (const name of names) atCommit(em, put(world, name));
      return Promise.resolve();
    });

    expect(world.sent.map((text) => text.match(/insert into counters/g)?.length)).toEqual([10, 10, 6]);
    const stored = await world.service.ask('SELECT name FROM counters WHERE tenant_id = $1 ORDER BY ctid', [
      world.tenant.id,
    ]);
    expect(stored).toEqual([...names, 'n99.live'].map((name) => ({ name })));
  });

  test('what may wait for the next statement together with it, and tells each its own rows', async () => {
    const rows = await transact(world, (em) =>
      Promise.all([
        runAhead(em, sql`select ${'ahead'}::text as word`),
        runAhead(em, sql`select 1 as one, 2 as two`),
        runStatement(em, sql`select ${'next'}::text as word`),
      ]),
    );

    expect(rows).toEqual([[{ word: 'ahead' }], [{ one: 1, two: 2 }], [{ word: 'next' }]]);
    expect(world.sent.filter((text) => text.includes('select 1 as one'))).toHaveLength(1);
  });

  test('a required row with the statements that need it, and none of them takes effect without it', async () => {
    const insertIf = (id: string): Promise<void> =>
      transact(world, (em) => {
        requireRow(em, sql`select id from tenants where id = ${id} for share`);
        atCommit(em, put(world, 'x.live'));
        return Promise.resolve();
      });

    expect(await rejectionOf(insertIf('nobody'))).toBeInstanceOf(MissingRowError);
    expect(await counters(world)).toEqual([]);

    world.sent.length = 0;
    await insertIf(world.tenant.id);

    expect(world.sent).toHaveLength(1);
    expect(await counters(world)).toEqual(['x.live']);
  });

  test('a division by zero elsewhere as the fault that it is', async () => {
    const failed = transact(world, (em) => {
      requireRow(em, sql`select id from tenants where id = ${world.tenant.id}`);
      return runStatement(em, sql`select 1 / ${0}::integer`);
    });

    expect(serverErrorOf(await rejectionOf(failed))?.code).toBe('22012');
  });

  test('at its end what still waits then', async () => {
    let row: unknown;
    await transact(world, (em) => {
      void runAhead(em, sql`select 1 as one`).then(([found]) => (row = found));
      return Promise.resolve();
    });

    expect(row).toEqual({ one: 1 });
    expect(world.sent).toEqual([`${WHOLE_SETTING}select 1 as one`]);
  });

  test('values that look like SQL as values', async () => {
    const name = `x'; \\' -- ? $1 {;}\n; commit --.live`;

    await transact(world, (em) => {
      atCommit(em, put(world, name));
      return Promise.resolve();
    });

    expect(await counters(world)).toEqual([name]);
  });

  test('a statement that ends in a comment without swallowing what follows', async () => {
    await transact(world, async (em) => {
      await runStatement(em, sql`select 1 -- nothing`);
      atCommit(em, sql`${put(world, 'a.live')} -- done`);
    });

    expect(await counters(world)).toEqual(['a.live']);
  });
});

describe('a failure', () => {
  test('of a statement at the end is told as the server said it, and undoes everything', async () => {
    const error = await rejectionOf(
      transact(world, async (em) => {
        await putNow(world, em, 'a.live');
        atCommit(em, put(world, 'b.live', -1));
      }),
    );

    expect(serverErrorOf(error)?.code).toBe('23514');
    expect(violatedConstraint(error)).toMatch(/^counters_/);
    expect(await counters(world)).toEqual([]);
  });

  test('of an audit event leaves neither the record nor the key, and the connection usable', async () => {
    const key = { 'idempotency-key': 'k' };
    const create = (): Promise<Answer> => world.client.post(CUSTOMERS, { name: 'X', code: 'ABC' }, key);
    const elsewhere = (text: string): string =>
      text.replace(
        /(insert into audit_unsealed \(tenant_id, event_id\) values \()\$1/,
        `$1'elsewhere' || left($$1, 0)`,
      );

    const broken = await withRewritten(elsewhere, create);

    expect(broken.status).toBe(500);
    expect(await counters(world)).toEqual([]);
    expect(await world.service.ask('SELECT 1 FROM customers WHERE tenant_id = $1', [world.tenant.id])).toEqual([]);
    const healed = await create();
    expect([healed.status, healed.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  test('of the record is the same error as ever, although COMMIT came along', async () => {
    const { id } = customerIn(await world.client.post(CUSTOMERS, { name: 'X', code: 'ABC' }));

    const answer = await world.client.post(CUSTOMERS, { name: 'Y', code: 'ABC' });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'DUPLICATE', details: { existing_id: id } },
    });
    expect(world.sent).toContain('rollback');
    expect(await eventCount(world)).toBe(1);
  });

  test('that the work passes over fails the transaction all the same', async () => {
    const error = await rejectionOf(
      transact(world, async (em) => {
        await putNow(world, em, 'a.live');
        await putNow(world, em, 'a.live').catch(() => undefined);
        await putNow(world, em, 'b.live').catch(() => undefined);
      }),
    );

    expect(serverErrorOf(error)?.code).toBe('23505');
    expect(world.sent.filter((text) => text.includes('insert into counters'))).toHaveLength(2);
    expect(await counters(world)).toEqual([]);
  });

  test('of what waited for the next statement fails both, and what waits behind a failure is told of it', async () => {
    const rejections: unknown[] = [];
    const tell = (error: unknown) => rejections.push(serverErrorOf(error)?.code);

    const error = await rejectionOf(
      transact(world, async (em) => {
        const both = [runAhead(em, put(world, 'a.live', -1)), runStatement(em, put(world, 'b.live'))];
        await Promise.all(both.map((one) => one.catch(tell)));
        await Promise.all(
          [runAhead(em, put(world, 'c.live')), runStatement(em, put(world, 'd.live'))].map((one) => one.catch(tell)),
        );
      }),
    );

    expect(rejections).toEqual(['23514', '23514', '23514', '23514']);
    expect(serverErrorOf(error)?.code).toBe('23514');
    expect(await counters(world)).toEqual([]);
  });

  test('on one connection leaves the rows alone that another has asked for', async () => {
    const one = sql`select 1 as one`;
    const holding = async (lock: Sql, last = one): Promise<unknown[]> =>
      transact(world, async (em) => (await Promise.all([runAhead(em, lock), runStatement(em, last)]))[1]);
    const lock = sql`select pg_advisory_xact_lock_shared(7203007)`;
    // Both connections know what the rows look like.
    await Promise.all([holding(one), holding(one)]);
    await Promise.all([holding(lock), holding(lock)]);

    const rows = await whileHeld(world.service, 'SELECT pg_advisory_xact_lock(7203007)', [], async (letGo) => {
      const asked = holding(lock);
      await untilWaiting(world.service, 1);
      await rejectionOf(holding(one, sql`select 1 / 0`));
      await letGo();
      return asked;
    });

    expect(rows).toEqual([{ one: 1 }]);
  });

  test('is also a COMMIT that the server answers with ROLLBACK', async () => {
    const undo = (text: string): string => text.replace(/^commit$/, 'rollback');

    const error = await rejectionOf(withRewritten(undo, () => transact(world, (em) => putNow(world, em, 'a.live'))));

    expect(error).toMatchObject({ message: 'The server rolled back instead.' });
  });

  test('is a statement after the end, and one that nobody waited for keeps no connection', async () => {
    const late = await transact(world, (em) => {
      void em.execute('select 1');
      return Promise.resolve(() => em.getTransactionContext<OpenTransaction>());
    });
    const transaction = await transact(world, (em) => Promise.resolve(em.getTransactionContext<OpenTransaction>()));

    expect(late()).toBeUndefined();
    await expect(transaction?.executeQuery({ sql: 'select 1' })).rejects.toThrow('The transaction is over.');
  });

  test('of queueing outside of a transaction is said at once', () => {
    const em = world.service.database.orm.em.fork();

    expect(() => {
      atCommit(em, sql`select 1`);
    }).toThrow('outside of a transaction');
  });
});
