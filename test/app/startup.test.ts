import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { requireNodeVersion } from '../../src/platform/embedded-postgres/node-version.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECRETS = 'k1:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';

let database: TestDatabase;

beforeAll(async () => {
  database = await cloneDatabase();
});

afterAll(() => database.drop());

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Starts the service as its own process. @param onOutput is told all that was printed so far */
function start(
  variables: Readonly<Record<string, string>>,
  onOutput: (text: string, kill: () => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, ['src/start.mjs'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      JWT_SECRETS: SECRETS,
      PORT: '0',
      ...variables,
    },
  });
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    onOutput(output, () => child.kill('SIGTERM'));
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, output: output.trim() });
    });
  });
}

/** One sentence, no stack, exit code 1. */
function expectSentence({ code, output }: Ended, sentence: RegExp): void {
  expect(output).toMatch(sentence);
  expect(output.split('\n')).toHaveLength(1);
  expect(output).not.toMatch(/\n\s+at |node_modules/);
  expect(code).toBe(1);
}

describe('a start that cannot go on says why in one sentence', () => {
  test('a wrong configuration', async () => {
    const ended = await start({ PORT: 'eighty', DATABASE_URL: 'mysql://host/crm' });
    expectSentence(ended, /^The configuration is wrong: .*PORT.*DATABASE_URL/);
  });

  test('production without a secret, or with a weak one', async () => {
    expectSentence(await start({ JWT_SECRETS: '' }), /^JWT_SECRETS is required in production/);
    expectSentence(await start({ JWT_SECRETS: 'k1:changeme' }), /^The configuration is wrong: JWT_SECRETS.*32 bytes/);
  });

  test('a database that cannot be reached', async () => {
    const ended = await start({ DATABASE_URL: 'postgres://crm_app:secret@127.0.0.1:1/crm' });
    expectSentence(ended, /^The database cannot be used: nothing listens/);
    expect(ended.output).not.toContain('secret');
  });

  test('a wrong password', async () => {
    const url = new URL(database.appUrl);
    url.password = 'wrong';
    expectSentence(await start({ DATABASE_URL: url.href }), /user or password is wrong/);
  });

  test('a schema that is newer than the code', async () => {
    const newer = await cloneDatabase();
    const client = new pg.Client({ connectionString: newer.superuserUrl });
    await client.connect();
    await client.query("INSERT INTO mikro_orm_migrations (name) VALUES ('Migration29990101000000')");
    await client.end();

    const ended = await start({ DATABASE_URL: newer.appUrl });

    await newer.drop();
    expectSentence(ended, /^The database is newer than this code \(Migration29990101000000\)/);
  });

  test('a role that the walls do not bind', async () => {
    const ended = await start({ DATABASE_URL: database.superuserUrl });
    expectSentence(ended, /^The walls between tenants are not armed: .*superuser/);
  });

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;

    const ended = await start({ DATABASE_URL: database.appUrl, PORT: String(port) });

    server.close();
    expectSentence(ended, new RegExp(`^Port ${port} is taken`));
  });

  test('a Node that is too old', () => {
    expect(() => {
      requireNodeVersion('20.20.2');
    }).toThrow(/^Node 20\.20\.2 is too old/);
    expect(() => {
      requireNodeVersion('22.17.0');
    }).not.toThrow();
  });
});

test('SIGTERM ends a running service with exit code 0', async () => {
  const ended = await start({ DATABASE_URL: database.appUrl }, (text, kill) => {
    if (text.includes('Health check')) kill();
  });

  expect(ended.output).toContain('CRM API is running at http://127.0.0.1:');
  expect(ended.code).toBe(0);
}, 60_000);
