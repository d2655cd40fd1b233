/** What tenancy relies on in MikroORM beyond its documentation: a driver that notes how it is called, and no database. */
import {
  defineEntity,
  LockMode,
  MikroORM,
  p,
  PostgreSqlDriver,
  type EntityManager,
  type Transaction,
} from '@mikro-orm/postgresql';
import { describeLibrary } from '../support/library-facts.js';

const DRIVER = 'src/tenancy/statement-driver.ts';
const TRANSACTION = 'src/tenancy/open-transaction.ts';
const WRITES = 'src/access/writes/transaction.ts';

const Thing = defineEntity({
  name: 'Thing',
  tableName: 'things',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    total: p.integer().generated('1 + 1').nullable(),
    other: () => p.manyToOne(Other).nullable().ref(),
  },
});
const Other = defineEntity({
  name: 'Other',
  tableName: 'others',
  properties: { id: p.integer().primary(), name: p.string() },
});

interface Call {
  readonly method: string;
  /** Its arguments between the entity and the options. */
  readonly given: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Change sets of the flush at that moment. */
  readonly changes: number;
}

let calls: Call[] = [];
let em: EntityManager;
let converted: unknown[] = [];

function note(method: string, given: readonly unknown[], options: object): void {
  // MikroORM fills what it handed over with what the driver answers.
  calls.push({
    method,
    given: structuredClone(given),
    options: { ...options },
    changes: em.getUnitOfWork(false).getChangeSets().length,
  });
}

class NotingDriver extends PostgreSqlDriver {
  override findOne(_entity: unknown, where: unknown, options?: object): Promise<never> {
    note('findOne', [where], options ?? {});
    return Promise.resolve({ id: 1, name: 'found', total: 2, other: null } as never); // as a row of the select list
  }

  override nativeInsertMany(_entity: unknown, data: unknown, options?: object): Promise<never> {
    note('nativeInsertMany', [data], options ?? {});
    return Promise.resolve({ affectedRows: 1, row: { total: 7 }, rows: [{ total: 7 }] } as never);
  }

  override nativeUpdate(_entity: unknown, where: unknown, data: unknown, options?: object): Promise<never> {
    note('nativeUpdate', [where, data], options ?? {});
    return Promise.resolve({ affectedRows: 1, row: { total: 8 }, rows: [{ total: 8 }] } as never);
  }

  override convertException(error: Error): never {
    converted.push(error);
    throw error;
  }
}

/** What stands in place of MikroORM's transaction. */
class NotedTransaction {
  readonly texts: string[] = [];
  failure: Error | undefined;

  executeQuery({ sql }: { readonly sql: string }): Promise<unknown> {
    this.texts.push(sql);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve({ rows: [{ id: 1 }], numAffectedRows: 1n });
  }
}

const orm = new MikroORM({
  driver: NotingDriver,
  clientUrl: 'postgres://nobody@127.0.0.1:1/none',
  entities: [Thing, Other],
  ensureDatabase: false,
  debug: false,
  pool: { min: 0 },
});
let transaction: NotedTransaction;
afterAll(() => orm.close());
beforeEach(() => {
  em = orm.em.fork({ clear: true, useContext: false });
  transaction = new NotedTransaction();
  em.setTransactionContext(transaction);
  calls = [];
  converted = [];
});

