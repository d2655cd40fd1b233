import {
  createRequestContext,
  forDryRun,
  RequestCache,
  withIdempotency,
  withoutDeadline,
  type Actor,
  type RequestContext,
  type TenantSettings,
} from '../../../src/access/identity/request-context.js';
import { forgetRead, requestCache } from '../../../src/access/loaders/request-cache.js';
import { inTransaction } from '../../../src/access/writes/transaction.js';
import type { Database } from '../../../src/tenancy/database.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';

const service = useOwnService();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await service.aTenant();
});

function aRequest(): RequestContext {
  const database: Database = service.database;
  const call = { database, requestId: 'r', ipAddress: '192.0.2.1', language: 'en', cache: new RequestCache() } as const;
  // No more is asked of either here.
  return createRequestContext(call, { tenantId: tenant.id } as Actor, {} as TenantSettings);
}

const [listOf, otherListOf] = [requestCache((): string[] => []), requestCache((): string[] => [])];

test('a cache is made once for a request, and belongs to it alone', () => {
  const [one, other] = [aRequest(), aRequest()];

  listOf(one).push('read');

  expect(listOf(one)).toEqual(['read']);
  expect(otherListOf(one)).toEqual([]);
  expect(listOf(other)).toEqual([]);
});

test('a cache is empty after a change', () => {
  const ctx = aRequest();
  listOf(ctx).push('read');

  forgetRead(ctx);

  expect(listOf(ctx)).toEqual([]);
});

test('each part of a request has a cache of its own', async () => {
  const ctx = aRequest();
  listOf(ctx).push('read');
  const request = { key: 'k', hash: Buffer.alloc(32), operation: 'o', onReplay: () => undefined };

  const parts = [forDryRun(ctx, true), withIdempotency(ctx, request), withoutDeadline(ctx)];
  await inTransaction(ctx, (tx) => Promise.resolve(parts.push(tx)));
  for (const [index, part] of parts.entries()) listOf(part).push(String(index));

  expect(parts.map(listOf)).toEqual([['0'], ['1'], ['2'], ['3']]);
  expect(listOf(ctx)).toEqual(['read']);
});
