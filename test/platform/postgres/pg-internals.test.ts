/** What platform/postgres relies on in pg and pg-protocol beyond their public API. */
import { once } from 'node:events';
import { createServer, Socket, type AddressInfo } from 'node:net';
import pg from 'pg';
import { DatabaseError, serialize } from 'pg-protocol/dist/index.js';
import { CommandCompleteMessage, RowDescriptionMessage } from 'pg-protocol/dist/messages.js';
import { Parser } from 'pg-protocol/dist/parser.js';
import { RowClient } from '../../../src/platform/postgres/row-client.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { jest } from '../../support/jest.js';
import { describeLibrary } from '../../support/library-facts.js';

const ROW_CLIENT = 'src/platform/postgres/row-client.ts';
const BATCH = 'src/platform/postgres/batch.ts';
const BATCH_PLAN = 'src/platform/postgres/batch-plan.ts';
const COPY_OUT = 'src/platform/postgres/copy-out.ts';
const ERRORS = 'src/platform/postgres/database-errors.ts';
const READER = 'src/platform/postgres/message-reader.ts';
const LEASE = 'src/platform/postgres/lease.ts';
const STARTUP = 'src/platform/postgres/startup-faults.ts';
const DATABASE = 'src/tenancy/database.ts';

/** pg's connection as row-client.ts sees it. */
interface InnerConnection {
  readonly stream: unknown;
  attachListeners(stream: unknown): void;
  emit(event: string, ...values: unknown[]): boolean;
  query(text: string): void;
}

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  client = new pg.Client(database.appUrl);
  await client.connect();
});
afterEach(() => client.end());

function innerOf(of: pg.Client): InnerConnection {
  return of.connection as unknown as InnerConnection; // pg's types leave these members out
}

/** A query that fails, and the end of its answer: pg rejects before that. */
async function failQuery(): Promise<void> {
  const drained = once(client, 'drain');
  await expect(client.query('SELECT 1/0')).rejects.toThrow('division by zero');
  await drained;
}

/** A query object that notes what pg calls on it, until the server is ready. */
async function callsFor(text: string): Promise<{ name: string; values: unknown[] }[]> {
  const calls: { name: string; values: unknown[] }[] = [];
  const submittable = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (name === 'submit')
          return (connection: InnerConnection) => {
            connection.query(text);
          };
        if (!String(name).startsWith('handle')) return undefined;
        return (...values: unknown[]) => calls.push({ name: String(name), values });
      },
    },
  );
  client.query(submittable as pg.Submittable);
  await once(client, 'drain');
  return calls;
}

