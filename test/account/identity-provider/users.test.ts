/** Who a provider's subject is: linked, created or kept out, with which role, and for how long. */
import { as } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { newId } from '../../../src/platform/values/ids.js';
import { codeOf, eventsOf } from '../api-key/support.js';
import { anIssuer, type Claims, type TestIssuer } from './issuer.js';
import { both, PROVIDERS, register, whoIs, withToken } from './support.js';

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

const verified = ({ email }: Pick<TestUser, 'email'>, claims: Claims = {}): Claims => ({
  email,
  email_verified: true,
  ...claims,
});

interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly full_name: string;
  readonly role: string;
  readonly version: number;
}

async function userOf(email: string): Promise<UserRow | undefined> {
  const [user] = await service.ask<UserRow & Record<string, unknown>>(
    'SELECT * FROM users WHERE tenant_id = $1 AND email = $2',
    [tenant.id, email],
  );
  return user;
}

async function countUsers(): Promise<number> {
  const [row] = await service.ask<{ n: number }>('SELECT count(*)::integer AS n FROM users WHERE tenant_id = $1', [
    tenant.id,
  ]);
  return row?.n ?? 0;
}

const roleOf = async ({ email }: Pick<TestUser, 'email'>): Promise<string | undefined> => (await userOf(email))?.role;
const rolesOf = (...roles: readonly string[]): Claims => ({ realm_access: { roles } });
const MAPPED = {
  role_claim: 'realm_access.roles',
  role_map: { chef: 'admin', ventes: 'user', encadrement: 'manager' },
  default_role: null,
} as const;

