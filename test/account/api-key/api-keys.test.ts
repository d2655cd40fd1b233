/** Making, listing, replacing and revoking API keys, over both transports. */
import { createHash } from 'node:crypto';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aKey, aServiceAccount, aServiceKey, codeOf, eventsOf } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const KEY_TEXT = /crm_([0-9A-Za-z]{22})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})/;
const DAY_MS = 86_400_000;

interface Api {
  readonly create: (
    maker: TestUser,
    input: Readonly<Record<string, unknown>>,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  readonly rotate: (maker: TestUser, id: string, overlap?: number) => Promise<Answer>;
  readonly revoke: (maker: TestUser, id: string) => Promise<Answer>;
}

const FIELDS = '{ id name prefix permissions expiresAt lastUsedAt createdAt revokedAt user { id } createdBy { id } }';

function restOf({ userId, expiresAt, ...input }: Readonly<Record<string, unknown>>): object {
  return { user_id: userId, expires_at: expiresAt, ...input };
}

function graphqlOf({ permissions, ...input }: Readonly<Record<string, unknown>>): object {
  const words = (permissions as readonly string[] | undefined)?.map((name) => name.toUpperCase().replaceAll(':', '_'));
  return { permissions: words, ...input };
}

const APIS: readonly [name: string, api: Api][] = [
  [
    'REST',
    {
      create: (maker, input, headers) => as(service, maker).post('/v1/api-keys', restOf(input), headers),
      rotate: (maker, id, overlap_hours) => as(service, maker).post(`/v1/api-keys/${id}/rotate`, { overlap_hours }),
      revoke: (maker, id) => as(service, maker).delete(`/v1/api-keys/${id}`),
    },
  ],
  [
    'GraphQL',
    {
      create: (maker, input, headers) =>
        as(service, maker).graphql(
          `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey ${FIELDS} } }`,
          { input: graphqlOf(input) },
          headers,
        ),
      rotate: (maker, id, overlapHours) =>
        as(service, maker).graphql(
          `mutation ($id: ID!, $overlapHours: Int) { rotateApiKey(id: $id, overlapHours: $overlapHours) { secret apiKey ${FIELDS} } }`,
          { id, overlapHours },
        ),
      revoke: (maker, id) =>
        as(service, maker).graphql('mutation ($id: ID!) { revokeApiKey(id: $id) { apiKey { revokedAt } } }', { id }),
    },
  ],
];

interface KeyRow {
  readonly id: string;
  readonly user_id: string;
  readonly secret_hash: Buffer;
  readonly expires_at: Date;
  readonly created_by: string;
  readonly replaced_by: string | null;
  readonly revoked_at: Date | null;
  readonly permissions: readonly string[] | null;
}

function rowsOf(): Promise<KeyRow[]> {
  return service.ask<KeyRow & Record<string, unknown>>(
    'SELECT * FROM api_keys WHERE tenant_id = $1 ORDER BY created_at, replaced_by NULLS LAST',
    [tenant.id],
  );
}

/** In steps of so many days. */
function daysUntil(at: Date | undefined, step = 1): number {
  return Math.round(((at?.getTime() ?? 0) - Date.now()) / (step * DAY_MS)) * step;
}

async function onlyRow(): Promise<KeyRow> {
  const [row, ...others] = await rowsOf();
  if (row === undefined || others.length > 0) throw new Error('Not one key.');
  return row;
}

async function statusWith(token: string): Promise<number> {
  return (await as(service, { token, tenantId: tenant.id }).get('/v1/auth/me')).status;
}

describe.each(APIS)('API keys over %s', (_name, { create, rotate, revoke }) => {
  it('are told once, and stored as a hash', async () => {
    const answer = await create(tenant.user, { name: 'Entrepôt' });

    expect(answer.status).toBeLessThan(300);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const [text = '', digits = '', secret = ''] = KEY_TEXT.exec(answer.text) ?? [];
    const row = await onlyRow();
    expect(row.secret_hash).toEqual(createHash('sha256').update(`${tenant.id}\0${secret}`).digest());
    expect(answer.text).toContain(`"prefix":"crm_${digits.slice(0, 8)}"`);
    expect(row).toMatchObject({ user_id: tenant.user.id, created_by: tenant.user.id, permissions: null });
    expect(daysUntil(row.expires_at)).toBe(90);
    const me = await as(service, { token: text, tenantId: tenant.id }).get('/v1/auth/me');
    expect(me.body).toMatchObject({ id: tenant.user.id, role: 'user', email: tenant.user.email });
    const listed = await as(service, tenant.user).get('/v1/api-keys');
    expect(listed.text).not.toContain('secret');
    const [event] = await eventsOf(service, tenant.id, 'api_key.');
    expect(event).toMatchObject({ action: 'api_key.created', entity_type: 'api_key', entity_id: row.id });
    expect(JSON.stringify(event)).not.toContain(row.secret_hash.toString('hex'));
    expect(JSON.stringify(event)).not.toContain(secret);
  });

  it('are answered without their text when a retry repeats them', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await create(tenant.user, { name: 'Entrepôt' }, headers);
    const second = await create(tenant.user, { name: 'Entrepôt' }, headers);

    expect(first.text).toMatch(KEY_TEXT);
    expect(second.status).toBeLessThan(300);
    expect(second.text).toContain('"secret":null');
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await rowsOf()).toHaveLength(1);
  });