describeLibrary(
  { packages: ['@mikro-orm/core', '@mikro-orm/sql', '@mikro-orm/postgresql'], readme: 'src/tenancy/README.md' },
  [
    {
      api: 'setTransactionContext()',
      fact: 'an entity manager takes any object for its transaction, gives it back, counts as inside of it and begins none',
      usedIn: [WRITES, TRANSACTION],
      check: async () => {
        expect(em.getTransactionContext()).toBe(transaction);
        expect(em.isInTransaction()).toBe(true);
        em.create(Thing, { id: 1, name: 'new' });
        await em.flush();
        expect(transaction.texts).toEqual([]);
        em.resetTransactionContext();
        expect(em.isInTransaction()).toBe(false);
      },
    },
    {
      api: 'findOne',
      fact: 'a look-up by key calls the driver once with plain values, the transaction as ctx, and only options known to be harmless',
      usedIn: [DRIVER],
      check: async () => {
        await em.findOne(Thing, { id: 1 }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        expect(calls.map(({ method, given: [where] }) => [method, where])).toEqual([['findOne', { id: 1 }]]);
        const options = Object.entries(calls[0]?.options ?? {});
        expect(calls[0]?.options).toMatchObject({ ctx: transaction, lockMode: LockMode.PESSIMISTIC_WRITE });
        const given = options.filter(
          ([, value]) => !(value === undefined || (Array.isArray(value) && value.length === 0)),
        );
        expect(given.map(([name]) => name).sort()).toEqual(expect.arrayContaining(['ctx', 'lockMode']));
        const harmless = ['ctx', 'em', 'lockMode', 'logging', 'loggerContext', 'populateWhere', '_populateWhere'];
        expect(given.map(([name]) => name).filter((name) => !harmless.includes(name))).toEqual([]);
      },
    },
    {
      api: '_populateWhere',
      fact: 'the entity manager passes the condition on what it populates to the driver under this name',
      usedIn: [DRIVER],
      check: async () => {
        await em.findOne(Thing, { id: 1 });
        expect(calls[0]?.options).toHaveProperty('_populateWhere');
      },
    },
    {
      api: 'nativeInsertMany',
      fact: 'one new record is one call with one row of plain values, and the row it answers fills generated columns',
      usedIn: [DRIVER],
      check: async () => {
        const thing = em.create(Thing, { id: 1, name: 'new' });
        await em.flush();
        expect(calls.map(({ method, given: [data] }) => [method, data])).toEqual([
          ['nativeInsertMany', [{ id: 1, name: 'new' }]],
        ]);
        expect(calls[0]?.options.ctx).toBe(transaction);
        expect(thing.total).toBe(7);
      },
    },
    {
      api: 'nativeUpdate',
      fact: 'one changed record is one call with its key and the changed values, and the row it answers fills generated columns',
      usedIn: [DRIVER],
      check: async () => {
        const thing = await em.findOneOrFail(Thing, { id: 1 });
        thing.name = 'changed';
        calls = [];
        await em.flush();
        expect(calls.map(({ method, given }) => [method, ...given])).toEqual([
          ['nativeUpdate', { id: 1 }, { name: 'changed' }],
        ]);
        expect(calls[0]?.options.ctx).toBe(transaction);
        expect(thing.total).toBe(8);
      },
    },
    {
      api: 'getChangeSets()',
      fact: 'while a flush runs it holds all change sets, and there is one call of the driver for each of different entities',
      usedIn: [TRANSACTION],
      check: async () => {
        em.create(Thing, { id: 1, name: 'new' });
        em.create(Other, { id: 2, name: 'other' });
        await em.flush();
        expect(calls.map(({ method, changes }) => [method, changes])).toEqual([
          ['nativeInsertMany', 2],
          ['nativeInsertMany', 2],
        ]);
      },
    },
    {
      api: 'getExtraUpdates()',
      fact: 'the unit of work tells what follows the change sets: extra updates and collections, none of them in a plain flush',
      usedIn: [TRANSACTION],
      check: () => {
        const work = em.getUnitOfWork(false);
        expect(work.getExtraUpdates()).toEqual(new Set());
        expect(work.getCollectionUpdates()).toEqual([]);
      },
    },
    {
      api: 'executeQuery({ sql })',
      fact: 'every other statement is a call of it on the transaction, with the values inside the text; rows and numAffectedRows are read',
      usedIn: [TRANSACTION],
      check: async () => {
        expect(await em.nativeDelete(Thing, { name: "it's" })).toBe(1);
        expect(transaction.texts).toEqual([`delete from "things" where "name" = 'it''s'`]);
        expect(await em.getConnection().execute('select 1', [], 'all', transaction as unknown as Transaction)).toEqual([
          { id: 1 },
        ]);
      },
    },
    {
      api: 'convertException()',
      fact: 'the driver is given every error of a statement to convert, and what it throws is what the caller sees',
      usedIn: [DRIVER],
      check: async () => {
        const failure = (transaction.failure = new Error('lost'));
        await expect(em.nativeDelete(Thing, { id: 1 })).rejects.toBe(failure);
        expect(converted).toContain(failure);
      },
    },
    {
      api: 'metadata.get()',
      fact: 'its metadata name the table, and of each property the columns, whether it is stored and whether it is generated',
      usedIn: [DRIVER],
      check: () => {
        const meta = orm.getMetadata().get(Thing);
        expect(meta).toMatchObject({ tableName: 'things', className: 'Thing' });
        expect(meta.props.map(({ name, fieldNames, generated }) => [name, fieldNames, Boolean(generated)])).toEqual([
          ['id', ['id'], false],
          ['name', ['name'], false],
          ['total', ['total'], true],
          ['other', ['other_id'], false],
        ]);
      },
    },
  ],
);