describe('at first sight', () => {
  it('a verified address makes its bearer the user of that address, where the provider links so', async () => {
    await register(service, tenant, issuer, { link_by_email: true });
    const before = await countUsers();
    const email = tenant.manager.email.toUpperCase();

    const token = await issuer.sign({ ...verified({ email }), sub: 'anne' });

    expect(await whoIs(service, tenant, token)).toEqual(both(`${tenant.manager.email} manager`));
    expect(await countUsers()).toBe(before);
    expect(await eventsOf(service, tenant.id, 'user.')).toEqual([
      expect.objectContaining({
        action: 'user.linked',
        actor_kind: 'user',
        user_id: tenant.manager.id,
        entity_type: 'user',
        entity_id: tenant.manager.id,
        new_value: { issuer: issuer.issuer, subject: 'anne' },
      }),
    ]);
  });

  it.each<[string, object, Claims]>([
    ['the provider does not link', { link_by_email: false }, { email_verified: true }],
    ['the address is not verified', { link_by_email: true }, { email_verified: false }],
    ['nothing is said of the address', { link_by_email: true }, {}],
    ['the address is verified in words only', { link_by_email: true }, { email_verified: 'true' }],
  ])('a taken address keeps its bearer out where %s', async (_case, fields, claims) => {
    await register(service, tenant, issuer, fields);
    const before = await countUsers();

    const token = await issuer.sign({ email: tenant.admin.email, ...claims });

    expect(await whoIs(service, tenant, token)).toEqual(both('FORBIDDEN'));
    expect(await countUsers()).toBe(before);
    expect(await service.ask('SELECT 1 FROM user_identities WHERE tenant_id = $1', [tenant.id])).toEqual([]);
    const denied = await eventsOf(service, tenant.id, 'access.denied');
    expect(denied).toEqual([
      expect.objectContaining({
        actor_kind: 'anonymous',
        entity_type: 'identity_provider',
        error_code: 'FORBIDDEN',
        description: 'email_taken',
      }),
    ]);
  });

  it('a verified address proves nothing of one in another claim', async () => {
    await register(service, tenant, issuer, { link_by_email: true, email_claim: 'preferred_username' });
    const { email } = tenant.admin;

    const chosen = await issuer.sign(verified({ email: 'eve@exemple.fr' }, { preferred_username: email }));
    expect(await whoIs(service, tenant, chosen)).toEqual(both('FORBIDDEN'));
    expect(await service.ask('SELECT 1 FROM user_identities WHERE tenant_id = $1', [tenant.id])).toEqual([]);
    const own = await issuer.sign(verified({ email }, { preferred_username: email }));
    expect(await whoIs(service, tenant, own)).toEqual(both(`${email} admin`));
  });

  it('an address that only looks alike is another person', async () => {
    await service.ask(`UPDATE users SET email = $2, email_identity = $2 WHERE tenant_id = $1 AND role = 'admin'`, [
      tenant.id,
      'admin@exemple.fr',
    ]);
    await register(service, tenant, issuer, { link_by_email: true });

    for (const email of ['ad\u200bmin@exemple.fr', 'admín@exemple.fr', 'adm\u0131n@exemple.fr', 'ａdmin@exemple.fr']) {
      const who = await whoIs(service, tenant, await issuer.sign(verified({ email })));
      expect(who).not.toEqual(both('admin@exemple.fr admin'));
      expect(await service.ask('SELECT 1 FROM user_identities WHERE user_id = $1', [tenant.admin.id])).toEqual([]);
    }
    // The same letters, composed otherwise and in capitals, are the same address.
    await whoIs(service, tenant, await issuer.sign(verified({ email: 'admín@exemple.fr' })));
    const before = await countUsers();
    await whoIs(service, tenant, await issuer.sign(verified({ email: 'ADMI\u0301N@exemple.fr' })));
    expect(await countUsers()).toBe(before);
  });

  it('of two addresses that an earlier server kept apart, the one in the same spelling counts', async () => {
    for (const [email, { id }] of [
      ['élise@exemple.fr', tenant.admin],
      ['Élise@exemple.fr', tenant.user],
    ] as const)
      await service.ask(`UPDATE users SET email = $3, email_identity = $3 WHERE tenant_id = $1 AND id = $2`, [
        ...[tenant.id, id],
        email,
      ]);
    await register(service, tenant, issuer, { link_by_email: true });

    for (const [email, role] of [
      ['Élise@exemple.fr', 'user'],
      ['élise@exemple.fr', 'admin'],
      ['ÉLISE@exemple.fr', 'admin'],
    ] as const) {
      const token = await issuer.sign(verified({ email }));
      const kept = email === 'ÉLISE@exemple.fr' ? 'élise@exemple.fr' : email;
      expect(await whoIs(service, tenant, token)).toEqual(both(`${kept} ${role}`));
    }
  });

  it('many requests at once make one user and one link', async () => {
    await register(service, tenant, issuer);
    const before = await countUsers();
    const claims = { sub: 'luc', email: 'luc@exemple.fr' };
    const tokens = await Promise.all(
      Array.from({ length: 8 }, (_, index) => issuer.sign({ ...claims, jti: `${index}` })),
    );

    const answers = await Promise.all(tokens.map((token) => whoIs(service, tenant, token)));

    expect(answers).toEqual(tokens.map(() => both('luc@exemple.fr user')));
    expect(await countUsers()).toBe(before + 1);
    expect((await eventsOf(service, tenant.id, 'user.')).map(({ action }) => action).sort()).toEqual([
      'user.created',
      'user.linked',
    ]);
  });

  it.each<[string, Claims, string]>([
    ['no address', {}, 'email_missing'],
    ['no sound address', { email: 'nobody' }, 'email_missing'],
    ['an address that is no text', { email: ['a@exemple.fr'] }, 'email_missing'],
  ])('whoever has %s stays out', async (_case, claims, reason) => {
    await register(service, tenant, issuer);
    const answer = await withToken(service, tenant, await issuer.sign(claims)).get('/v1/auth/me');

    expect([answer.status, answer.body]).toEqual([403, expect.objectContaining({ code: 'FORBIDDEN' })]);
    expect(answer.text).toContain(reason);
  });

  it('the name may stand in a claim of another name, or be the address', async () => {
    await register(service, tenant, issuer, { name_claim: 'display.full', email_claim: 'mail' });
    await whoIs(service, tenant, await issuer.sign({ mail: 'a@exemple.fr', display: { full: '  Ana  B ' } }));
    await whoIs(service, tenant, await issuer.sign({ mail: 'b@exemple.fr', display: { full: 7 } }));

    expect((await userOf('a@exemple.fr'))?.full_name).toBe('Ana  B');
    expect((await userOf('b@exemple.fr'))?.full_name).toBe('b@exemple.fr');
  });
});

