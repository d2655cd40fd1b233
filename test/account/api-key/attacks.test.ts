/** What somebody could try with API keys that are not theirs, are no more, or are too narrow. */
import { crc32 } from 'node:zlib';
import { newId } from '../../../src/platform/values/ids.js';
import { makeKey } from '../../../src/access/identity/key-text.js';
import { as, type Answer } from '../../support/client.js';
import { PASSWORD, type TestTenant } from '../../support/service.js';
import { watchStatements } from '../../support/statements.js';
import { useOwnService } from '../../support/use-service.js';
import { aKey, aServiceKey, codeOf, errorBody, eventsOf, first, idOf, type TestKey } from './support.js';

const lines: string[] = [];
const service = useOwnService(
  { TRUSTED_PROXIES: 'loopback', LOG_LEVEL: 'info' },
  { log: { write: (line) => lines.push(line) } },
);
let tenant: TestTenant;
let addresses = 0;

beforeEach(async () => {
  tenant = await service.aTenant();
  lines.length = 0;
});

/** An address of nobody else, since failures are counted by address. */
function anAddress(): string {
  addresses += 1;
  return `198.51.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
}

const address = { current: '' };

beforeEach(() => {
  address.current = anAddress();
});

const ME = '/v1/auth/me';

function ask(token: string, tenantId = tenant.id, from = address.current): Promise<Answer> {
  return as(service, { token, tenantId }).get(ME, { 'x-forwarded-for': from });
}

function askGraphql(token: string, tenantId = tenant.id): Promise<Answer> {
  return as(service, { token, tenantId }).graphql(
    '{ viewer { user { id } } }',
    {},
    { 'x-forwarded-for': address.current },
  );
}

/** The key with another secret, and the checksum of that. */
function withOtherSecret({ token }: TestKey): string {
  const [, id = ''] = token.split('_');
  const [, , secret = ''] = makeKey().text.split('_');
  return withCheck(`crm_${id}_${secret}`);
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function withCheck(body: string): string {
  let [digits, rest] = ['', crc32(body)];
  for (; rest > 0; rest = Math.floor(rest / 62)) digits = DIGITS.charAt(rest % 62) + digits;
  return `${body}_${digits.padStart(6, '0')}`;
}

describe('a key that is not good', () => {
  it('gets one answer, whatever is wrong with it, over both transports', async () => {
    const other = await service.aTenant();
    const [revoked, expired, left, mine, foreign] = await Promise.all([
      aKey(service, tenant.user),
      aKey(service, tenant.user),
      aKey(service, tenant.manager),
      aKey(service, tenant.admin),
      aKey(service, other.admin),
    ]);
    await as(service, tenant.user).delete(`/v1/api-keys/${revoked.id}`);
    await service.ask(`UPDATE api_keys SET expires_at = now() - interval '1 minute' WHERE tenant_id = $1 AND id = $2`, [
      tenant.id,
      expired.id,
    ]);
    await as(service, tenant.admin).delete(`/v1/users/${tenant.manager.id}`);
    const bad = [
      makeKey().text,
      withOtherSecret(mine),
      revoked.token,
      expired.token,
      left.token,
      foreign.token,
      mine.token.slice(0, -1),
      `${mine.token}x`,
      'crm_',
      `crm_${'z'.repeat(22)}_${'z'.repeat(43)}_zzzzzz`,
    ];

    for (const send of [ask, askGraphql]) {
      const answers: Answer[] = [];
      for (const token of bad) answers.push(await send(token));
      expect(answers.map(({ status }) => status)).toEqual(bad.map(() => 401));
      expect(answers.map(({ headers }) => headers.get('www-authenticate'))).toEqual(bad.map(() => 'Bearer'));
      expect(answers.map(errorBody)).toEqual(bad.map(() => errorBody(first(answers))));
    }
    expect((await ask(mine.token)).status).toBe(200);
  });

  it('does not cost a statement where it has a typo', async () => {
    const key = await aKey(service, tenant.user);
    const typo = key.token.replace(/.(?=_[^_]*$)/, (digit) => (digit === 'a' ? 'b' : 'a'));
    const watch = watchStatements();

    for (const token of [typo, key.token.slice(1), 'crm_x', key.token.toUpperCase()])
      expect((await ask(token)).status).toBe(401);

    // Uses of other keys are stamped in the background.
    expect(watch.messages.flatMap(({ texts }) => texts).filter((text) => /from api_keys/i.test(text))).toEqual([]);
    watch.stop();
  });

  it('with the right id and a wrong secret is rejected before and after the right one, which goes on', async () => {
    const key = await aKey(service, tenant.user);
    const wrong = withOtherSecret(key);

    expect((await ask(wrong)).status).toBe(401);
    expect((await ask(key.token)).status).toBe(200);
    expect((await ask(wrong)).status).toBe(401);
    const [good, bad] = await Promise.all([ask(key.token), ask(wrong)]);
    expect([good.status, bad.status]).toEqual([200, 401]);
    expect((await ask(key.token)).status).toBe(200);
  });

  it('of another company is unknown in every company but its own', async () => {
    const other = await service.aTenant();
    const key = await aKey(service, tenant.admin);

    expect((await ask(key.token)).status).toBe(200);
    expect((await ask(key.token, other.id)).status).toBe(401);
    expect((await ask(key.token, `t-${newId().slice(-12)}`)).status).toBe(401);
    const bare = as(service, undefined);
    expect((await bare.get(ME, { authorization: `Bearer ${key.token}` })).body).toMatchObject({
      code: 'TENANT_HEADER_REQUIRED',
    });
    expect(await eventsOf(service, other.id)).toEqual([]);
  });

  it('even as a row of the wrong tenant does not match: its hash begins with the tenant', async () => {
    const other = await service.aTenant();
    const key = await aKey(service, tenant.admin);
    await service.ask(
      `INSERT INTO api_keys (tenant_id, id, user_id, name, secret_hash, expires_at, created_at, updated_at)
       SELECT $1, id, $2, name, secret_hash, expires_at, created_at, updated_at FROM api_keys WHERE tenant_id = $3`,
      [other.id, other.admin.id, tenant.id],
    );

    expect((await ask(key.token, other.id)).status).toBe(401);
  });
});

describe('guessing keys', () => {
  it('ends after sixty failures of an address, except for tokens that were good here, and for sign-ins', async () => {
    const [known, fresh] = [await aKey(service, tenant.user), await aKey(service, tenant.manager)];
    expect((await ask(known.token)).status).toBe(200);

    const answers: Answer[] = [];
    for (let guess = 0; guess < 70; guess += 1) answers.push(await ask(makeKey().text));

    const codes = answers.map(({ status }) => status);
    expect(codes.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 401));
    // A failure a second is earned back.
    expect(codes.slice(60).filter((status) => status === 429).length).toBeGreaterThan(5);
    const full = answers.find(({ status }) => status === 429);
    expect(full?.headers.get('retry-after')).toBe('1');
    expect(full && codeOf(full)).toBe('RATE_LIMITED');
    expect((await ask(known.token)).status).toBe(200);
    const login = { email: tenant.user.email, password: PASSWORD, tenant_id: tenant.id };
    const signIn = await as(service).post('/v1/auth/login', login, { 'x-forwarded-for': address.current });
    expect(signIn.status).toBe(200);
    expect((await ask(fresh.token, tenant.id, anAddress())).status).toBe(200);
    expect((await ask((signIn.body as { access_token: string }).access_token)).status).toBe(200);
  });

  it('is not done sixty at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(makeKey().text)));

    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(63);
  });

  it('does not hold up a key that comes again after the cache of its identity has ended', async () => {
    const key = await aKey(service, tenant.user);
    expect((await ask(key.token)).status).toBe(200);
    // Forgets the identity in this process, as the end of the cache does.
    await as(service, tenant.admin).put(`/v1/users/${tenant.user.id}`, { full_name: 'Zoé' });
    await Promise.all(Array.from({ length: 80 }, () => ask(makeKey().text)));

    expect((await ask(key.token)).status).toBe(200);
  });

  it('is in the log and in no audit log', async () => {
    const before = (await eventsOf(service, tenant.id)).length;
    const text = makeKey().text;
    await ask(text);

    expect(await eventsOf(service, tenant.id)).toHaveLength(before);
    const logged = lines.filter((line) => line.includes('unknown credential'));
    expect(logged).toHaveLength(1);
    expect(lines.join('')).not.toContain(text.split('_')[2]);
  });
});

describe('a key that has ended', () => {
  it.each([
    ['revoked', (key: TestKey) => as(service, tenant.user).delete(`/v1/api-keys/${key.id}`)],
    ['its user’s, who is deactivated', () => as(service, tenant.admin).delete(`/v1/users/${tenant.user.id}`)],
    [
      'replaced',
      (key: TestKey) => as(service, tenant.user).post(`/v1/api-keys/${key.id}/rotate`, { overlap_hours: 0 }),
    ],
  ])('is rejected at once where it was %s, and one event an hour tells of it', async (_how, end) => {
    const key = await aKey(service, tenant.user);
    expect((await ask(key.token)).status).toBe(200);

    expect((await end(key)).status).toBeLessThan(300);

    for (let tries = 0; tries < 3; tries += 1) expect((await ask(key.token)).status).toBe(401);
    expect((await askGraphql(key.token)).status).toBe(401);
    expect(await eventsOf(service, tenant.id, 'access.denied')).toEqual([
      expect.objectContaining({
        actor_kind: 'api_key',
        user_id: tenant.user.id,
        user_role: 'user',
        entity_type: 'api_key',
        entity_id: key.id,
        api_key_id: key.id,
        error_code: 'UNAUTHENTICATED',
      }),
    ]);
  });

  it('writes no event for who has its id and not its secret', async () => {
    const key = await aKey(service, tenant.user);
    await as(service, tenant.user).delete(`/v1/api-keys/${key.id}`);
    await ask(withOtherSecret(key));

    expect(await eventsOf(service, tenant.id, 'access.denied')).toEqual([]);
  });

  it('comes back with its user, unless it was revoked', async () => {
    const key = await aKey(service, tenant.user);
    await as(service, tenant.admin).delete(`/v1/users/${tenant.user.id}`);
    expect((await ask(key.token)).status).toBe(401);
    await as(service, tenant.admin).put(`/v1/users/${tenant.user.id}`, { is_active: true });

    expect((await ask(key.token)).status).toBe(200);
  });

  it('lives on when its person’s password is reset', async () => {
    const key = await aKey(service, tenant.user);
    expect((await as(service, tenant.admin).post(`/v1/users/${tenant.user.id}/password`)).status).toBe(200);

    expect((await ask(key.token)).status).toBe(200);
  });

  it('has the rights of its user as they are now, not as they were', async () => {
    const key = await aKey(service, tenant.manager);
    const id = idOf(await as(service, tenant.admin).post('/v1/commercial/customers', { name: 'Dupont' }));
    const change = (): Promise<Answer> => as(service, key).put(`/v1/commercial/customers/${id}`, { city: 'Lyon' });
    expect((await change()).status).toBe(200);
    await as(service, tenant.admin).put(`/v1/users/${tenant.manager.id}`, { role: 'readonly' });

    expect((await change()).status).toBe(403);
  });
});

describe('a narrow key', () => {
  it.each([
    ['without a list', null],
    ['with every right that it may name but those of admins', ['customer:read', 'customer:create', 'audit:read']],
  ])('%s, of an admin’s account, manages neither users nor keys nor settings', async (_name, permissions) => {
    const client = as(service, await aServiceKey(service, tenant, permissions));

    for (const path of ['/v1/users', '/v1/tenant', '/v1/api-keys']) expect((await client.get(path)).status).toBe(403);
    expect((await client.post('/v1/users', { kind: 'SERVICE', full_name: 'x', role: 'user' })).status).toBe(403);
    expect((await client.post('/v1/api-keys', { name: 'x' })).status).toBe(403);
    expect((await client.post('/v1/auth/logout')).status).toBe(403);
    const passwords = { current_password: PASSWORD, new_password: 'jacinthes-et-narcisses' };
    expect((await client.post('/v1/auth/password', passwords)).status).toBe(403);
    for (const mutation of [
      'logout',
      `changePassword(currentPassword: "${PASSWORD}", newPassword: "jacinthes-et-narcisses")`,
      'createApiKey(input: { name: "x" }) { secret }',
    ])
      expect(codeOf(await client.graphql(`mutation { ${mutation} }`))).toBe('FORBIDDEN');
  });

  it('does what its list names, and is told so', async () => {
    const key = await aKey(service, tenant.user, { permissions: ['customer:read', 'customer:update:own'] });
    const client = as(service, key);
    const id = idOf(await as(service, tenant.user).post('/v1/commercial/customers', { name: 'Dupont' }));

    expect((await client.get(ME)).body).toMatchObject({ permissions: ['customer:read', 'customer:update:own'] });
    expect((await client.graphql('{ viewer { permissions } }')).body).toEqual({
      data: { viewer: { permissions: ['CUSTOMER_READ', 'CUSTOMER_UPDATE_OWN'] } },
    });
    expect((await client.put(`/v1/commercial/customers/${id}`, { city: 'Lyon' })).status).toBe(200);
    expect((await client.post('/v1/commercial/customers', { name: 'x' })).status).toBe(403);
    expect((await client.get('/v1/commercial/contacts')).status).toBe(403);
    expect((await client.get('/v1/commercial/export/customers')).status).toBe(403);
  });
});

describe('an admin’s key that manages users', () => {
  const refusedTo = async (client: ReturnType<typeof as>): Promise<(string | undefined)[]> => {
    const { admin, manager } = tenant;
    const [inactive] = await service.ask<{ id: string }>(
      `UPDATE users SET role = 'admin', is_active = false WHERE tenant_id = $1 AND id = $2 RETURNING id`,
      [tenant.id, tenant.readonly.id],
    );
    const input = { email: `${newId()}@essai.example`, full_name: 'x', role: 'admin' };
    const graphql = (text: string): Promise<Answer> => client.graphql(`mutation { ${text} }`);
    const answers = [
      await client.post('/v1/users', input),
      await client.post('/v1/users', { kind: 'SERVICE', full_name: 'x', role: 'admin' }),
      await client.put(`/v1/users/${manager.id}`, { role: 'admin' }),
      await client.put(`/v1/users/${inactive?.id ?? ''}`, { is_active: true }),
      await client.post(`/v1/users/${admin.id}/password`),
      await graphql(`createUser(input: { kind: SERVICE, fullName: "x", role: ADMIN }) { user { id } }`),
      await graphql(`updateUser(id: "${manager.id}", input: { role: ADMIN }) { user { id } }`),
      await graphql(`resetUserPassword(id: "${admin.id}") { initialPassword }`),
    ];
    return answers.map(codeOf);
  };

  /** All users but the one whom the attempts need deactivated. */
  const others = (): Promise<object[]> =>
    service.ask('SELECT * FROM users WHERE tenant_id = $1 AND id <> $2 ORDER BY id', [tenant.id, tenant.readonly.id]);

  it('creates, promotes, brings back and resets no admin, over both transports', async () => {
    const key = await aServiceKey(service, tenant, ['user:manage']);
    const before = await others();

    expect(await refusedTo(as(service, key))).toEqual(Array.from({ length: 8 }, () => 'FORBIDDEN'));

    expect(await others()).toEqual(before);
  });

  it('does the rest', async () => {
    const client = as(service, await aServiceKey(service, tenant, ['user:manage']));

    expect((await client.post('/v1/users', { kind: 'SERVICE', full_name: 'x', role: 'manager' })).status).toBe(201);
    expect((await client.put(`/v1/users/${tenant.user.id}`, { role: 'manager' })).status).toBe(200);
    expect((await client.post(`/v1/users/${tenant.user.id}/password`)).status).toBe(200);
    expect((await client.put(`/v1/users/${tenant.admin.id}`, { full_name: 'Léa', role: 'admin' })).status).toBe(200);
  });
});
