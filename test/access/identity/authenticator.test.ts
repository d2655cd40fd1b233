import { Authenticator, TenantMismatchError } from '../../../src/access/identity/authenticator.js';
import { readIdempotencyKey, type RequestHeaders } from '../../../src/access/identity/headers.js';
import { Identities, type Identity } from '../../../src/access/identity/identity.js';
import { RateLimitedError, RateLimits } from '../../../src/access/identity/rate-limit.js';
import { SessionCredential } from '../../../src/access/identity/session-credential.js';
import type { TenantReader } from '../../../src/tenancy/tenant-reader.js';
import type { SignIn } from '../../../src/account/sign-in.service.js';
import { AppError } from '../../../src/platform/errors/errors.js';
import {
  aCall,
  ask,
  aTenant,
  aUser,
  codeOf,
  openBench,
  rejectionOf,
  signIn,
  type Bench,
} from '../../account/support.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(async () => {
  await bench.close();
});

async function aSignIn(): Promise<SignIn> {
  return signIn(bench, await aUser(bench, await aTenant(bench)));
}

function headersOf({ accessToken, user }: SignIn, changes: RequestHeaders = {}): RequestHeaders {
  return { authorization: `Bearer ${accessToken}`, 'x-tenant-id': user.tenantId, ...changes };
}

function enter(headers: RequestHeaders, authenticator = bench.authenticator): Promise<string> {
  return codeOf(authenticator.identify(headers, aCall(bench)));
}

function session(identities: Identities): SessionCredential {
  return new SessionCredential(bench.dependencies.tokens, identities);
}

async function identify(identities: Identities, token: string): Promise<Identity> {
  return await session(identities).identify(token);
}

