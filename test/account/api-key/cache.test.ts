/** What a key costs, and how long another replica may go on with one that has ended. */
import { Authenticator } from '../../../src/access/identity/authenticator.js';
import { CredentialFailures } from '../../../src/access/identity/credential-failures.js';
import { Identities } from '../../../src/access/identity/identity.js';
import { KeyCredential } from '../../../src/access/identity/key-credential.js';
import { RateLimits } from '../../../src/access/identity/rate-limit.js';
import { RequestCache } from '../../../src/access/identity/request-context.js';
import { grantOf } from '../../../src/access/rights/permissions.js';
import { AppError } from '../../../src/platform/errors/errors.js';
import { newId } from '../../../src/platform/values/ids.js';
import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { watchStatements } from '../../support/statements.js';
import { useOwnService } from '../../support/use-service.js';
import { aKey, aServiceKey, idOf, type TestKey } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

/** Another process on the same database, with a clock of its own. */
function aReplica(): {
  readonly statusOf: (key: TestKey, onBehalfOf?: string) => Promise<string>;
  readonly advance: (ms: number) => void;
} {
  let clock = Date.now();
  const unlimited = { perSecond: 0, burst: 1 };
  const identities = new Identities((tenantId) => service.database.reader(tenantId), { now: () => clock });
  const credential = new KeyCredential({
    identities,
    failures: new CredentialFailures(),
    noteUse: () => undefined,
    mayImpersonate: (actor) => grantOf(actor, 'user:impersonate') !== undefined,
  });
  const authenticator = new Authenticator([credential], new RateLimits({ user: unlimited, tenant: unlimited }));
  const statusOf = async ({ token, tenantId }: TestKey, onBehalfOf?: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId, 'x-on-behalf-of': onBehalfOf };
    const call = { requestId: newId(), ipAddress: '192.0.2.1', language: 'en', cache: new RequestCache() } as const;
    try {
      return (await authenticator.identify(headers, { ...call, database: service.database })).actor.role;
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };
  return {
    statusOf,
    advance: (ms) => {
      clock += ms;
    },
  };
}

/** Well within the thirty seconds that are promised. */
const LATEST_MS = 20_001;

describe('another replica', () => {
  it.each([
    ['a revoked key', ({ id }: TestKey) => as(service, tenant.admin).delete(`/v1/api-keys/${id}`), 'UNAUTHENTICATED'],
    [
      'a deactivated user',
      ({ userId }: TestKey) => as(service, tenant.admin).delete(`/v1/users/${userId}`),
      'UNAUTHENTICATED',
    ],
    [
      'another role',
      ({ userId }: TestKey) => as(service, tenant.admin).put(`/v1/users/${userId}`, { role: 'readonly' }),
      'readonly',
    ],
    [
      'a suspended company',
      () => service.ask('UPDATE tenants SET is_suspended = true WHERE id = $1', [tenant.id]),
      'UNAUTHENTICATED',
    ],
  ])('notices %s within thirty seconds', async (_what, change, after) => {
    const key = await aKey(service, tenant.user);
    const { statusOf, advance } = aReplica();
    expect(await statusOf(key)).toBe('user');

    await change(key);
    advance(LATEST_MS);

    expect(await statusOf(key)).toBe(after);
  });

  it('notices the end of a key to the millisecond, though it knows the key', async () => {
    const key = await aKey(service, tenant.user, { expires_at: new Date(Date.now() + 10_000).toISOString() });
    const { statusOf, advance } = aReplica();
    expect(await statusOf(key)).toBe('user');
    advance(10_000);

    expect(await statusOf(key)).toBe('UNAUTHENTICATED');
  });

  it('notices within thirty seconds that the person acted for, or the account, is no more', async () => {
    const key = await aServiceKey(service, tenant, ['user:impersonate', 'customer:read']);
    const { statusOf, advance } = aReplica();
    expect(await statusOf(key, tenant.user.id)).toBe('user');
    await as(service, tenant.admin).delete(`/v1/users/${tenant.user.id}`);
    advance(LATEST_MS);
    expect(await statusOf(key, tenant.user.id)).toBe('FORBIDDEN');

    expect(await statusOf(key, tenant.manager.id)).toBe('manager');
    await as(service, tenant.admin).put(`/v1/users/${key.userId}`, { role: 'manager' });
    advance(LATEST_MS);
    expect(await statusOf(key, tenant.manager.id)).toBe('FORBIDDEN');
  });
});

describe('a known key', () => {
  it('costs no more statements than a session token, nor does acting for a person', async () => {
    const made = await as(service, tenant.admin).post('/v1/commercial/customers', { name: 'Dupont' });
    const path = `/v1/commercial/customers/${idOf(made)}`;
    const backend = await aServiceKey(service, tenant, ['user:impersonate', 'customer:read']);
    const callers: readonly { readonly client: Client; readonly headers: Readonly<Record<string, string>> }[] = [
      { client: as(service, tenant.user), headers: {} },
      { client: as(service, await aKey(service, tenant.user)), headers: {} },
      { client: as(service, backend), headers: { 'x-on-behalf-of': tenant.user.id } },
    ];
    const costs: number[][] = [];
    for (const { client, headers } of callers) {
      const asks = [
        () => client.get(path, headers),
        () => client.graphql('{ customers { nodes { name } } }', {}, headers),
      ];
      // The first use of a minute is stamped beside the requests.
      for (const ask of asks) await ask();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const watch = watchStatements();
      const cost: number[] = [];
      for (const ask of asks) {
        watch.clear();
        expect((await ask()).status).toBe(200);
        cost.push(
          watch.messages.flatMap(({ texts }) => texts).filter((text) => !text.includes('last_used_at =')).length,
        );
      }
      watch.stop();
      costs.push(cost);
    }

    expect(costs).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });
});
