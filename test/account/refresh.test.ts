import { as, type Answer } from '../support/client.js';
import { PASSWORD, type TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { bodyOf, textOf, type Json } from './replies.js';

const service = useOwnService();

interface Session {
  readonly tenant: TestTenant;
  readonly refreshToken: string;
}

const TRANSPORTS = {
  REST: async (refreshToken: string): Promise<Answer> =>
    as(service).post('/v1/auth/refresh', { refresh_token: refreshToken }),
  GraphQL: async (refreshToken: string): Promise<Answer> =>
    as(service).graphql('mutation ($t: String!) { refreshSession(refreshToken: $t) { accessToken refreshToken } }', {
      t: refreshToken,
    }),
};

async function signIn(): Promise<Session> {
  const tenant = await service.aTenant();
  const body = { email: tenant.user.email, password: PASSWORD, tenant_id: tenant.id };
  return { tenant, refreshToken: textOf(bodyOf(await as(service).post('/v1/auth/login', body)).refresh_token) };
}

/** What both transports answer, in one form. */
interface Refreshed {
  readonly code: string | undefined;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The token's id. */
  readonly jti: unknown;
}

function read(answer: Answer): Refreshed {
  const body: Partial<Json> = bodyOf(answer);
  const session = body.data?.refreshSession;
  const refreshToken = textOf(body.refresh_token ?? session?.refreshToken);
  return {
    code: codeOf(body),
    accessToken: textOf(body.access_token ?? session?.accessToken),
    refreshToken,
    jti: idOf(refreshToken),
  };
}

function codeOf({ code, errors }: Partial<Json>): string | undefined {
  const found = code ?? errors?.[0]?.extensions?.code;
  return found === undefined ? undefined : textOf(found);
}

function idOf(token: string): unknown {
  const [, claims] = token.split('.');
  return claims === undefined ? undefined : (JSON.parse(Buffer.from(claims, 'base64url').toString()) as Json).jti;
}

/** As if the latest refresh had been so much earlier. */
async function letPass({ tenant }: Session, milliseconds: number): Promise<void> {
  await service.ask(
    `UPDATE sessions SET refreshed_at = refreshed_at - $2 * interval '1 millisecond' WHERE tenant_id = $1`,
    [tenant.id, milliseconds],
  );
}

async function meOf({ tenant }: Session, accessToken: string): Promise<number> {
  return (await as(service, { token: accessToken, tenantId: tenant.id }).get('/v1/auth/me')).status;
}

async function eventsOf({ tenant }: Session): Promise<string[]> {
  const rows = await service.ask<{ action: string }>(
    'SELECT action FROM audit_events WHERE tenant_id = $1 ORDER BY created_at, id',
    [tenant.id],
  );
  return rows.map(({ action }) => action);
}

describe.each(Object.keys(TRANSPORTS) as (keyof typeof TRANSPORTS)[])('a refresh token over %s', (name) => {
  const refresh = async (refreshToken: string): Promise<Refreshed> => read(await TRANSPORTS[name](refreshToken));

  test('that was just used answers the same session, without an event', async () => {
    const session = await signIn();
    const first = await refresh(session.refreshToken);

    const again = await refresh(session.refreshToken);

    expect([again.code, again.jti]).toEqual([undefined, first.jti]);
    expect([await meOf(session, first.accessToken), await meOf(session, again.accessToken)]).toEqual([200, 200]);
    expect((await refresh(again.refreshToken)).code).toBeUndefined();
    expect(await eventsOf(session)).toEqual(['auth.login']);
  });

  test('gives ten requests at the same time one session', async () => {
    const session = await signIn();

    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(session.refreshToken)));

    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([undefined]));
    expect(new Set(answers.map(({ jti }) => jti)).size).toBe(1);
  });

  test('is taken for stolen ten seconds after its first use, however often it came in between', async () => {
    const session = await signIn();
    const first = await refresh(session.refreshToken);
    await letPass(session, 6000);
    const inTime = await refresh(session.refreshToken);
    await letPass(session, 4000);

    const late = await refresh(session.refreshToken);

    expect([inTime.code, inTime.jti, late.code]).toEqual([undefined, first.jti, 'UNAUTHENTICATED']);
    expect([await meOf(session, inTime.accessToken), (await refresh(first.refreshToken)).code]).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    expect(await eventsOf(session)).toEqual(['auth.login', 'auth.refresh_reused']);
  });

  test('is taken for stolen at once when the one after it was used', async () => {
    const session = await signIn();
    const first = await refresh(session.refreshToken);
    const second = await refresh(first.refreshToken);

    const older = await refresh(session.refreshToken);

    expect([older.code, (await refresh(second.refreshToken)).code]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(await eventsOf(session)).toEqual(['auth.login', 'auth.refresh_reused']);
  });

  test.each([
    ['revoked', 'UPDATE sessions SET revoked_at = now() WHERE tenant_id = $1'],
    ['over', `UPDATE sessions SET expires_at = now() - interval '1 second' WHERE tenant_id = $1`],
    ["an inactive user's", 'UPDATE users SET is_active = false WHERE tenant_id = $1'],
  ])('opens no session that is %s, however soon it comes again', async (_, statement) => {
    const session = await signIn();
    await refresh(session.refreshToken);
    await service.ask(statement, [session.tenant.id]);

    expect((await refresh(session.refreshToken)).code).toBe('UNAUTHENTICATED');
    expect(await eventsOf(session)).toEqual(['auth.login']);
  });
});

describe('a new password', () => {
  const CHANGES = {
    REST: async (tenant: TestTenant, current: string, next: string): Promise<unknown> => {
      const body = { current_password: current, new_password: next };
      const answer: Partial<Json> = bodyOf(await as(service, tenant.user).post('/v1/auth/password', body));
      return answer.errors?.[0] ?? answer.success;
    },
    GraphQL: async (tenant: TestTenant, current: string, next: string): Promise<unknown> => {
      const change = 'mutation ($c: String!, $n: String!) { changePassword(currentPassword: $c, newPassword: $n) }';
      const { errors, data }: Partial<Json> = bodyOf(
        await as(service, tenant.user).graphql(change, { c: current, n: next }),
      );
      return errors?.[0]?.extensions?.fields?.[0] ?? data?.changePassword;
    },
  };
  /** é as one character, and as two. */
  const [COMPOSED, DECOMPOSED] = ['été-et-jonquilles', 'e\u0301te\u0301-et-jonquilles'];

  test.each(Object.keys(CHANGES) as (keyof typeof CHANGES)[])('must differ over %s', async (name) => {
    const tenant = await service.aTenant();
    const change = CHANGES[name];
    const message = 'The new password must differ from the current one.';

    expect(await change(tenant, PASSWORD, PASSWORD)).toMatchObject({ code: 'UNCHANGED', message });
    // Who does not know the current one learns nothing else.
    expect(await change(tenant, 'une-autre-phrase-secrete', 'une-autre-phrase-secrete')).toMatchObject({
      code: 'NOT_CURRENT',
    });
    expect(await change(tenant, PASSWORD, COMPOSED)).toBe(true);
    expect(await change(tenant, COMPOSED, DECOMPOSED)).toMatchObject({ code: 'UNCHANGED' });
    expect(bodyOf(await as(service, tenant.user).get('/v1/auth/me')).id).toBe(tenant.user.id);
  });
});
