/** Registering, listing, changing and removing identity providers, over both transports. */
import { generateKeyPairSync } from 'node:crypto';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aServiceKey, codeOf, eventsOf } from '../api-key/support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

type Fields = Readonly<Record<string, unknown>>;

interface Api {
  readonly create: (maker: TestUser, input: Fields, headers?: Record<string, string>) => Promise<Answer>;
  readonly update: (maker: TestUser, id: string, input: Fields, version?: number) => Promise<Answer>;
  readonly remove: (maker: TestUser, id: string, headers?: Record<string, string>) => Promise<Answer>;
  readonly list: (maker: Pick<TestUser, 'token' | 'tenantId'>) => Promise<Answer>;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const restOf = (input: Fields): object =>
  Object.fromEntries(Object.entries(input).map(([name, value]) => [snake(name), value]));
const graphqlOf = ({ defaultRole, ...input }: Fields): object => ({
  ...input,
  ...(typeof defaultRole === 'string' && { defaultRole: defaultRole.toUpperCase() }),
});

const PATH = '/v1/identity-providers';
const FIELDS = `{ id issuer audience algorithms jwks emailClaim nameClaim roleClaim roleMap defaultRole linkByEmail version createdBy { id } }`;

const APIS: readonly [name: string, api: Api][] = [
  [
    'REST',
    {
      create: (maker, input, headers) => as(service, maker).post(PATH, restOf(input), headers),
      update: (maker, id, input, version) =>
        as(service, maker).put(
          `${PATH}/${id}`,
          restOf(input),
          version === undefined ? {} : { 'if-match': `"${version}"` },
        ),
      remove: (maker, id, headers) => as(service, maker).delete(`${PATH}/${id}`, headers),
      list: (maker) => as(service, maker).get(PATH),
    },
  ],
  [
    'GraphQL',
    {
      create: (maker, input, headers) =>
        as(service, maker).graphql(
          `mutation ($input: CreateIdentityProviderInput!) { createIdentityProvider(input: $input) { identityProvider ${FIELDS} } }`,
          { input: graphqlOf(input) },
          headers,
        ),
      update: (maker, id, input, expectedVersion) =>
        as(service, maker).graphql(
          `mutation ($id: ID!, $input: UpdateIdentityProviderInput!, $expectedVersion: Int) {
            updateIdentityProvider(id: $id, input: $input, expectedVersion: $expectedVersion) { identityProvider ${FIELDS} } }`,
          { id, input: graphqlOf(input), expectedVersion },
        ),
      remove: (maker, id, headers) =>
        as(service, maker).graphql(
          'mutation ($id: ID!) { deleteIdentityProvider(id: $id) { identityProvider { id } } }',
          { id },
          headers,
        ),
      list: (maker) => as(service, maker).graphql(`{ identityProviders { nodes ${FIELDS} } }`),
    },
  ],
];

const ISSUER = 'https://connexion.exemple.fr/realms/acme';
const LEAST = { issuer: ISSUER, audience: ['crm'] };

interface ProviderRow {
  readonly id: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly role_map: object;
  readonly jwks: object | null;
  readonly version: number;
  readonly deleted_at: Date | null;
}

function rows(): Promise<ProviderRow[]> {
  return service.ask<ProviderRow & Record<string, unknown>>(
    'SELECT * FROM identity_providers WHERE tenant_id = $1 ORDER BY created_at, id',
    [tenant.id],
  );
}

async function onlyId(): Promise<string> {
  const [row] = await rows();
  if (!row) throw new Error('No provider.');
  return row.id;
}

function publicJwk(type: 'rsa' | 'ed25519', modulusLength = 2048): object {
  const { publicKey } = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ed25519');
  return publicKey.export({ format: 'jwk' });
}

describe.each(APIS)('identity providers over %s', (_name, { create, update, remove, list }) => {
  it('are registered with what is usual', async () => {
    const answer = await create(tenant.admin, LEAST);

    expect([answer.status, codeOf(answer)]).toEqual([expect.any(Number), undefined]);
    expect(await rows()).toEqual([
      expect.objectContaining({
        ...LEAST,
        algorithms: ['RS256'],
        jwks: null,
        email_claim: 'email',
        name_claim: 'name',
        role_claim: null,
        role_map: {},
        default_role: null,
        link_by_email: false,
        created_by: tenant.admin.id,
        version: 1,
      }),
    ]);
    expect((await list(tenant.admin)).text).toContain(`"issuer":"${ISSUER}"`);
    const [event] = await eventsOf(service, tenant.id, 'identity_provider.');
    expect(event).toMatchObject({
      action: 'identity_provider.created',
      entity_type: 'identity_provider',
      entity_id: await onlyId(),
      new_value: expect.objectContaining({ issuer: ISSUER, audience: ['crm'] }) as object,
    });
  });

  it('hold all that is said of them', async () => {
    const jwks = { keys: [publicJwk('ed25519'), publicJwk('rsa')] };
    const input = {
      ...LEAST,
      algorithms: ['EdDSA', 'RS256', 'EdDSA'],
      jwks,
      emailClaim: 'mail',
      nameClaim: 'display_name',
      roleClaim: 'realm_access.roles',
      roleMap: { 'crm-admin': 'admin', ventes: 'user' },
      defaultRole: 'readonly',
      linkByEmail: true,
    };

    expect(codeOf(await create(tenant.admin, input))).toBeUndefined();

    expect(await rows()).toEqual([expect.objectContaining({ ...restOf(input), algorithms: ['EdDSA', 'RS256'], jwks })]);
  });

  it.each<[string, Fields, string]>([
    ['an issuer that is no address', { issuer: 'acme' }, 'INVALID_ISSUER'],
    ['an issuer without TLS', { issuer: 'http://connexion.exemple.fr' }, 'INVALID_ISSUER'],
    ['an issuer with parameters', { issuer: `${ISSUER}?a=b` }, 'INVALID_ISSUER'],
    ['an issuer with a password', { issuer: 'https://a:b@connexion.exemple.fr' }, 'INVALID_ISSUER'],
    ['our own issuer', { issuer: 'crm-api' }, 'INVALID_ISSUER'],
    ['no audience', { audience: [] }, 'TOO_FEW_ITEMS'],
    ['six audiences', { audience: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'TOO_MANY_ITEMS'],
    ['no algorithm', { algorithms: [] }, 'TOO_FEW_ITEMS'],
    ['keys that are no JWKS', { jwks: { kty: 'RSA' } }, 'INVALID_JWKS'],
    ['a symmetric key', { jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }, 'INVALID_JWKS'],
    [
      'a private key',
      { jwks: { keys: [generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })] } },
      'INVALID_JWKS',
    ],
    ['a short key', { jwks: { keys: [publicJwk('rsa', 1024)] } }, 'INVALID_JWKS'],
    ['a role that there is not', { roleClaim: 'r', roleMap: { a: 'root' } }, 'INVALID_ROLE_MAP'],
    ['roles without their claim', { roleMap: { a: 'user' } }, 'REQUIRED'],
    ['roles that are no object', { roleClaim: 'r', roleMap: ['user'] }, 'NOT_AN_OBJECT'],
  ])('are not registered with %s', async (_case, input, code) => {
    expect((await create(tenant.admin, { ...LEAST, ...input })).text).toContain(code);
    expect(await rows()).toEqual([]);
  });

  it.each(['HS256', 'none', 'RS512'])('never sign with %s', async (algorithm) => {
    const answer = await create(tenant.admin, { ...LEAST, algorithms: [algorithm] });

    expect(codeOf(answer)).toMatch(/VALIDATION_FAILED|BAD_USER_INPUT/);
    expect(await rows()).toEqual([]);
  });

  it('change in what is sent, and in the version that was seen', async () => {
    await create(tenant.admin, LEAST);
    const id = await onlyId();

    expect(codeOf(await update(tenant.admin, id, { audience: ['crm', 'api'] }, 1))).toBeUndefined();
    expect(codeOf(await update(tenant.admin, id, { linkByEmail: true }, 1))).toBe('VERSION_CONFLICT');
    expect((await update(tenant.admin, id, { roleMap: { a: 'user' } })).text).toContain('REQUIRED');

    expect(await rows()).toEqual([
      expect.objectContaining({ issuer: ISSUER, audience: ['crm', 'api'], link_by_email: false, version: 2 }),
    ]);
    expect(await eventsOf(service, tenant.id, 'identity_provider.updated')).toEqual([
      expect.objectContaining({ entity_id: id, new_value: { audience: ['crm', 'api'] } }),
    ]);
  });

  it('have one issuer each, which is free again when they are removed', async () => {
    await create(tenant.admin, LEAST);
    const id = await onlyId();

    const second = await create(tenant.admin, LEAST);
    expect([codeOf(second), second.text.includes(id)]).toEqual(['DUPLICATE', true]);
    const headers = { 'idempotency-key': 'once' };
    expect((await remove(tenant.admin, id, headers)).status).toBeLessThan(300);
    const again = await remove(tenant.admin, id, headers);
    expect([again.status < 300, codeOf(again)]).toEqual([true, undefined]);
    expect(codeOf(await remove(tenant.admin, id))).toBe('NOT_FOUND');
    expect((await list(tenant.admin)).text).not.toContain(ISSUER);
    expect(codeOf(await create(tenant.admin, LEAST))).toBeUndefined();
    expect((await eventsOf(service, tenant.id, 'identity_provider.')).map(({ action }) => action)).toEqual([
      'identity_provider.created',
      'identity_provider.deleted',
      'identity_provider.created',
    ]);
  });

  it('are twenty of a company at most', async () => {
    await service.ask(
      `INSERT INTO identity_providers (tenant_id, id, issuer, audience, algorithms, email_claim, name_claim, role_map, link_by_email, created_at, updated_at)
       SELECT $1, gen_random_uuid(), 'https://' || n || '.exemple.fr', '{crm}', '{RS256}', 'email', 'name', '{}', false, now(), now()
       FROM generate_series(1, 20) n`,
      [tenant.id],
    );

    expect(codeOf(await create(tenant.admin, LEAST))).toBe('QUOTA_EXCEEDED');
  });

  it('are for admins of the company, and for no key', async () => {
    await create(tenant.admin, LEAST);
    const id = await onlyId();
    const stranger = await service.aTenant();
    const key = await aServiceKey(service, tenant, ['tenant:manage']);

    for (const caller of [tenant.manager, tenant.user, tenant.readonly, { ...tenant.admin, ...key }]) {
      const answers = [
        await create(caller, { ...LEAST, issuer: 'https://autre.exemple.fr' }),
        await update(caller, id, { linkByEmail: true }),
        await remove(caller, id),
        await list(caller),
      ];
      expect(answers.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
    }
    expect(codeOf(await update(stranger.admin, id, { linkByEmail: true }))).toBe('NOT_FOUND');
    expect(codeOf(await remove(stranger.admin, id))).toBe('NOT_FOUND');
    expect(await rows()).toEqual([expect.objectContaining({ id, version: 1, deleted_at: null })]);
  });
});

test('one provider is read by its id', async () => {
  const client = as(service, tenant.admin);
  await client.post(PATH, LEAST);
  const id = await onlyId();

  const answer = await client.get(`${PATH}/${id}`);
  expect(answer.body).toMatchObject({ id, issuer: ISSUER, role_map: {}, version: 1 });
  expect(answer.headers.get('etag')).toBe('"1"');
  expect((await client.put(`${PATH}/${id}`, answer.body)).status).toBe(200);
  expect((await rows())[0]?.version).toBe(1);
  expect((await as(service, (await service.aTenant()).admin).get(`${PATH}/${id}`)).status).toBe(404);
});