describe('the authenticator', () => {
  it('lets a good token with its own tenant in', async () => {
    const answer = await aSignIn();

    expect(await enter(headersOf(answer))).toBe('done');
    expect(await enter(headersOf(answer, { authorization: `bearer   ${answer.accessToken}` }))).toBe('done');
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YWxhZGRpbg==', 'Bearer a b', 'Bearer {}', 'token'])(
    'asks for a token first: %p',
    async (authorization) => {
      const answer = await aSignIn();

      expect(await enter({ authorization })).toBe('UNAUTHENTICATED');
      expect(await enter(headersOf(answer, { authorization }))).toBe('UNAUTHENTICATED');
    },
  );

  it('takes no refresh token', async () => {
    const answer = await aSignIn();

    expect(await enter(headersOf(answer, { authorization: `Bearer ${answer.refreshToken}` }))).toBe('UNAUTHENTICATED');
  });

  it('asks for the tenant header next', async () => {
    const answer = await aSignIn();
    const { tenantId } = answer.user;
    const withTenant = (value: string | readonly string[] | undefined): Promise<string> =>
      enter(headersOf(answer, { 'x-tenant-id': value }));

    expect(await withTenant(undefined)).toBe('TENANT_HEADER_REQUIRED');
    expect(await withTenant('')).toBe('TENANT_HEADER_REQUIRED');
    for (const bad of [`${tenantId}, ${tenantId}`, [tenantId, tenantId], "a'b", 'a b', 'é', 'x'.repeat(65)]) {
      expect(await withTenant(bad)).toBe('TENANT_HEADER_INVALID');
    }
    for (const other of ['other', tenantId.toUpperCase(), `${tenantId}x`]) {
      expect(await withTenant(other)).toBe('TENANT_MISMATCH');
    }
  });

  it('says whom to audit for a mismatch', async () => {
    const answer = await aSignIn();

    const rejection = await rejectionOf(
      bench.authenticator.identify(headersOf(answer, { 'x-tenant-id': 'other' }), aCall(bench)),
    );

    expect(rejection).toBeInstanceOf(TenantMismatchError);
    expect(rejection).toMatchObject({ status: 403, context: { actor: { userId: answer.user.id } } });
  });

  it('holds callers to the general limits, and says whom to audit', async () => {
    const answer = await aSignIn();
    const limits = new RateLimits({ user: { perSecond: 1, burst: 2 }, tenant: { perSecond: 0, burst: 1 } });
    const authenticator = new Authenticator([session(bench.dependencies.identities)], limits);
    const once = (): Promise<unknown> => authenticator.identify(headersOf(answer), aCall(bench));

    await once();
    await once();
    const rejection = await rejectionOf(once());

    expect(rejection).toBeInstanceOf(RateLimitedError);
    expect(rejection).toMatchObject({
      isFirst: true,
      retryAfterSeconds: 1,
      context: { actor: { userId: answer.user.id } },
    });
  });

  it('reads idempotency keys', () => {
    const read = (value: string | string[] | undefined): string | undefined =>
      readIdempotencyKey({ 'idempotency-key': value });

    expect(read(undefined)).toBeUndefined();
    expect(read('a')).toBe('a');
    expect(read('~'.repeat(255))).toHaveLength(255);
    for (const bad of ['', 'x'.repeat(256), 'é', 'a\tb', ['a', 'b']]) expect(() => read(bad)).toThrow(AppError);
  });
});

describe('identities', () => {
  function counted(cacheMs: number): { identities: Identities; reads: () => number; advance: (ms: number) => void } {
    let reads = 0;
    let clock = Date.now();
    const readerOf = (tenantId: string): TenantReader => {
      reads += 1;
      return bench.database.reader(tenantId);
    };
    return {
      identities: new Identities(readerOf, { cacheMs, now: () => clock }),
      reads: () => reads,
      advance: (ms) => {
        clock += ms;
      },
    };
  }

  it('are read once for many requests at once, and again after the cache', async () => {
    const { accessToken } = await aSignIn();
    const { identities, reads, advance } = counted(20_000);

    await Promise.all(Array.from({ length: 50 }, () => identify(identities, accessToken)));
    expect(reads()).toBe(1);
    advance(19_000);
    await identify(identities, accessToken);
    expect(reads()).toBe(1);
    advance(2000);
    await identify(identities, accessToken);
    expect(reads()).toBe(2);
  });

  it.each([
    ['a revoked session', 'UPDATE sessions SET revoked_at = now() WHERE tenant_id = $1'],
    ['an ended session', `UPDATE sessions SET expires_at = now() - interval '1 minute' WHERE tenant_id = $1`],
    ['an inactive user', 'UPDATE users SET is_active = false WHERE tenant_id = $1'],
    ['a suspended company', 'UPDATE tenants SET is_suspended = true WHERE id = $1'],
    ['a deleted session', 'DELETE FROM sessions WHERE tenant_id = $1'],
  ])('are refused with %s, within 20 seconds', async (_name, statement) => {
    const answer = await aSignIn();
    const { identities, advance } = counted(20_000);
    await identify(identities, answer.accessToken);

    await ask(bench, statement, [answer.user.tenantId]);
    advance(20_001);

    expect(await codeOf(identify(identities, answer.accessToken))).toBe('UNAUTHENTICATED');
  });

  it('do not remember what was read before it was forgotten', async () => {
    const answer = await aSignIn();
    const token = bench.dependencies.tokens.readAccess(answer.accessToken);
    const held = Promise.withResolvers<undefined>();
    const hasRead = Promise.withResolvers<undefined>();
    const real = bench.database.reader(token.tenantId);
    const slow: TenantReader = {
      ...real,
      rows: async (query) => {
        const rows = await real.rows(query);
        hasRead.resolve(undefined);
        await held.promise;
        return rows as never;
      },
    };
    const identities = new Identities(() => slow);
    const early = identify(identities, answer.accessToken);
    await hasRead.promise;

    await ask(bench, 'UPDATE sessions SET revoked_at = now() WHERE tenant_id = $1', [token.tenantId]);
    identities.forgetSession(token.tenantId, token.sessionId);
    held.resolve(undefined);

    await early;
    expect(await codeOf(identify(identities, answer.accessToken))).toBe('UNAUTHENTICATED');
  });

  it('answer a failed read with its fault, and try again next time', async () => {
    const { accessToken } = await aSignIn();
    let broken = true;
    const identities = new Identities((tenantId) => {
      if (broken) throw new Error('no database');
      return bench.database.reader(tenantId);
    });

    await expect(identify(identities, accessToken)).rejects.toThrow('no database');
    broken = false;
    expect(await codeOf(identify(identities, accessToken))).toBe('done');
  });
});
