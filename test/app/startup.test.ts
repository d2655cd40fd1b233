import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { requireNodeVersion } from '../../src/platform/embedded-postgres/node-version.js';
import { childEnvironment } from '../support/processes/child-environment.js';
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
  /** Whether a process of the same group outlived it. */
  readonly leftSomething: boolean;
}

/** Starts the service as its own process. @param onOutput is told all that was printed so far */
function start(
  variables: Readonly<Record<string, string>>,
  onOutput: (text: string, kill: () => void) => void = () => undefined,
  [program, ...args]: readonly [string, ...string[]] = [process.execPath, 'src/start.mjs'],
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: ROOT,
    detached: true, // a group of its own
    env: {
      ...childEnvironment(),
      HOME: process.env.HOME,
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
    // Not `close`: whoever is left would hold the pipes open.
    child.on('exit', (code) => {
      setImmediate(() => {
        resolve({ code, output: output.trim(), leftSomething: endGroup(child.pid) });
      });
    });
  });
}

function endGroup(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(-pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** One sentence, no stack, exit code 1. */
function expectSentence({ code, output }: Ended, sentence: RegExp): void {
  expect(output).toMatch(sentence);
  expect(output.split('\n')).toHaveLength(1);
  expect(output).not.toMatch(/\n\s+at |node_modules/);
  expect(code).toBe(1);
}

describe('a start that cannot go on says why in one sentence', () => {
  test('production without a secret', async () => {
    expectSentence(await start({ JWT_SECRETS: '' }), /^JWT_SECRETS is required in production/);
  });

  test('a wrong password', async () => {
    const url = new URL(database.appUrl);
    url.password = 'wrong-secret';
    const ended = await start({ DATABASE_URL: url.href });
    expectSentence(ended, /^The database cannot be used: the user or password is wrong\. Correct DATABASE_URL\.$/);
    expect(ended.output).not.toContain('secret');
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

  test('a role that row-level security does not bind', async () => {
    const ended = await start({ DATABASE_URL: database.superuserUrl });
    expectSentence(ended, /^Tenant isolation is not enforced: .*superuser/);
  });

  test('a port that is taken, before anything is made for it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const dataDir = path.join(ROOT, 'node_modules', '.cache', `never-made-${process.pid}`);

    const ended = await start({ NODE_ENV: 'development', DATA_DIR: dataDir, PORT: String(port) });

    server.close();
    expectSentence(ended, new RegExp(`^Port ${port} is taken`));
    expect(existsSync(dataDir)).toBe(false);
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

test('SIGTERM to npm ends the service with exit code 0, and leaves nothing running', async () => {
  const stopWhenUp = (text: string, kill: () => void): void => {
    if (text.includes('Health check')) kill();
  };

  const ended = await start({ DATABASE_URL: database.appUrl }, stopWhenUp, ['npm', 'start']);

  expect(ended.output.match(/CRM API is running at http:\/\/127\.0\.0\.1:/g)).toHaveLength(1);
  expect(ended).toMatchObject({ code: 0, leftSomething: false });
}, 60_000);
