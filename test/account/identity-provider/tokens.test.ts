/** Which tokens of a provider count, against a real OpenID provider and against keys of our own. */
import { createHmac, createPublicKey } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { newId } from '../../../src/platform/values/ids.js';
import { errorBody } from '../api-key/support.js';
import { anIssuer, OTHER_CLIENT, type Claims, type TestIssuer } from './issuer.js';
import { AUDIENCE, both, register, whoIs, withToken } from './support.js';

const service = useOwnService({ TRUSTED_PROXIES: 'loopback' });
let issuer: TestIssuer;
let tenant: TestTenant;

beforeAll(async () => {
  issuer = await anIssuer();
});

afterAll(() => issuer.close());

beforeEach(async () => {
  tenant = await service.aTenant();
});

const EMAIL = 'chloe.vidal@exemple.fr';
/** Of somebody who is new here. */
const someone = (claims: Claims = {}): Claims => ({ sub: newId(), email: EMAIL, name: 'Chloé Vidal', ...claims });
const seconds = (): number => Math.floor(Date.now() / 1000);

describe('a token of a real provider', () => {
  it('is found by discovery, and makes its bearer a user', async () => {
    await register(service, tenant, issuer);
    const token = await issuer.signIn(someone());

    expect(await whoIs(service, tenant, token)).toEqual(both(`${EMAIL} user`));

    const created = await withToken(service, tenant, token).post('/v1/commercial/customers', { name: 'Brasserie' });
    expect(created.status).toBe(201);
    const [user] = await service.ask<{ id: string }>('SELECT * FROM users WHERE tenant_id = $1 AND email = $2', [
      tenant.id,
      EMAIL,
    ]);
    expect(user).toMatchObject({ kind: 'PERSON', full_name: 'Chloé Vidal', password_hash: null, is_active: true });
    expect((created.body as { created_by: string }).created_by).toBe(user?.id);
  });

  it('for another client is none for us', async () => {
    await register(service, tenant, issuer);

    expect(await whoIs(service, tenant, await issuer.signIn(someone(), OTHER_CLIENT))).toEqual(both('UNAUTHENTICATED'));
  });

  it('goes on when the provider has new keys, and old tokens end with theirs', async () => {
    await register(service, tenant, issuer);
    const old = await issuer.signIn(someone());
    expect(await whoIs(service, tenant, old)).toEqual(both(`${EMAIL} user`));
    await issuer.rotate();

    const token = await issuer.signIn(someone({ sub: 'rotated', email: 'luc@exemple.fr' }));

    expect(await whoIs(service, tenant, token)).toEqual(both('luc@exemple.fr user'));
  });

  it('does not sign out, change a password or act for others', async () => {
    await register(service, tenant, issuer, { default_role: 'admin' });
    const client = withToken(service, tenant, await issuer.signIn(someone()));

    expect((await client.post('/v1/auth/logout')).status).toBe(403);
    const password = { current_password: 'x', new_password: 'jacinthes-et-narcisses' };
    expect((await client.post('/v1/auth/password', password)).status).toBe(403);
    expect((await client.get('/v1/auth/me', { 'x-on-behalf-of': tenant.user.id })).status).toBe(403);
  });
});

describe('keys that were pasted', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('verify %s, without asking anybody', async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    const key: JWK = { ...(await exportJWK(privateKey)), kid: 'pasted' };
    const publicKey = createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' });
    const jwks = { keys: [{ ...publicKey, kid: 'pasted' }] };
    const asked = issuer.asked.length;
    await register(service, tenant, issuer, { jwks, algorithms: [alg] });

    expect(await whoIs(service, tenant, await issuer.sign(someone(), { alg }, key))).toEqual(both(`${EMAIL} user`));
    expect(await whoIs(service, tenant, await issuer.sign(someone()))).toEqual(both('UNAUTHENTICATED'));
    expect(issuer.asked.length).toBe(asked);
  });
});