  it.each([
    ['has no name', { name: '' }, 'REQUIRED'],
    ['has a long name', { name: 'x'.repeat(101) }, 'TOO_LONG'],
    ['has ended', { name: 'x', expiresAt: new Date(Date.now() - 1000).toISOString() }, 'OUT_OF_RANGE'],
    ['lasts too long', { name: 'x', expiresAt: new Date(Date.now() + 367 * DAY_MS).toISOString() }, 'OUT_OF_RANGE'],
    ['names a right that the user lacks', { name: 'x', permissions: ['customer:delete'] }, 'NOT_GRANTED'],
    ['names more than the user’s own', { name: 'x', permissions: ['customer:update'] }, 'NOT_GRANTED'],
    ['names a right of admins', { name: 'x', permissions: ['user:impersonate'] }, 'NOT_GRANTED'],
  ])('are not made where one %s', async (_case, input, code) => {
    const answer = await create(tenant.user, input);

    expect(answer.text).toContain(code);
    expect(await rowsOf()).toEqual([]);
  });

  it('never manage keys or providers, not even an admin’s', async () => {
    for (const permission of ['key:manage', 'provider:manage'])
      expect((await create(tenant.admin, { name: 'x', permissions: [permission] })).text).toContain('NOT_GRANTED');
    const named = ['user:manage', 'tenant:manage', 'user:impersonate', 'customer:update:own'];
    expect((await create(tenant.admin, { name: 'x', permissions: named })).text).toMatch(KEY_TEXT);
    expect((await rowsOf())[0]?.permissions).toEqual(named);
  });

  it('are made by persons for themselves, and by admins for service accounts', async () => {
    const account = await aServiceAccount(service, tenant, 'user');

    expect(codeOf(await create(tenant.admin, { name: 'x', userId: tenant.user.id }))).toBe('FORBIDDEN');
    expect(codeOf(await create(tenant.manager, { name: 'x', userId: account }))).toBe('FORBIDDEN');
    const unknown = await create(tenant.admin, { name: 'x', userId: (await service.aTenant()).user.id });
    expect([codeOf(unknown), unknown.text]).toEqual(['NOT_FOUND', expect.stringContaining('User not found')]);
    expect((await create(tenant.admin, { name: 'x', userId: account })).text).toMatch(KEY_TEXT);
    expect((await create(tenant.readonly, { name: 'x' })).text).toMatch(KEY_TEXT);
    expect((await rowsOf()).map(({ user_id }) => user_id).sort()).toEqual([account, tenant.readonly.id].sort());
    await as(service, tenant.admin).delete(`/v1/users/${account}`);
    expect(codeOf(await create(tenant.admin, { name: 'x', userId: account }))).toBe('ILLEGAL_TRANSITION');
  });

