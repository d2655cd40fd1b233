/** What a provider's token costs, how long another replica goes on with one that has ended, and how long keys are kept. */
import { createPublicKey } from 'node:crypto';
import { newId } from '../../../src/platform/values/ids.js';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { watchStatements } from '../../support/statements.js';
import { useOwnService } from '../../support/use-service.js';
import { anIssuer, type Claims, type TestIssuer } from './issuer.js';
import { aReplica } from './replica.js';
import { PROVIDERS, register, withToken } from './support.js';

const service = useOwnService();
let issuer: TestIssuer;
let tenant: TestTenant;

beforeEach(async () => {
  issuer = await anIssuer();
  tenant = await service.aTenant();
});

afterEach(() => issuer.close());

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Well within the thirty seconds that are promised. */
const LATEST_MS = 20 * SECOND + 1;

/** A token that outlives the test's clock. */
function token(claims: Claims = {}): Promise<string> {
  const sub = newId();
  return issuer.sign({ sub, email: `${sub}@exemple.fr`, exp: Math.floor(Date.now() / 1000) + 20 * 3600, ...claims });
}

/** The statements that the work leads to. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const watch = watchStatements();
  await work();
  watch.stop();
  return watch.messages.flatMap(({ texts }) => texts);
}

const fetches = (): number => issuer.asked.filter((path) => path.startsWith('/jwks')).length;

describe('another replica', () => {
  it.each<[string, (providerId: string, userId: string) => Promise<unknown>, string]>([
    ['a removed provider', (id) => as(service, tenant.admin).delete(`${PROVIDERS}/${id}`), 'UNAUTHENTICATED'],
    [
      'a changed provider',
      (id) => as(service, tenant.admin).put(`${PROVIDERS}/${id}`, { audience: ['wiki'] }),
      'UNAUTHENTICATED',
    ],
    ['a deactivated user', (_id, userId) => as(service, tenant.admin).delete(`/v1/users/${userId}`), 'UNAUTHENTICATED'],
    [
      'another role',
      (_id, userId) => as(service, tenant.admin).put(`/v1/users/${userId}`, { role: 'readonly' }),
      'readonly',
    ],
    [
      'a suspended company',
      () => service.ask('UPDATE tenants SET is_suspended = true WHERE id = $1', [tenant.id]),
      'UNAUTHENTICATED',
    ],
  ])('notices %s within thirty seconds', async (_what, change, after) => {
    const providerId = await register(service, tenant, issuer);
    const sent = await token({ sub: 'luc', email: 'luc@exemple.fr' });
    const { roleOf, advance } = aReplica(service);
    expect(await roleOf(tenant.id, sent)).toBe('user');
    const [link] = await service.ask<{ user_id: string }>(
      `SELECT user_id FROM user_identities WHERE tenant_id = $1 AND subject = 'luc'`,
      [tenant.id],
    );

    await change(providerId, link?.user_id ?? '');
    advance(LATEST_MS);

    expect(await roleOf(tenant.id, sent)).toBe(after);
  });

  it.each<[string, (providerId: string) => Promise<unknown>]>([
    ['removed', (id) => as(service, tenant.admin).delete(`${PROVIDERS}/${id}`)],
    ['changed', (id) => as(service, tenant.admin).put(`${PROVIDERS}/${id}`, { audience: ['wiki'] })],
    [
      'registered anew',
      async (id) => {
        await as(service, tenant.admin).delete(`${PROVIDERS}/${id}`);
        await register(service, tenant, issuer, { audience: ['wiki'] });
      },
    ],
  ])(
    'takes no new token by what it knew of a provider that was %s: each is kept as long again',
    async (_how, change) => {
      const providerId = await register(service, tenant, issuer);
      const { roleOf } = aReplica(service);
      expect(await roleOf(tenant.id, await token())).toBe('user');

      await change(providerId);

      expect(await roleOf(tenant.id, await token())).toBe('UNAUTHENTICATED');
    },
  );

  it('notices a new provider within thirty seconds, though it knew that there was none', async () => {
    const sent = await token();
    const { roleOf, advance } = aReplica(service);
    expect(await roleOf(tenant.id, sent)).toBe('UNAUTHENTICATED');
    await register(service, tenant, issuer);
    expect(await roleOf(tenant.id, sent)).toBe('UNAUTHENTICATED');

    advance(LATEST_MS);

    expect(await roleOf(tenant.id, sent)).toBe('user');
  });

  it('notices the end of a token to the second, though it knows the token', async () => {
    await register(service, tenant, issuer);
    const sent = await token({ exp: Math.floor(Date.now() / 1000) + 10 });
    const { roleOf, advance } = aReplica(service);
    expect(await roleOf(tenant.id, sent)).toBe('user');

    advance(11 * SECOND);

    expect(await roleOf(tenant.id, sent)).toBe('TOKEN_EXPIRED');
  });
});

describe('a known token', () => {
  it('costs no more statements than a session', async () => {
    await register(service, tenant, issuer);
    const client = withToken(service, tenant, await token());
    await client.get('/v1/meta/permissions');

    for (const caller of [client, as(service, tenant.user)]) {
      await caller.get('/v1/meta/permissions');
      const statements = await statementsOf(() => caller.get('/v1/meta/permissions'));
      expect(statements).toEqual([]);
    }
  });

  it('costs none either where it would give the last admin a lesser role', async () => {
    const fields = { link_by_email: true, role_claim: 'team', role_map: { sales: 'user' } };
    await register(service, tenant, issuer, fields);
    const sent = await token({ email: tenant.admin.email, email_verified: true, team: 'sales' });
    const { roleOf } = aReplica(service);
    expect(await roleOf(tenant.id, sent)).toBe('admin');

    const statements = await statementsOf(async () => {
      expect(await roleOf(tenant.id, sent)).toBe('admin');
    });

    expect(statements).toEqual([]);
  });
});

describe('callers whom nobody knows', () => {
  it('cost one read for many of them, whether the company has a provider or is there at all', async () => {
    await register(service, tenant, issuer);
    const { roleOf } = aReplica(service);
    for (const tenantId of [tenant.id, 'nobody']) {
      const strangers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => token({ iss: `https://${index}.example` })),
      );
      const statements = await statementsOf(async () => {
        for (const stranger of strangers) expect(await roleOf(tenantId, stranger)).toBe('UNAUTHENTICATED');
      });
      expect(statements.filter((text) => text.includes('identity_providers'))).toHaveLength(1);
    }
  });

  it('are limited by address, and hold up nobody whose token is known', async () => {
    await register(service, tenant, issuer);
    const known = await token();
    const { roleOf, advance } = aReplica(service);
    expect(await roleOf(tenant.id, known)).toBe('user');

    const codes = new Set<string>();
    for (let index = 0; index < 61; index += 1) codes.add(await roleOf(tenant.id, await token({ aud: 'wiki' })));

    expect([...codes]).toEqual(['UNAUTHENTICATED', 'RATE_LIMITED']);
    advance(LATEST_MS);
    expect(await roleOf(tenant.id, known)).toBe('user');
    expect(await roleOf(tenant.id, await token(), '192.0.2.77')).toBe('user');
  });

  it('are kept out without a new look where a role is missing', async () => {
    await register(service, tenant, issuer, { default_role: null });
    const sent = await token();
    const { roleOf } = aReplica(service);
    expect(await roleOf(tenant.id, sent)).toBe('FORBIDDEN');

    const statements = await statementsOf(async () => {
      expect(await roleOf(tenant.id, sent)).toBe('FORBIDDEN');
    });

    expect(statements).toEqual([]);
    const client = withToken(service, tenant, sent);
    expect((await client.get('/v1/auth/me')).status).toBe(403);
    // Nor does the audit log ask each time whether it was told.
    expect(await statementsOf(() => client.get('/v1/auth/me'))).toEqual([]);
  });
});

describe('the keys of a provider', () => {
  it('are kept ten minutes, and fetched once for all who come at the same time', async () => {
    await register(service, tenant, issuer);
    const { roleOf, advance } = aReplica(service);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => token()));

    await Promise.all(tokens.map((sent) => roleOf(tenant.id, sent)));
    expect(fetches()).toBe(1);
    advance(10 * MINUTE - 1);
    await roleOf(tenant.id, await token());
    expect(fetches()).toBe(1);
    advance(1);
    await roleOf(tenant.id, await token());
    expect(fetches()).toBe(2);
  });

  it('are fetched again once for an unknown one, and not more often than every thirty seconds', async () => {
    await register(service, tenant, issuer);
    const { roleOf, advance } = aReplica(service);
    expect(await roleOf(tenant.id, await token())).toBe('user');
    await issuer.rotate();
    expect(await roleOf(tenant.id, await token())).toBe('user');
    expect(fetches()).toBe(2);
    const unknown = await issuer.sign({}, { kid: 'unknown' });

    for (let index = 0; index < 5; index += 1) expect(await roleOf(tenant.id, unknown)).toBe('UNAUTHENTICATED');
    expect(fetches()).toBe(2);
    advance(30 * SECOND);
    for (let index = 0; index < 5; index += 1) expect(await roleOf(tenant.id, unknown)).toBe('UNAUTHENTICATED');
    expect(fetches()).toBe(3);
  });

  it('that are new serve all who come while they are fetched', async () => {
    await register(service, tenant, issuer);
    const { roleOf } = aReplica(service);
    expect(await roleOf(tenant.id, await token())).toBe('user');
    await issuer.rotate();
    const tokens = await Promise.all(Array.from({ length: 5 }, () => token()));

    expect(await Promise.all(tokens.map((sent) => roleOf(tenant.id, sent)))).toEqual(tokens.map(() => 'user'));
    expect(fetches()).toBe(2);
  });

  it('take a bounded part of the memory, however long their documents are', async () => {
    const elsewhere = await service.aTenant();
    const [key] = issuer.keys;
    const jwk = createPublicKey({ key: key ?? {}, format: 'jwk' }).export({ format: 'jwk' });
    const long = JSON.stringify({ keys: [{ ...jwk, kid: key?.kid, x5c: ['x'.repeat(60_000)] }] });
    issuer.replace((request, response) => {
      const isKeys = request.url === '/jwks';
      response.end(isKeys ? long : JSON.stringify({ issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/jwks` }));
    });
    await register(service, elsewhere, issuer);
    const id = await register(service, tenant, issuer);
    const { roleOf } = aReplica(service);
    expect(await roleOf(elsewhere.id, await token())).toBe('user');

    // A changed provider has its keys fetched anew: 80 times 240 kB are more than 16 MiB.
    for (let version = 1; version <= 80; version += 1) {
      await as(service, tenant.admin).put(`${PROVIDERS}/${id}`, { name_claim: `name${version}` });
      expect(await roleOf(tenant.id, await token())).toBe('user');
    }
    expect(fetches()).toBe(81);
    expect(await roleOf(elsewhere.id, await token())).toBe('user');
    expect(fetches()).toBe(82);
  });

  it('go on for an hour while it does not answer, then it is a 503; other companies notice nothing', async () => {
    const [elsewhere, other] = [await service.aTenant(), await anIssuer()];
    await register(service, tenant, issuer);
    await register(service, elsewhere, other);
    const { roleOf, errorOf, advance } = aReplica(service);
    expect(await roleOf(tenant.id, await token())).toBe('user');
    issuer.replace((_request, response) => {
      response.writeHead(500).end();
    });

    advance(69 * MINUTE);
    expect(await roleOf(tenant.id, await token())).toBe('user');
    advance(2 * MINUTE);
    const error = await errorOf(tenant.id, await token());
    expect([error?.code, error?.retryAfterSeconds]).toEqual(['UNAVAILABLE', expect.any(Number)]);
    expect(
      await roleOf(
        elsewhere.id,
        await other.sign({ email: 'a@exemple.fr', exp: Math.floor(Date.now() / 1000) + 80_000 }),
      ),
    ).toBe('user');
    issuer.replace();
    advance(30 * SECOND);
    expect(await roleOf(tenant.id, await token())).toBe('user');
    await other.close();
  });

  it('are not asked for again at once where it does not answer, and the answer says when', async () => {
    await register(service, tenant, issuer);
    issuer.replace((_request, response) => {
      response.writeHead(503).end();
    });
    const answers = await Promise.all(
      [await token(), await token()].map((sent) => withToken(service, tenant, sent).get('/v1/auth/me')),
    );
    const graphql = await withToken(service, tenant, await token()).graphql('{ viewer { user { id } } }');

    expect([...answers, graphql].map(({ status }) => status)).toEqual([503, 503, 503]);
    const seconds = Number(graphql.headers.get('retry-after'));
    expect([seconds > 0, seconds <= 30]).toEqual([true, true]);
    expect(issuer.asked).toHaveLength(1);
  });
});
