import { combinedReaderOf } from '../../../src/access/loaders/combined-reader.js';
import { RequestCache, type RequestContext } from '../../../src/access/identity/request-context.js';
import type { TenantReader } from '../../../src/tenancy/tenant-reader.js';
import { WaitTimeoutError } from '../../../src/platform/postgres/wait-timeout.js';
import { sql } from '../../../src/platform/postgres/sql.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements, type StatementWatch } from '../../support/statements.js';

const service = useOwnService();
let tenant: TestTenant;
let watch: StatementWatch;

beforeAll(async () => {
  tenant = await service.aTenant();
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

/** All that the reader asks of a context. */
const contextOf = ({ id }: TestTenant): Pick<RequestContext, 'reader' | 'cache'> => ({
  reader: service.database.reader(id),
  cache: new RequestCache(),
});

const NAME = (id: string) => sql`SELECT t.name FROM tenants t WHERE t.id = ${id}`;

/** As loaders do: each dispatches in a callback of its own. */
function inOwnCallback<T>(ask: () => Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    process.nextTick(() => {
      resolve(ask());
    });
  });
}

test('what the loaders of one tick ask is one round trip', async () => {
  const reader = combinedReaderOf(contextOf(tenant));
  watch.clear();

  const answers = await Promise.all([
    inOwnCallback(() => reader.rows<{ one: number }>(sql`SELECT 1 AS one`)),
    inOwnCallback(() => reader.rows(NAME(tenant.id))),
    inOwnCallback(() => Promise.all([reader.rows(sql`SELECT 3 AS three`), reader.rows(sql`SELECT 4 AS four`)])),
  ]);

  expect(answers).toEqual([[{ one: 1 }], [{ name: expect.any(String) as string }], [[{ three: 3 }], [{ four: 4 }]]]);
  expect(watch.messages.map(({ texts }) => texts.length)).toEqual([4]);
});

test('a request has one reader, and another request another', () => {
  const [one, other] = [contextOf(tenant), contextOf(tenant)];

  expect(combinedReaderOf(one)).toBe(combinedReaderOf(one));
  expect(combinedReaderOf(one)).not.toBe(combinedReaderOf(other));
});

test('a statement that fails fails alone', async () => {
  const reader = combinedReaderOf(contextOf(tenant));

  const settled = await Promise.allSettled([
    reader.rows(sql`SELECT 1 AS one`),
    reader.rows(sql`SELECT 1 / 0`),
    reader.rows(NAME(tenant.id)),
  ]);

  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(settled[1]).toMatchObject({ reason: { code: '22012' } });
  await expect(reader.rows(sql`SELECT 1 / 0`)).rejects.toMatchObject({ code: '22012' });
});

test('a wait in vain for a connection is not repeated for each statement', async () => {
  let waits = 0;
  const inVain = (): Promise<never> => {
    waits += 1;
    return Promise.reject(new WaitTimeoutError('No connection to the database was free in time.'));
  };
  const silent = { tenantId: tenant.id, rows: inVain, batch: inVain } as unknown as TenantReader;
  const reader = combinedReaderOf({ reader: silent, cache: new RequestCache() });

  const settled = await Promise.allSettled([reader.rows(sql`SELECT 1 AS one`), reader.rows(NAME(tenant.id))]);

  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(waits).toBe(1);
});