  it('are replaced by one of the same list and lifetime, and end after the overlap', async () => {
    const expires_at = new Date(Date.now() + 200 * DAY_MS).toISOString();
    const old = await aKey(service, tenant.user, { permissions: ['customer:read'], expires_at });

    const answer = await rotate(tenant.user, old.id, 2);

    const [text = ''] = KEY_TEXT.exec(answer.text) ?? [];
    const [before, after] = await rowsOf();
    expect(before).toMatchObject({ id: old.id, replaced_by: after?.id });
    expect(Math.round(24 * daysUntil(before?.expires_at, 1 / 24))).toBe(2);
    expect(daysUntil(after?.expires_at)).toBe(200);
    expect(after).toMatchObject({ user_id: tenant.user.id, permissions: ['customer:read'], replaced_by: null });
    expect([await statusWith(old.token), await statusWith(text)]).toEqual([200, 200]);
    expect((await eventsOf(service, tenant.id, 'api_key.')).map(({ action }) => action).sort()).toEqual([
      'api_key.created',
      'api_key.created',
      'api_key.rotated',
    ]);
  });

  it('end at once when replaced without an overlap, and never later than they would have', async () => {
    const [now, soon] = [
      await aKey(service, tenant.user),
      await aKey(service, tenant.user, {
        expires_at: new Date(Date.now() + 60_000).toISOString(),
      }),
    ];

    await rotate(tenant.user, now.id, 0);
    await rotate(tenant.user, soon.id, 168);

    expect([await statusWith(now.token), await statusWith(soon.token)]).toEqual([401, 200]);
    const [row] = await service.ask<{ left: number }>(
      'SELECT extract(epoch FROM expires_at - now())::float8 AS left FROM api_keys WHERE tenant_id = $1 AND id = $2',
      [tenant.id, soon.id],
    );
    expect(row?.left).toBeLessThanOrEqual(60);
    expect(codeOf(await rotate(tenant.user, now.id))).toBe('ILLEGAL_TRANSITION');
    expect((await rotate(tenant.user, soon.id, 169)).text).toContain('OUT_OF_RANGE');
  });

  it('are replaced once: the new one is replaced next, and lives as long as the first did', async () => {
    const old = await aKey(service, tenant.user);
    await rotate(tenant.user, old.id, 2);
    const [, successor] = await rowsOf();

    expect(codeOf(await rotate(tenant.user, old.id, 2))).toBe('ILLEGAL_TRANSITION');
    expect(await rowsOf()).toHaveLength(2);
    const next = await rotate(tenant.user, successor?.id ?? '', 2);
    expect(codeOf(next)).toBeUndefined();
    const [ends = ''] = /(?<="expires_?[aA]t":")[^"]+/.exec(next.text) ?? [];
    expect(daysUntil(new Date(ends))).toBe(90);
  });

  it('are not replaced by an admin for another person, who would get that person’s key', async () => {
    const key = await aKey(service, tenant.user);

    expect(codeOf(await rotate(tenant.admin, key.id))).toBe('FORBIDDEN');
    expect(await rowsOf()).toHaveLength(1);
  });