/** What a connection to a server says that answers the first bytes so, or not at all. */
async function messageAgainst(answer: string | undefined, options: pg.ClientConfig): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (answer !== undefined) socket.once('data', () => socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'x', database: 'x', max: 1, ...options });
    const failed: unknown = await pool.connect().catch((error: unknown) => error);
    return failed instanceof Error
      ? `${failed.message}${failed.cause instanceof Error ? ` / ${failed.cause.message}` : ''}`
      : '';
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describeLibrary({ packages: ['pg', 'pg-pool', 'pg-protocol'], readme: 'src/platform/postgres/README.md' }, [
  {
    api: 'client.connection',
    fact: 'a client has its connection, with its stream, before it connects',
    usedIn: [ROW_CLIENT],
    check: () => {
      const { stream } = innerOf(new pg.Client(database.appUrl));
      expect(stream).toBeInstanceOf(Socket);
    },
  },
  {
    api: 'attachListeners',
    fact: 'the connection calls its attachListeners once, with the stream whose bytes are the messages',
    usedIn: [ROW_CLIENT],
    check: async () => {
      const own = new pg.Client(database.appUrl);
      const attach = jest.spyOn(innerOf(own), 'attachListeners');
      await own.connect();
      await own.end();
      expect(attach.mock.calls).toEqual([[innerOf(own).stream]]);
    },
  },
  {
    api: 'connection.emit',
    fact: 'the connection emits each message under its name, and an error as errorMessage',
    usedIn: [ROW_CLIENT],
    check: async () => {
      const emit = jest.spyOn(innerOf(client), 'emit');
      await client.query('SELECT 1');
      await failQuery();
      expect(emit.mock.calls.map(([event]) => event)).toEqual([
        ...['rowDescription', 'dataRow', 'commandComplete', 'readyForQuery'],
        ...['errorMessage', 'readyForQuery'],
      ]);
    },
  },
  {
    api: 'Submittable',
    fact: 'query() calls submit, the handler of each message, and handleReadyForQuery with the connection at the end',
    usedIn: [BATCH, COPY_OUT],
    check: async () => {
      const calls = await callsFor('SELECT 1');
      expect(calls.map(({ name }) => name)).toEqual([
        ...['handleRowDescription', 'handleDataRow', 'handleCommandComplete', 'handleReadyForQuery'],
      ]);
      expect(calls.at(-1)?.values).toEqual([client.connection]);
    },
  },
  {
    api: 'handleError',
    fact: 'a query object is told of the error with the connection, and of nothing after it',
    usedIn: [BATCH, COPY_OUT],
    check: async () => {
      const calls = await callsFor('SELECT missing');
      expect(calls).toEqual([{ name: 'handleError', values: [expect.any(DatabaseError), client.connection] }]);
    },
  },
  {
    api: 'submit',
    fact: 'an error that submit returns is handed to handleError',
    usedIn: [BATCH],
    check: async () => {
      const failure = new Error('not submitted');
      const told = new Promise((resolve) => {
        client.query({ submit: () => failure, handleError: resolve } as pg.Submittable);
      });
      expect(await told).toBe(failure);
    },
  },
  {
    api: 'handleCopyData',
    fact: 'each row of COPY is one call with a chunk that ends in a line feed',
    usedIn: [COPY_OUT],
    check: async () => {
      const calls = await callsFor("COPY (VALUES ('a'), ('b')) TO STDOUT");
      const chunks = calls.flatMap(({ name, values: [value] }) => (name === 'handleCopyData' ? [value] : []));
      expect(chunks).toEqual([
        expect.objectContaining({ chunk: Buffer.from('a\n') }),
        expect.objectContaining({ chunk: Buffer.from('b\n') }),
      ]);
    },
  },
  {
    api: 'drain',
    fact: 'the client emits drain when the last query is answered, and not before',
    usedIn: [ROW_CLIENT],
    check: async () => {
      const drains = jest.fn();
      client.on('drain', drains);
      const answer = client.query('SELECT 1');
      expect(drains).not.toHaveBeenCalled();
      await answer;
      await new Promise((resolve) => setImmediate(resolve));
      expect(drains).toHaveBeenCalledTimes(1);
    },
  },
  {
    api: 'getTransactionStatus()',
    fact: 'the client tells the status of its last ReadyForQuery: I, T or E',
    usedIn: [ROW_CLIENT],
    check: async () => {
      expect(client.getTransactionStatus()).toBe('I');
      await client.query('BEGIN');
      expect(client.getTransactionStatus()).toBe('T');
      await failQuery();
      expect(client.getTransactionStatus()).toBe('E');
    },
  },
  {
    api: 'pipeline',
    fact: 'the option that sends a Sync for each query is called pipeline, and RowClient rejects it',
    usedIn: [ROW_CLIENT],
    check: () => {
      expect(new pg.Client({ pipeline: true })).toMatchObject({ pipeline: true });
      expect(() => new RowClient({ pipeline: true })).toThrow('pipeline');
    },
  },
  {
    api: 'pool.options',
    fact: 'a pool keeps its options, the password beside the enumerable ones, and makes clients of the class given',
    usedIn: [DATABASE, LEASE],
    check: async () => {
      const pool = new pg.Pool({ connectionString: database.appUrl, password: 'secret', max: 3, Client: RowClient });
      expect(pool.options).toMatchObject({ max: 3, Client: RowClient });
      expect({ ...pool.options }).not.toHaveProperty('password');
      expect(pool.options.password).toBe('secret');
      expect(pool).toMatchObject({ ending: false, idleCount: 0, waitingCount: 0 });
      const ended = pool.end();
      expect(pool.ending).toBe(true);
      await ended;
    },
  },
  {
    api: 'not queryable',
    fact: 'a client that has ended rejects a query with these words',
    usedIn: [ERRORS, STARTUP],
    check: async () => {
      const ended = new pg.Client(database.appUrl);
      await ended.connect();
      await ended.end();
      await expect(ended.query('SELECT 1')).rejects.toThrow(/not queryable$/);
    },
  },
  {
    api: 'Connection terminated',
    fact: 'a query whose connection is lost is rejected with these words first',
    usedIn: [ERRORS, STARTUP],
    check: async () => {
      const lost = new pg.Client(database.appUrl);
      lost.on('error', () => undefined);
      await lost.connect();
      const answer = lost.query('SELECT pg_sleep(1)');
      (innerOf(lost).stream as Socket).destroy();
      await expect(answer).rejects.toThrow(/^Connection terminated/);
    },
  },
  {
    api: 'timeout exceeded when trying to connect',
    fact: 'a pool without a free connection rejects with these words',
    usedIn: [ERRORS],
    check: async () => {
      const pool = new pg.Pool({ connectionString: database.appUrl, max: 1 });
      const held = await pool.connect();
      pool.options.connectionTimeoutMillis = 20;
      const next = pool.connect();
      await expect(next).rejects.toThrow('timeout exceeded when trying to connect');
      held.release();
      await pool.end();
    },
  },
  {
    api: 'due to connection timeout',
    fact: 'a server that does not answer a new connection is told in these words',
    usedIn: [ERRORS],
    check: async () => {
      expect(await messageAgainst(undefined, { connectionTimeoutMillis: 50 })).toContain('due to connection timeout');
    },
  },
  {
    api: 'timeout expired',
    fact: 'a client by itself says so when a server does not answer a new connection',
    usedIn: [ERRORS],
    check: async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const silent = new pg.Client({ host: '127.0.0.1', port, user: 'x', connectionTimeoutMillis: 50 });
      silent.on('error', () => undefined);
      await expect(silent.connect()).rejects.toThrow('timeout expired');
      server.close();
    },
  },
  {
    api: 'does not support SSL',
    fact: 'a server without TLS is told in these words',
    usedIn: [STARTUP],
    check: async () => {
      expect(await messageAgainst('N', { ssl: true })).toMatch(/does not support SSL/);
    },
  },
  {
    api: 'There was an error establishing an SSL',
    fact: 'a server that speaks another protocol is told in these words',
    usedIn: [STARTUP],
    check: async () => {
      expect(await messageAgainst('X', { ssl: true })).toMatch(/^There was an error establishing an SSL/);
    },
  },
  {
    api: 'password must be a',
    fact: 'a password that is missing is told in these words',
    usedIn: [STARTUP],
    check: async () => {
      const { hostname, port, username, pathname } = new URL(database.appUrl);
      const address = { host: hostname, port: Number(port), user: username, database: pathname.slice(1) };
      const withoutPassword = new pg.Client({ ...address, password: '' });
      withoutPassword.on('error', () => undefined);
      await expect(withoutPassword.connect()).rejects.toThrow(/password must be a (?:non-empty )?string/);
      await withoutPassword.end();
    },
  },
  {
    api: 'pg-protocol/dist/index.js',
    fact: 'the DatabaseError of this module is the one that pg throws',
    usedIn: [BATCH, BATCH_PLAN, ERRORS],
    check: async () => {
      await expect(client.query('SELECT missing')).rejects.toBeInstanceOf(DatabaseError);
    },
  },
  {
    api: 'serialize',
    fact: 'serialize writes Parse, Bind, Describe, Execute, Close and Sync as the protocol has them',
    usedIn: [BATCH, BATCH_PLAN],
    check: () => {
      const written = [
        serialize.parse({ name: 's', text: 't' }),
        serialize.bind({ portal: '', statement: 's', values: ['v', null] }),
        serialize.describe({ type: 'P', name: '' }),
        serialize.execute({ portal: '', rows: 0 }),
        serialize.close({ type: 'S', name: 's' }),
        serialize.sync(),
      ].map((message) => message.toString('latin1'));
      expect(written).toEqual([
        'P\0\0\0\x0As\0t\0\0\0',
        'B\0\0\0\x1C\0s\0\0\x02\0\0\0\0\0\x02\0\0\0\x01v\xFF\xFF\xFF\xFF\0\x01\0\0',
        'D\0\0\0\x06P\0',
        'E\0\0\0\x09\0\0\0\0\0',
        'C\0\0\0\x07Ss\0',
        'S\0\0\0\x04',
      ]);
    },
  },
  {
    api: 'pg-protocol/dist/parser.js',
    fact: 'Parser.parse hands each message of its bytes on at once, under these names',
    usedIn: [READER, BATCH],
    check: () => {
      const names: string[] = [];
      const bytes = ['1', '2', '3', 'n', 'I'].map((code) => `${code}\0\0\0\x04`).join('');
      new Parser().parse(Buffer.from(bytes, 'latin1'), ({ name }) => names.push(name));
      expect(names).toEqual(['parseComplete', 'bindComplete', 'closeComplete', 'noData', 'emptyQuery']);
    },
  },
  {
    api: 'pg-protocol/dist/messages.js',
    fact: 'its classes are those of the parser: CommandComplete has a text, RowDescription the name and type of each field',
    usedIn: [BATCH, READER, ROW_CLIENT],
    check: () => {
      const messages: unknown[] = [];
      const complete = 'C\0\0\0\x0DUPDATE 1\0';
      const described = 'T\0\0\0\x1A\0\x01a\0\0\0\0\0\0\0\0\0\0\x19\0\0\0\0\0\0\0\0';
      new Parser().parse(Buffer.from(complete + described, 'latin1'), (message) => messages.push(message));
      expect(messages[0]).toBeInstanceOf(CommandCompleteMessage);
      expect(messages[0]).toMatchObject({ text: 'UPDATE 1' });
      expect(messages[1]).toBeInstanceOf(RowDescriptionMessage);
      expect(messages[1]).toMatchObject({ fields: [{ name: 'a', dataTypeID: 25 }] });
    },
  },
]);
