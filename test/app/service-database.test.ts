/** The address of an operator's database is used as it is written, its parameters included. */
import { loadConfig } from '../../src/config.js';
import { openServiceDatabase } from '../../src/app/service-database.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await cloneDatabase();
}, 60_000);

afterAll(() => database.drop());

async function open(change: (url: URL) => void): Promise<string> {
  const url = new URL(database.appUrl);
  change(url);
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: url.href });
  try {
    const opened = await openServiceDatabase(config, { proceed: () => undefined });
    await opened.close();
    return 'opened';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test.each<[string, (url: URL) => void, RegExp]>([
  ['as it is', () => undefined, /^opened$/],
  ['with TLS that the server does not offer', (url) => (url.search = '?sslmode=verify-full'), /it offers no TLS/],
  ['without TLS', (url) => (url.search = '?sslmode=disable'), /^opened$/],
  ['with a socket that is not there', (url) => (url.search = '?host=/nowhere'), /nothing listens at its address/],
  ['with a name that the server does not know', (url) => (url.pathname = '/no_such_database'), /it does not exist/],
])('%s', async (_name, change, expected) => {
  expect(await open(change)).toMatch(expected);
});