describe('the role', () => {
  it('is the mapped one, of several the one with most rights, else the default', async () => {
    await register(service, tenant, issuer, { ...MAPPED, default_role: 'readonly' });
    const role = async (claims: Claims): Promise<string | undefined> => {
      const email = `${newId()}@exemple.fr`;
      await whoIs(service, tenant, await issuer.sign({ email, ...claims }));
      return roleOf({ email });
    };

    expect(await role(rolesOf('ventes'))).toBe('user');
    expect(await role(rolesOf('autre', 'ventes', 'chef'))).toBe('admin');
    expect(await role({ realm_access: { roles: 'encadrement' } })).toBe('manager');
    expect(await role(rolesOf('autre'))).toBe('readonly');
    expect(await role(rolesOf('constructor', '__proto__'))).toBe('readonly');
    expect(await role({})).toBe('readonly');
  });

  it('keeps out whoever has none, until one is mapped', async () => {
    const id = await register(service, tenant, issuer, MAPPED);
    const token = await issuer.sign({ email: 'luc@exemple.fr', ...rolesOf('stagiaire') });

    expect(await whoIs(service, tenant, token)).toEqual(both('FORBIDDEN'));
    expect(await userOf('luc@exemple.fr')).toBeUndefined();
    const role_map = { ...MAPPED.role_map, stagiaire: 'readonly' };
    await as(service, tenant.admin).put(`${PROVIDERS}/${id}`, { role_map });
    expect(await whoIs(service, tenant, token)).toEqual(both('luc@exemple.fr readonly'));
    await as(service, tenant.admin).put(`${PROVIDERS}/${id}`, { role_map: MAPPED.role_map });
    expect(await whoIs(service, tenant, token)).toEqual(both('FORBIDDEN'));
    expect(await roleOf({ email: 'luc@exemple.fr' })).toBe('readonly');
  });

  it('changes with the claim, and tells so', async () => {
    await register(service, tenant, issuer, MAPPED);
    const claims = { sub: 'luc', email: 'luc@exemple.fr' };
    await whoIs(service, tenant, await issuer.sign({ ...claims, ...rolesOf('ventes') }));

    expect(await whoIs(service, tenant, await issuer.sign({ ...claims, ...rolesOf('encadrement') }))).toEqual(
      both('luc@exemple.fr manager'),
    );
    expect(await eventsOf(service, tenant.id, 'user.updated')).toEqual([
      expect.objectContaining({ old_value: { role: 'user' }, new_value: { role: 'manager' } }),
    ]);
  });

  it('of a linked user is the mapped one too; without a role claim it stays their own', async () => {
    const id = await register(service, tenant, issuer, { link_by_email: true, default_role: null });
    const claims = { ...verified(tenant.user), sub: 'u' };
    expect(await whoIs(service, tenant, await issuer.sign(claims))).toEqual(both(`${tenant.user.email} user`));
    await as(service, tenant.admin).put(`${PROVIDERS}/${id}`, MAPPED);

    expect(await whoIs(service, tenant, await issuer.sign({ ...claims, ...rolesOf('encadrement') }))).toEqual(
      both(`${tenant.user.email} manager`),
    );
  });

  it('never leaves the company without an active admin', async () => {
    await register(service, tenant, issuer, { ...MAPPED, link_by_email: true });
    const claims = { ...verified(tenant.admin), sub: 'a', ...rolesOf('ventes') };

    expect(await whoIs(service, tenant, await issuer.sign(claims))).toEqual(both(`${tenant.admin.email} admin`));
    expect(await roleOf(tenant.admin)).toBe('admin');
    await service.ask(`UPDATE users SET role = 'admin' WHERE tenant_id = $1 AND id = $2`, [tenant.id, tenant.user.id]);
    expect(await whoIs(service, tenant, await issuer.sign({ ...claims, jti: 'later' }))).toEqual(
      both(`${tenant.admin.email} user`),
    );
  });

  it('cannot be changed elsewhere, as long as the provider says it', async () => {
    const id = await register(service, tenant, issuer, { ...MAPPED, link_by_email: true });
    await whoIs(service, tenant, await issuer.sign({ ...verified(tenant.user), ...rolesOf('ventes') }));
    const client = as(service, tenant.admin);
    const path = `/v1/users/${tenant.user.id}`;

    const rest = await client.put(path, { role: 'manager' });
    expect([rest.status, rest.text.includes('role_from_provider')]).toEqual([409, true]);
    const graphql = await client.graphql(
      'mutation ($id: ID!) { updateUser(id: $id, input: { role: MANAGER }) { user { id } } }',
      { id: tenant.user.id },
    );
    expect(codeOf(graphql)).toBe('ILLEGAL_TRANSITION');
    expect(await roleOf(tenant.user)).toBe('user');
    expect((await client.put(path, { full_name: 'Léa', role: 'user' })).status).toBe(200);
    expect((await client.put(`/v1/users/${tenant.manager.id}`, { role: 'user' })).status).toBe(200);
    await client.delete(`${PROVIDERS}/${id}`);
    expect((await client.put(path, { role: 'manager' })).status).toBe(200);
  });
});