describe('a token does not count', () => {
  it.each<[string, () => Claims, string]>([
    ['of another audience', () => ({ aud: 'wiki' }), 'UNAUTHENTICATED'],
    ['without an audience', () => ({ aud: undefined }), 'UNAUTHENTICATED'],
    ['whose audience only begins like ours', () => ({ aud: `${AUDIENCE}2` }), 'UNAUTHENTICATED'],
    ['without a subject', () => ({ sub: undefined }), 'UNAUTHENTICATED'],
    ['with an empty subject', () => ({ sub: '' }), 'UNAUTHENTICATED'],
    ['with a subject of another type', () => ({ sub: 7 }), 'UNAUTHENTICATED'],
    ['with a subject that cannot be stored', () => ({ sub: 'a\u0000b' }), 'UNAUTHENTICATED'],
    ['with a subject of 256 characters', () => ({ sub: 'x'.repeat(256) }), 'UNAUTHENTICATED'],
    ['without an end', () => ({ exp: undefined }), 'UNAUTHENTICATED'],
    ['that has ended', () => ({ exp: seconds() - 1 }), 'TOKEN_EXPIRED'],
    ['that ended an hour ago', () => ({ exp: seconds() - 3600 }), 'TOKEN_EXPIRED'],
    ['that ends in more than a day', () => ({ exp: seconds() + 86_400 + 120 }), 'UNAUTHENTICATED'],
    ['that does not begin yet', () => ({ nbf: seconds() + 120 }), 'UNAUTHENTICATED'],
    ['of the future', () => ({ iat: seconds() + 120 }), 'UNAUTHENTICATED'],
    ['without the moment of its making', () => ({ iat: undefined }), 'UNAUTHENTICATED'],
    ['of an issuer with a stroke more', () => ({ iss: `${issuer.issuer}/` }), 'UNAUTHENTICATED'],
    ['of our own issuer', () => ({ iss: 'crm-api' }), 'UNAUTHENTICATED'],
    ['without an issuer', () => ({ iss: undefined }), 'UNAUTHENTICATED'],
    ['of an issuer of another type', () => ({ iss: [issuer.issuer] }), 'UNAUTHENTICATED'],
  ])('%s', async (_case, claims, code) => {
    await register(service, tenant, issuer);

    expect(await whoIs(service, tenant, await issuer.sign(someone(claims())))).toEqual(both(code));

    expect(await service.ask('SELECT 1 FROM user_identities WHERE tenant_id = $1', [tenant.id])).toEqual([]);
  });

  it.each([
    ['begins within the tolerance', () => ({ nbf: seconds() + 30, iat: seconds() + 30 })],
    ['ends in a day', () => ({ exp: seconds() + 86_400 })],
    ['has several audiences', () => ({ aud: ['wiki', AUDIENCE] })],
  ])('unless all is well: one that %s', async (_case, claims) => {
    await register(service, tenant, issuer);

    expect(await whoIs(service, tenant, await issuer.sign(someone(claims())))).toEqual(both(`${EMAIL} user`));
  });

  it('of another type, such as a logout token', async () => {
    await register(service, tenant, issuer);

    const noText: object = { typ: 7 };
    for (const header of [{ typ: 'logout+jwt' }, noText])
      expect(await whoIs(service, tenant, await issuer.sign(someone(), header))).toEqual(both('UNAUTHENTICATED'));
    expect(await whoIs(service, tenant, await issuer.sign(someone(), { typ: 'at+jwt' }))).toEqual(
      both(`${EMAIL} user`),
    );
  });

  it('with another algorithm than those that are registered, whatever the key', async () => {
    await register(service, tenant, issuer, { algorithms: ['ES256'] });

    expect(await whoIs(service, tenant, await issuer.sign(someone()))).toEqual(both('UNAUTHENTICATED'));
  });

  it('whose public key is taken for a secret, or that has no signature, or a changed one', async () => {
    await register(service, tenant, issuer);
    const good = await issuer.sign(someone());
    expect(await whoIs(service, tenant, good)).toEqual(both(`${EMAIL} user`));
    const [header = '', payload = '', signature = ''] = good.split('.');
    const [key] = issuer.keys;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const secrets = [
      createPublicKey({ key: key ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
      JSON.stringify({ keys: [key] }),
    ];
    // Both orders of the header: one begins like our own tokens.
    const headers = [
      { alg: 'HS256', typ: 'JWT', kid: key?.kid },
      { typ: 'JWT', kid: key?.kid, alg: 'HS256' },
    ].map(part);
    const forged = headers.flatMap((confused) =>
      secrets.map((secret) => {
        const signed = `${confused}.${payload}`;
        return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
      }),
    );
    const other = part({ ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), sub: 'admin' });
    const broken = [
      `${part({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      `${header}.${payload}.`,
      `${header}.${other}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -8)}AAAAAAAA`,
    ];

    for (const token of [...forged, ...broken])
      expect(await whoIs(service, tenant, token)).toEqual(both('UNAUTHENTICATED'));
  });

  it('that brings its own key along, or names where to fetch it', async () => {
    await register(service, tenant, issuer);
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key: JWK = { ...(await exportJWK(privateKey)), kid: issuer.keys[0]?.kid ?? '' };
    const jwk = createPublicKey({ key, format: 'jwk' }).export({ format: 'jwk' });

    for (const header of [{ jwk }, { jku: `${issuer.issuer}/jwks` }, {}])
      expect(await whoIs(service, tenant, await issuer.sign(someone(), header as object, key))).toEqual(
        both('UNAUTHENTICATED'),
      );
  });

  it('of an issuer that another company registered, and keys of one issuer verify none of another', async () => {
    const [elsewhere, other] = [await service.aTenant(), await anIssuer()];
    try {
      await register(service, elsewhere, issuer);
      await register(service, tenant, other);
      const token = await issuer.sign(someone());

      expect(await whoIs(service, tenant, token)).toEqual(both('UNAUTHENTICATED'));
      expect(await whoIs(service, tenant, await issuer.sign(someone({ iss: other.issuer })))).toEqual(
        both('UNAUTHENTICATED'),
      );
      expect(await whoIs(service, elsewhere, token)).toEqual(both(`${EMAIL} user`));
      // What is known of it there opens nothing here.
      expect(await whoIs(service, tenant, token)).toEqual(both('UNAUTHENTICATED'));
    } finally {
      await other.close();
    }
  });

  it('with one answer for all causes', async () => {
    await register(service, tenant, issuer);
    const bodies = await Promise.all(
      [{ iss: 'https://nobody.example' }, { aud: 'wiki' }, { iat: seconds() + 120 }].map(async (claims) =>
        errorBody(await withToken(service, tenant, await issuer.sign(someone(claims))).get('/v1/auth/me')),
      ),
    );
    const unknownTenant = await as(service, { token: await issuer.sign(), tenantId: 'nobody' }).get('/v1/auth/me');

    expect(new Set([...bodies, errorBody(unknownTenant)].map((body) => JSON.stringify(body))).size).toBe(1);
  });
});