  it('are revoked by their person and by admins, and by nobody else', async () => {
    const [mine, other] = [await aKey(service, tenant.user), await aKey(service, tenant.user)];

    expect(codeOf(await revoke(tenant.manager, mine.id))).toBe('NOT_FOUND');
    expect(await statusWith(mine.token)).toBe(200);
    expect((await revoke(tenant.user, mine.id)).status).toBeLessThan(300);
    expect((await revoke(tenant.admin, other.id)).status).toBeLessThan(300);
    expect([await statusWith(mine.token), await statusWith(other.token)]).toEqual([401, 401]);
    const [first] = await rowsOf();
    expect((await revoke(tenant.user, mine.id)).status).toBeLessThan(300);
    expect((await rowsOf())[0]?.revoked_at).toEqual(first?.revoked_at);
    expect((await eventsOf(service, tenant.id, 'api_key.revoked')).map(({ user_id }) => user_id)).toEqual([
      tenant.user.id,
      tenant.admin.id,
    ]);
  });
});

describe('API keys', () => {
  it('are a hundred of a company at most, however many are made at once', async () => {
    await service.ask(
      `INSERT INTO api_keys (tenant_id, id, user_id, name, secret_hash, expires_at, created_at, updated_at, revoked_at)
       SELECT $1, gen_random_uuid(), $2, 'Clé', sha256('x'), now() + interval '1 day', now(), now(), CASE WHEN n > 97 THEN now() END
       FROM generate_series(1, 120) n`,
      [tenant.id, tenant.user.id],
    );
    const answers = await Promise.all(
      [tenant.admin, tenant.manager, tenant.user, tenant.readonly, tenant.admin].map((maker) =>
        as(service, maker).post('/v1/api-keys', { name: 'Clé' }),
      ),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409]);
    const full = answers.find(({ status }) => status === 409);
    expect(full?.body).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      details: { resource: 'api_keys', limit: 100, used: 100 },
    });
    const [live] = await service.ask<{ id: string }>(
      'SELECT id FROM api_keys WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL LIMIT 1',
      [tenant.id, tenant.user.id],
    );
    const rotate = (body: object): Promise<Answer> =>
      as(service, tenant.user).post(`/v1/api-keys/${live?.id ?? ''}/rotate`, body);
    expect((await rotate({})).status).toBe(409);
    expect((await rotate({ overlap_hours: 0 })).status).toBe(201);
  });

  it('are listed to their person, and everybody’s to admins', async () => {
    const [mine, account] = [await aKey(service, tenant.user), await aServiceKey(service, tenant)];
    const idsFor = async (user: TestUser): Promise<string[]> => {
      const answer = await as(service, user).get('/v1/api-keys');
      return (answer.body as { items: { id: string }[] }).items.map(({ id }) => id);
    };

    expect(await idsFor(tenant.user)).toEqual([mine.id]);
    expect(await idsFor(tenant.manager)).toEqual([]);
    expect((await idsFor(tenant.admin)).sort()).toEqual([mine.id, account.id].sort());
    expect((await as(service, tenant.manager).get(`/v1/api-keys/${mine.id}`)).status).toBe(404);
    expect((await as(service, tenant.admin).get(`/v1/api-keys/${mine.id}`)).body).toMatchObject({
      id: mine.id,
      user_id: tenant.user.id,
      permissions: null,
      revoked_at: null,
      created_by: tenant.user.id,
    });
    const answer = await as(service, tenant.admin).graphql(`{ apiKeys(first: 5) { totalCount nodes ${FIELDS} } }`);
    expect(answer.body).toMatchObject({ data: { apiKeys: { totalCount: 2 } } });
  });

  it('say to the minute when they were last used', async () => {
    const key = await aKey(service, tenant.user);
    expect(await statusWith(key.token)).toBe(200);

    const lastUsed = async (): Promise<string | null> =>
      ((await as(service, tenant.user).get(`/v1/api-keys/${key.id}`)).body as { last_used_at: string | null })
        .last_used_at;
    let at = await lastUsed();
    for (let tries = 0; at === null && tries < 100; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      at = await lastUsed();
    }
    expect(at).toMatch(/:00\.000Z$/);
    const [row] = await service.ask<{ version: number }>(
      'SELECT version FROM api_keys WHERE tenant_id = $1 AND id = $2',
      [tenant.id, key.id],
    );
    expect(row?.version).toBe(1);
  });
});
