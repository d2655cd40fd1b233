import { as, type Answer } from '../support/client.js';
import { PASSWORD, type TestTenant, type TestUser } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

/** JSON of any shape: a field that is not there is undefined, as in JavaScript. */
interface Json {
  readonly [field: string]: Json;
}

interface Reply extends Answer {
  readonly body: Json;
}

/** Requests whose answers are read field by field. */
interface Caller {
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  put(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  graphql(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

function textOf(json: unknown): string {
  return typeof json === 'string' ? json : '';
}

function by(user?: Pick<TestUser, 'token' | 'tenantId'>): Caller {
  return as(service, user);
}

const service = useOwnService({ TRUSTED_PROXIES: '127.0.0.1' });
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const JSON_WEB_TOKEN: unknown = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
const ANY_TEXT: unknown = expect.any(String);

let hosts = 0;

/** From an address of its own, so that no test slows another one down. */
function login(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const address = { 'x-forwarded-for': `203.0.113.${(hosts += 1)}` };
  return by().post('/v1/auth/login', body, { ...address, ...headers });
}

const credentials = (): object => ({ email: tenant.user.email, password: PASSWORD, tenant_id: tenant.id });

describe('signing in over REST', () => {
  it('answers with the body that clients know', async () => {
    const { status, headers, body } = await login(credentials());

    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      user: {
        id: tenant.user.id,
        email: tenant.user.email,
        tenant_id: tenant.id,
        role: 'user',
        full_name: 'Essai user',
      },
      tokens: { access_token: body.access_token, refresh_token: body.refresh_token, token_type: 'bearer' },
      tenant_id: tenant.id,
      access_token: JSON_WEB_TOKEN,
      refresh_token: JSON_WEB_TOKEN,
      token_type: 'bearer',
      expires_in: 1800,
    });
  });

  it('takes the tenant from the header, and rejects two that differ', async () => {
    const { email } = tenant.user;
    const header = { 'x-tenant-id': tenant.id };

    expect((await login({ email, password: PASSWORD }, header)).status).toBe(200);
    expect((await login(credentials(), header)).status).toBe(200);
    const different = await login(credentials(), { 'x-tenant-id': 'other' });
    const absent = await login({ email, password: PASSWORD });
    expect([different.status, absent.status]).toEqual([422, 422]);
    expect(different.body.errors).toMatchObject([{ pointer: '/tenant_id', code: 'CONFLICTING_MEMBERS' }]);
    expect(absent.body.errors).toMatchObject([{ pointer: '/tenant_id', code: 'REQUIRED' }]);
  });

  it.each([
    ['a no-break space in the e-mail', { email: 'zo\u00a0e@essai.example' }],
    ['a character of nobody in the e-mail', { email: 'zo\ue000e@essai.example' }],
    ['a tenant off its pattern', { tenant_id: "x' or 1=1" }],
    ['an empty password', { password: '' }],
    ['a password of 1025 characters', { password: 'x'.repeat(1025) }],
    ['a number for a password', { password: 12 }],
    ['an object for an e-mail', { email: { $ne: '' } }],
    ['an unknown member', { role: 'admin' }],
  ])('refuses %s with a 422', async (_name, changes) => {
    const { status, body } = await login({ ...credentials(), ...changes });

    expect(status).toBe(422);
    expect(body.code).toBe('VALIDATION_FAILED');
  });

  it('takes any password of up to 1024 characters for wrong, whatever the rules for new ones', async () => {
    expect((await login({ ...credentials(), password: 'x' })).status).toBe(401);
    expect((await login({ ...credentials(), password: 'x'.repeat(1024) })).status).toBe(401);
  });

  it('gives all causes the same bytes but for the request id', async () => {
    const answers = await Promise.all([
      login({ ...credentials(), password: 'wrong' }),
      login({ ...credentials(), email: 'nobody@essai.example' }),
      login({ ...credentials(), tenant_id: 'nowhere' }),
    ]);

    const [first, ...others] = answers.map(({ status, text, headers }) => [
      status,
      text.replace(/"request_id":"[^"]+"/, ''),
      headers.get('www-authenticate'),
    ]);
    expect(first).toEqual([401, expect.stringContaining('Incorrect email or password') as unknown, 'Bearer']);
    expect(others).toEqual([first, first]);
    const french = await login({ ...credentials(), password: 'wrong' }, { 'accept-language': 'fr' });
    expect(french.body.detail).toBe('Email ou mot de passe incorrect');
  });

  it('answers 429 with Retry-After after five failures', async () => {
    const wrong = { ...credentials(), password: 'wrong' };
    for (let i = 0; i < 5; i += 1) expect((await login(wrong)).status).toBe(401);

    const refused = await login(credentials());

    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe('RATE_LIMITED');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(600);
  });
});

describe('a session over REST', () => {
  it('goes from sign-in over refresh to sign-out', async () => {
    const first = (await login(credentials())).body;
    const stranger = by();
    const refreshed = await stranger.post('/v1/auth/refresh', { refresh_token: first.refresh_token });
    const mine = by({ token: textOf(refreshed.body.access_token), tenantId: tenant.id });

    expect(refreshed.status).toBe(200);
    expect(Object.keys(refreshed.body)).toEqual(Object.keys(first));
    const { body: me } = await mine.get('/v1/auth/me');
    expect(me).toMatchObject({ id: tenant.user.id, tenant_id: tenant.id, role: 'user', is_active: true });
    expect(me.permissions).toContain('customer:update:own');
    const out = await mine.post('/v1/auth/logout');
    expect(out.body).toEqual({ success: true, message: 'Successfully logged out' });
    expect((await mine.get('/v1/auth/me')).status).toBe(401);
  });

  it('changes the password', async () => {
    const mine = by(tenant.user);
    const change = { current_password: PASSWORD, new_password: 'une-autre-phrase-secrete' };

    const wrong = await mine.post('/v1/auth/password', { ...change, current_password: 'not it' });
    const done = await mine.post('/v1/auth/password', change);

    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toMatchObject([{ pointer: '/current_password', code: 'NOT_CURRENT' }]);
    expect(done.body).toMatchObject({ success: true });
    expect((await login({ ...credentials(), password: change.new_password })).status).toBe(200);
  });
});

describe('users over REST', () => {
  it('are created, read, changed and deactivated by an admin', async () => {
    const admin = by(tenant.admin);
    const created = await admin.post('/v1/users', { email: 'lea@essai.example', full_name: 'Léa', role: 'manager' });
    const address = created.headers.get('location') ?? '';

    expect(created.status).toBe(201);
    expect(created.body.initial_password).toMatch(/^\S{19}$/);
    expect(created.text).not.toMatch(/argon2|tenant_id/);
    const read = await admin.get(address);
    expect(Object.keys(read.body)).toEqual(
      ['id', 'kind', 'email', 'full_name', 'role', 'is_active', 'created_at', 'updated_at', 'last_sign_in_at', 'version'], // prettier-ignore
    );
    expect(read.headers.get('etag')).toBe('"1"');
    const changed = await admin.put(address, { ...read.body, role: 'user' }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ role: 'user', version: 2 });
    expect((await admin.put(address, { email: 'other@essai.example' })).status).toBe(422);
    expect((await admin.put(address, { role: 'user' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await admin.delete(address)).status).toBe(204);
    expect((await admin.get(address)).body).toMatchObject({ is_active: false });
    const reset = await admin.post(`${address}/password`);
    expect(reset.body.initial_password).toMatch(/^\S{19}$/);
  });

  it('are listed in pages, and cannot be seen by others', async () => {
    const admin = by(tenant.admin);

    const page = await admin.get('/v1/users?page_size=3');
    const next = await admin.get(`/v1/users?page_size=3&cursor=${textOf(page.body.next_cursor)}`);

    expect(page.body).toMatchObject({ total: 4, page: 1, page_size: 3, pages: 2 });
    expect(page.body.items).toHaveLength(3);
    expect(next.body.items).toHaveLength(1);
    for (const somebody of [tenant.manager, tenant.user, tenant.readonly]) {
      expect((await by(somebody).get('/v1/users')).status).toBe(403);
      expect((await by(somebody).get(`/v1/users/${somebody.id}`)).status).toBe(403);
      expect((await by(somebody).put('/v1/tenant', { name: 'X' })).status).toBe(403);
    }
  });

  it('and the company are told first of all that what they were read as is out of date', async () => {
    const admin = by(tenant.admin);
    for (const [address, field] of [
      [`/v1/users/${tenant.user.id}`, 'full_name'],
      ['/v1/tenant', 'name'],
    ] as const) {
      const read = await admin.get(address);
      await admin.put(address, { [field]: 'Un autre nom' });

      const stale = await admin.put(address, { ...read.body, [field]: 'Le mien' }, { 'if-match': '"1"' });

      expect([stale.status, stale.body.code, stale.body.details]).toEqual([
        412,
        'VERSION_CONFLICT',
        { current_version: 2 },
      ]);
    }
  });

  it('keep their last admin', async () => {
    const admin = by(tenant.admin);

    const refused = await admin.delete(`/v1/users/${tenant.admin.id}`);

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'ILLEGAL_TRANSITION', details: { reason: 'last_admin' } });
  });
});

