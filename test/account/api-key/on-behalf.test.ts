/** X-On-Behalf-Of: a backend with the key of a service account acts for the persons that it serves. */
import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../../support/client.js';
import { PASSWORD, type TestTenant, type TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aKey, aServiceAccount, aServiceKey, codeOf, errorBody, eventsOf, first, type TestKey } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

/** All that a backend needs for the records of the persons that it serves. */
const FOR_PERSONS = [
  'user:impersonate',
  ...['customer', 'contact', 'opportunity', 'activity'].flatMap((type) =>
    ['read', 'create', 'update', 'delete', 'restore', 'export'].map((action) => `${type}:${action}`),
  ),
];

const ME = '/v1/auth/me';
const CUSTOMERS = '/v1/commercial/customers';

function actingFor({ id }: Pick<TestUser, 'id'>): Record<string, string> {
  return { 'x-on-behalf-of': id };
}

async function aBackend(permissions: readonly string[] | null = FOR_PERSONS): Promise<TestKey & { client: Client }> {
  const key = await aServiceKey(service, tenant, permissions);
  return { ...key, client: as(service, key) };
}

async function aCustomer(client: Client, headers: Record<string, string>): Promise<string> {
  const answer = await client.post(CUSTOMERS, { name: 'Dupont' }, headers);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { id: string }).id;
}

describe('a call on behalf of a person', () => {
  it('is that person’s: their name, their own records, their creations, over both transports', async () => {
    const { client, id: keyId } = await aBackend();
    const { user } = tenant;

    expect((await client.get(ME, actingFor(user))).body).toMatchObject({
      id: user.id,
      email: user.email,
      role: 'user',
    });
    expect((await client.graphql('{ viewer { user { id email } } }', {}, actingFor(user))).body).toEqual({
      data: { viewer: { user: { id: user.id, email: user.email } } },
    });
    const own = await aCustomer(client, actingFor(user));
    const others = await aCustomer(client, actingFor(tenant.manager));
    expect((await client.get(`${CUSTOMERS}/${own}`, actingFor(user))).body).toMatchObject({ created_by: user.id });
    expect((await client.put(`${CUSTOMERS}/${own}`, { city: 'Lyon' }, actingFor(user))).status).toBe(200);
    expect((await client.put(`${CUSTOMERS}/${others}`, { city: 'Lyon' }, actingFor(user))).status).toBe(403);
    const file = await client.get('/v1/commercial/export/customers', actingFor(user));
    expect([file.text.includes(own), file.text.includes(others)]).toEqual([true, false]);
    const [created] = await eventsOf(service, tenant.id, 'customer.created');
    expect(created).toMatchObject({
      actor_kind: 'api_key',
      user_id: user.id,
      user_role: 'user',
      api_key_id: keyId,
      on_behalf: true,
    });
  });

  it('has the weakest of what the key, the account and the person have', async () => {
    const { client } = await aBackend(['user:impersonate', 'customer:read', 'customer:update:own']);
    const permissions = async (who: TestUser): Promise<unknown> =>
      ((await client.get(ME, actingFor(who))).body as { permissions: string[] }).permissions;

    expect(await permissions(tenant.admin)).toEqual(['customer:read', 'customer:update:own']);
    expect(await permissions(tenant.user)).toEqual(['customer:read', 'customer:update:own']);
    expect(await permissions(tenant.readonly)).toEqual(['customer:read']);
    const id = await aCustomer(as(service, tenant.manager), {});
    const change = { city: 'Lyon' };
    expect((await client.put(`${CUSTOMERS}/${id}`, change, actingFor(tenant.manager))).status).toBe(200);
    expect((await client.put(`${CUSTOMERS}/${id}`, change, actingFor(tenant.admin))).status).toBe(403);
    expect((await client.delete(`${CUSTOMERS}/${id}`, actingFor(tenant.admin))).status).toBe(403);
  });

  it('reaches neither users, keys, settings nor the audit log, not even an admin’s with every right named', async () => {
    const { client } = await aBackend([...FOR_PERSONS, 'user:manage', 'tenant:manage', 'audit:read']);
    const headers = actingFor(tenant.admin);

    expect((await client.get('/v1/users')).status).toBe(200);
    for (const path of [
      '/v1/users',
      `/v1/users/${tenant.user.id}`,
      '/v1/tenant',
      '/v1/api-keys',
      '/v1/audit/logs',
      '/v1/audit/verify',
    ])
      expect([path, (await client.get(path, headers)).status]).toEqual([path, 403]);
    for (const query of ['{ users { totalCount } }', '{ apiKeys { totalCount } }', '{ auditEvents { totalCount } }'])
      expect(codeOf(await client.graphql(query, {}, headers))).toBe('FORBIDDEN');
    for (const mutation of [
      `createUser(input: { kind: SERVICE, fullName: "x", role: USER }) { user { id } }`,
      `updateUser(id: "${tenant.user.id}", input: { role: ADMIN }) { user { id } }`,
      `updateTenant(input: { name: "x" }) { tenant { id } }`,
      `createApiKey(input: { name: "x" }) { secret }`,
      'logout',
      `changePassword(currentPassword: "${PASSWORD}", newPassword: "jacinthes-et-narcisses")`,
    ])
      expect(codeOf(await client.graphql(`mutation { ${mutation} }`, {}, headers))).toBe('FORBIDDEN');
    const { text } = await client.graphql(
      `{ node(id: "${tenant.user.id}") { ... on User { fullName email role } } }`,
      {},
      headers,
    );
    expect(text).toContain('"email":null');
  });

  it('assigns to somebody else only where person and account both may', async () => {
    const { client, userId } = await aBackend();
    const body = { name: 'Dupont', assigned_to: tenant.readonly.id };

    expect((await client.post(CUSTOMERS, body, actingFor(tenant.manager))).status).toBe(201);
    expect((await client.post(CUSTOMERS, body, actingFor(tenant.user))).status).toBe(403);
    await as(service, tenant.admin).put(`/v1/users/${userId}`, { role: 'manager' });
    expect((await client.post(CUSTOMERS, body, actingFor(tenant.manager))).status).toBe(403);
  });
});

