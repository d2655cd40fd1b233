import pg from 'pg';
import { StartupError } from '../../../src/platform/errors/startup-error.js';
import { explainDatabaseFault } from '../../../src/platform/postgres/startup-faults.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());

/** What an operator reads whose variable holds this address. */
async function sentenceFor(change: (url: URL) => void, statement = 'SELECT 1'): Promise<string> {
  const url = new URL(database.appUrl);
  change(url);
  try {
    // The driver reads the files of an address while it is made.
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(statement);
    } finally {
      await client.end();
    }
  } catch (error) {
    const explained = explainDatabaseFault(error, 'DATABASE_URL');
    expect(explained).toBeInstanceOf(StartupError);
    return (explained as StartupError).message; // seen in the line above
  }
  throw new Error('The database could be used.');
}

test.each<[string, (url: URL) => void, RegExp]>([
  [
    'nothing listens',
    (url) => (url.port = '1'),
    /nothing listens at its address\. Start it, or correct DATABASE_URL\.$/,
  ],
  ['no such socket', (url) => (url.search = '?host=/nowhere'), /nothing listens at its address/],
  ['an unknown host', (url) => (url.hostname = 'no-such-host.invalid'), /its host is unknown/],
  ['a wrong password', (url) => (url.password = 'wrong'), /the user or password is wrong/],
  ['no password', (url) => (url.password = ''), /DATABASE_URL names no password/],
  ['an unknown user', (url) => (url.username = 'nobody_here'), /the user or password is wrong/],
  ['an unknown database', (url) => (url.pathname = '/no_such_database'), /it does not exist/],
  ['TLS that the server has not', (url) => (url.search = '?sslmode=verify-full'), /it offers no TLS/],
  ['a certificate that is not there', (url) => (url.search = '?sslrootcert=/nowhere.pem'), /a file that DATABASE_URL/],
])('%s is told of in one sentence that says what to do', async (_name, change, expected) => {
  const sentence = await sentenceFor(change);

  expect(sentence).toMatch(/^The database cannot be used: [^\n]*\.$/);
  expect(sentence).toMatch(expected);
});

test.each([
  ['SELECT * FROM no_such_table', /its schema is not the one of this version\. Run "npm run migration:up" first\.$/],
  ['CREATE ROLE somebody', /its user lacks a right/],
  ['SELECT 1 / 0', /it answered "division by zero" \(22012\)\. See the log of the server\.$/],
])('%s', async (statement, expected) => {
  expect(await sentenceFor(() => undefined, statement)).toMatch(expected);
});

test('a fault of ours stays what it is', () => {
  const fault = new TypeError('x is not a function');
  expect(explainDatabaseFault(fault, 'DATABASE_URL')).toBe(fault);
});