describe('the company over REST', () => {
  it('takes back what it gave, but no other limits', async () => {
    const admin = by(tenant.admin);
    const read = await admin.get('/v1/tenant');

    const same = await admin.put('/v1/tenant', { ...read.body, name: 'Nouveau nom' });
    const limits = { ...read.body.limits, customers: 1_000_000 };
    const more = await admin.put('/v1/tenant', { limits });

    expect(read.body).toMatchObject({ id: tenant.id, time_zone: 'Europe/Paris', limits: { customers: 10_000 } });
    expect(same.body).toMatchObject({ name: 'Nouveau nom', version: 2 });
    expect(more.status).toBe(422);
    expect(more.body.errors).toMatchObject([{ pointer: '/limits', code: 'READ_ONLY' }]);
    expect((await admin.put('/v1/tenant', { is_suspended: false })).status).toBe(422);
  });
});

describe('the limits over REST', () => {
  it('say how much of each is used, in percent to one decimal, and nothing of nothing', async () => {
    const { readonly, id } = await service.aTenant({ limit_customers: 7, limit_active_opportunities: 0 });
    await service.ask(`INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'customer.live', 2)`, [id]);

    const { body } = await by(readonly).get('/v1/meta/limits');

    expect(body).toEqual({
      limits: [
        { resource: 'customers', limit: 7, used: 2, percent: 28.6 },
        { resource: 'contacts_per_customer', limit: 100, used: null, percent: null },
        { resource: 'active_opportunities', limit: 0, used: 0, percent: null },
        { resource: 'export_rows', limit: 10_000, used: null, percent: null },
      ],
    });
  });
});