describe('a person without a password', () => {
  it('is answered at sign-in like everybody who gets it wrong', async () => {
    await register(service, tenant, issuer);
    await whoIs(service, tenant, await issuer.sign({ email: 'luc@exemple.fr' }));
    const signIn = (email: string) =>
      as(service).post('/v1/auth/login', { email, password: 'jacinthes-et-narcisses', tenant_id: tenant.id });

    const answers = [await signIn('luc@exemple.fr'), await signIn('nobody@exemple.fr')];

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    const sentences = answers.map(({ body }) => (body as { detail: string }).detail);
    expect(new Set(sentences).size).toBe(1);
  });
});

describe('what ends', () => {
  it.each<[string, (providerId: string) => Promise<unknown>]>([
    ['its user is deactivated', () => as(service, tenant.admin).delete(`/v1/users/${tenant.user.id}`)],
    ['its provider is removed', (id) => as(service, tenant.admin).delete(`${PROVIDERS}/${id}`)],
    [
      'its audience is no longer taken',
      (id) => as(service, tenant.admin).put(`${PROVIDERS}/${id}`, { audience: ['wiki'] }),
    ],
  ])('a token ends at once where %s', async (_case, end) => {
    const id = await register(service, tenant, issuer, { link_by_email: true });
    const token = await issuer.sign(verified(tenant.user));
    expect(await whoIs(service, tenant, token)).toEqual(both(`${tenant.user.email} user`));

    await end(id);

    expect(await whoIs(service, tenant, token)).toEqual(both('UNAUTHENTICATED'));
  });

  it('a deactivated user is linked to nobody', async () => {
    await register(service, tenant, issuer, { link_by_email: true });
    await as(service, tenant.admin).delete(`/v1/users/${tenant.user.id}`);

    expect(await whoIs(service, tenant, await issuer.sign(verified(tenant.user)))).toEqual(both('UNAUTHENTICATED'));
    expect(await service.ask('SELECT 1 FROM user_identities WHERE tenant_id = $1', [tenant.id])).toEqual([]);
  });

  it('a provider that comes back finds its people again', async () => {
    const id = await register(service, tenant, issuer);
    const claims = { sub: 'luc', email: 'luc@exemple.fr' };
    await whoIs(service, tenant, await issuer.sign(claims));
    await as(service, tenant.admin).delete(`${PROVIDERS}/${id}`);
    await register(service, tenant, issuer);

    expect(await whoIs(service, tenant, await issuer.sign(claims))).toEqual(both('luc@exemple.fr user'));
    expect(await eventsOf(service, tenant.id, 'user.linked')).toHaveLength(1);
  });
});