describe('X-On-Behalf-Of', () => {
  it('is a 403, the same for everybody who is no active person here', async () => {
    const { client, userId } = await aBackend();
    const foreign = await service.aTenant();
    await as(service, tenant.admin).delete(`/v1/users/${tenant.readonly.id}`);
    const wrong = [
      newId(),
      foreign.user.id,
      tenant.readonly.id,
      userId,
      await aServiceAccount(service, tenant, 'user'),
    ];

    for (const ask of [
      (headers: Record<string, string>) => client.get(ME, headers),
      (headers: Record<string, string>) => client.graphql('{ viewer { user { id } } }', {}, headers),
    ]) {
      const answers: Answer[] = [];
      for (const id of wrong) answers.push(await ask(actingFor({ id })));
      expect(answers.map(({ status }) => status)).toEqual(wrong.map(() => 403));
      expect(answers.map(codeOf)).toEqual(wrong.map(() => 'FORBIDDEN'));
      expect(answers.map(errorBody)).toEqual(wrong.map(() => errorBody(first(answers))));
    }
    const events = await eventsOf(service, tenant.id, 'access.denied');
    expect(events).toHaveLength(2 * wrong.length);
    expect(events[0]).toMatchObject({
      actor_kind: 'api_key',
      user_id: userId,
      entity_type: 'user',
      entity_id: wrong[0],
      description: 'user:impersonate',
      on_behalf: null,
    });
  });

  it.each([
    ['a session', () => Promise.resolve(tenant.admin)],
    [
      'an admin’s own key that names the right',
      () => aKey(service, tenant.admin, { permissions: ['user:impersonate'] }),
    ],
    ['a key without a list', () => aServiceKey(service, tenant)],
    ['a list without the right', () => aServiceKey(service, tenant, ['customer:read'])],
    [
      'an account that has lost its role',
      async () => {
        const key = await aServiceKey(service, tenant, FOR_PERSONS);
        await as(service, tenant.admin).put(`/v1/users/${key.userId}`, { role: 'manager' });
        return key;
      },
    ],
  ] as const)('is never ignored: with %s it is a 403 and changes nothing', async (_name, caller) => {
    const client = as(service, await caller());

    expect(codeOf(await client.post(CUSTOMERS, { name: 'x' }, actingFor(tenant.user)))).toBe('FORBIDDEN');
    expect(codeOf(await client.graphql('{ viewer { permissions } }', {}, actingFor(tenant.user)))).toBe('FORBIDDEN');
    expect(await service.ask('SELECT 1 FROM customers WHERE tenant_id = $1', [tenant.id])).toEqual([]);
    expect((await client.get('/v1/meta/permissions')).status).toBe(200);
  });

  it.each([
    ['no UUID', 'anne'],
    ['empty', ''],
    ['sent twice', 'twice'],
  ])('is a 400 where it is %s', async (_name, sent) => {
    const { client } = await aBackend();
    const value = sent === 'twice' ? `${tenant.user.id}, ${tenant.user.id}` : sent;

    for (const one of [client, as(service, tenant.admin)]) {
      const headers = { 'x-on-behalf-of': value };
      expect((await one.get(ME, headers)).status).toBe(400);
      expect(codeOf(await one.graphql('{ viewer { permissions } }', {}, headers))).toBe('MALFORMED_REQUEST');
    }
  });

  it('is ignored by sign-in and refresh alone', async () => {
    const headers = { 'x-on-behalf-of': tenant.admin.id };
    const login = { email: tenant.user.email, password: PASSWORD, tenant_id: tenant.id };

    const answer = await as(service).post('/v1/auth/login', login, headers);
    expect(answer.body).toMatchObject({ user: { id: tenant.user.id } });
    const { refresh_token } = answer.body as { refresh_token: string };
    expect((await as(service).post('/v1/auth/refresh', { refresh_token }, headers)).status).toBe(200);
    const graphql = await as(service).graphql(
      `mutation { login(email: "${tenant.user.email}", password: "${PASSWORD}", tenantId: "${tenant.id}") { user { id } } }`,
      {},
      { 'x-on-behalf-of': 'nonsense' },
    );
    expect(graphql.body).toEqual({ data: { login: { user: { id: tenant.user.id } } } });
  });

  it('takes an id in capitals', async () => {
    const { client } = await aBackend();

    expect((await client.get(ME, actingFor({ id: tenant.user.id.toUpperCase() }))).body).toMatchObject({
      id: tenant.user.id,
    });
  });

  it('ends at once here when the person, the account or the key does', async () => {
    const ends: ((key: TestKey) => Promise<Answer>)[] = [
      () => as(service, tenant.admin).delete(`/v1/users/${tenant.user.id}`),
      ({ userId }) => as(service, tenant.admin).delete(`/v1/users/${userId}`),
      ({ id }) => as(service, tenant.admin).delete(`/v1/api-keys/${id}`),
    ];
    const statuses: number[] = [];
    for (const end of ends) {
      tenant = await service.aTenant();
      const backend = await aBackend();
      expect((await backend.client.get(ME, actingFor(tenant.user))).status).toBe(200);
      await end(backend);
      statuses.push((await backend.client.get(ME, actingFor(tenant.user))).status);
    }

    expect(statuses).toEqual([403, 401, 401]);
  });
});

describe('rate limits', () => {
  const limited = useOwnService({ RATE_LIMIT_USER: '1', RATE_LIMIT_USER_BURST: '40' });

  it('count a call for the person and for the account', async () => {
    tenant = await limited.aTenant();
    const key = await aServiceKey(limited, tenant, ['user:impersonate', 'customer:read']);
    const client = as(limited, key);
    const send = async (user: TestUser, times: number): Promise<number[]> => {
      const answers: Answer[] = [];
      for (let sent = 0; sent < times; sent += 1) answers.push(await client.get(ME, actingFor(user)));
      return answers.map(({ status }) => status);
    };

    expect(new Set(await send(tenant.user, 25))).toEqual(new Set([200]));
    // The person's bucket holds fifteen more; the account's is as empty.
    expect((await as(limited, tenant.user).get(ME)).headers.get('ratelimit')).toMatch(/"user";r=1[3-6];/);
    expect(await send(tenant.manager, 25)).toContain(429);
    expect((await as(limited, tenant.manager).get(ME)).status).toBe(200);
  });
});