describe('GraphQL', () => {
  const SESSION = 'accessToken refreshToken tokenType expiresIn user { id email role fullName }';

  function signIn(password: string): Promise<Reply> {
    const query = `mutation ($email: String!, $password: String!, $tenantId: ID!) { login(email: $email, password: $password, tenantId: $tenantId) { ${SESSION} } }`;
    const address = { 'x-forwarded-for': `203.0.113.${(hosts += 1)}` };
    return by().graphql(query, { email: tenant.user.email, password, tenantId: tenant.id }, address);
  }

  it('signs in, tells who the caller is, refreshes and signs out', async () => {
    const { body } = await signIn(PASSWORD);
    const session = body.data?.login;
    const mine = by({ token: textOf(session?.accessToken), tenantId: tenant.id });

    expect(session).toMatchObject({ tokenType: 'bearer', expiresIn: 1800, user: { id: tenant.user.id, role: 'USER' } });
    const viewer = await mine.graphql(
      '{ viewer { user { email role } tenant { id name } permissions limits { resource limit used } } }',
    );
    expect(viewer.body.data?.viewer).toMatchObject({
      user: { email: tenant.user.email, role: 'USER' },
      tenant: { id: tenant.id, name: 'Essai SA' },
      limits: [{ resource: 'CUSTOMERS', limit: 10_000, used: 0 }, {}, {}, {}],
    });
    const refresh = `mutation ($t: String!) { refreshSession(refreshToken: $t) { ${SESSION} } }`;
    const refreshed = await by().graphql(refresh, { t: session?.refreshToken });
    expect(refreshed.body.data?.refreshSession?.user?.email).toBe(tenant.user.email);
    expect((await mine.graphql('mutation { logout }')).body.data).toEqual({ logout: true });
    expect((await mine.graphql('{ viewer { permissions } }')).status).toBe(401);
  });

  it('rejects a wrong password as REST does', async () => {
    const { body } = await signIn('wrong');

    expect(body.errors).toMatchObject([
      { message: 'Incorrect email or password', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it('reads what it is sent as REST does: blanks around it are none, and a company is needed', async () => {
    const query = `mutation ($tenantId: ID!) { login(email: " ${tenant.user.email} ", password: "${PASSWORD}", tenantId: $tenantId) { expiresIn } }`;
    const inCompany = async (tenantId: string): Promise<Json> => (await by().graphql(query, { tenantId })).body;

    expect((await inCompany(` ${tenant.id} `)).data).toEqual({ login: { expiresIn: 1800 } });
    for (const blank of ['', '  ']) {
      expect((await inCompany(blank)).errors).toMatchObject([
        { extensions: { code: 'VALIDATION_FAILED', fields: [{ path: ['tenantId'], code: 'REQUIRED' }] } },
      ]);
    }
    expect((await inCompany('a b')).errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED' } }]);
  });

  it('reads a new password for somebody as REST does: none but blanks is none', async () => {
    const reset = `mutation ($id: ID!, $password: String) { resetUserPassword(id: $id, password: $password) { initialPassword } }`;
    const answer = await by(tenant.admin).graphql(reset, { id: tenant.user.id, password: '  ' });
    const tooLong = await by(tenant.admin).graphql(reset, { id: tenant.user.id, password: 'x'.repeat(1025) });

    expect(answer.body.data?.resetUserPassword).toEqual({ initialPassword: ANY_TEXT });
    expect(tooLong.body.errors).toMatchObject([{ extensions: { fields: [{ path: ['password'], code: 'TOO_LONG' }] } }]);
  });

  it.each([
    ['updateUser', 'updateUser(id: "x", input: { fullName: "X" })'],
    ['deactivateUser', 'deactivateUser(id: "x")'],
    ['resetUserPassword', 'resetUserPassword(id: "x")'],
  ])('says of an id that is none where it stands: %s', async (field, mutation) => {
    const { body } = await by(tenant.admin).graphql(`mutation { ${mutation} { user { id } } }`);

    const fields = [{ path: ['id'], code: 'INVALID_UUID' }];
    expect(body.errors).toMatchObject([{ path: [field], extensions: { code: 'VALIDATION_FAILED', fields } }]);
  });

  it('manages users and the company for admins', async () => {
    const admin = by(tenant.admin);
    const create = `mutation ($input: CreateUserInput!) { createUser(input: $input) { initialPassword user { id role } } }`;
    const input = { email: 'paul@essai.example', fullName: 'Paul', role: 'READONLY' };

    const created = (await admin.graphql(create, { input })).body.data?.createUser;
    const id = created?.user?.id;
    const answer = await admin.graphql(
      `mutation ($id: ID!) {
        updateUser(id: $id, input: { role: MANAGER }) { user { role version } }
        deactivateUser(id: $id, expectedVersion: 2) { user { isActive } }
        updateTenant(input: { timeZone: "Europe/Madrid" }) { tenant { timeZone } }
      }`,
      { id },
    );

    expect(created).toMatchObject({ initialPassword: ANY_TEXT, user: { role: 'READONLY' } });
    expect(answer.body.data).toEqual({
      updateUser: { user: { role: 'MANAGER', version: 2 } },
      deactivateUser: { user: { isActive: false } },
      updateTenant: { tenant: { timeZone: 'Europe/Madrid' } },
    });
    const users = await admin.graphql('{ users(first: 2) { totalCount nodes { email } pageInfo { hasNextPage } } }');
    expect(users.body.data?.users).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
    const refused = await by(tenant.manager).graphql(create, { input });
    expect(refused.body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('makes one user of a retried creation, and tells the generated password once', async () => {
    const { admin } = await service.aTenant();
    const create = `mutation ($input: CreateUserInput!) { createUser(input: $input) { initialPassword user { id } } }`;
    const input = { email: 'zoe@essai.example', fullName: 'Zoé', role: 'USER' };
    const headers = { 'idempotency-key': 'one-zoe' };

    const first = await by(admin).graphql(create, { input }, headers);
    const second = await by(admin).graphql(create, { input }, headers);

    expect(first.body.data?.createUser).toMatchObject({ initialPassword: ANY_TEXT });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body.data?.createUser).toEqual({ initialPassword: null, user: first.body.data?.createUser?.user });
  });
});
