import { jest } from '../support/jest.js';
import { inTransaction } from '../../src/access/writes/transaction.js';
import { logIn, logOut, refreshSession } from '../../src/account/sign-in.service.js';
import { changePassword } from '../../src/account/password.service.js';
import { Authenticator } from '../../src/access/identity/authenticator.js';
import { RateLimits } from '../../src/access/identity/rate-limit.js';
import { SessionCredential } from '../../src/access/identity/session-credential.js';
import {
  aCall,
  ask,
  aTenant,
  aUser,
  codeOf,
  contextOf,
  eventsOf,
  newDependencies,
  openBench,
  PASSWORD,
  rejectionOf,
  signedIn,
  signIn,
  type Bench,
  type Person,
} from './support.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(async () => {
  await bench.close();
});

async function somebody(): Promise<Person> {
  return aUser(bench, await aTenant(bench));
}

describe('signing in', () => {
  it('gives tokens that open the service, whatever the case of the e-mail', async () => {
    const person = await somebody();

    const answer = await signIn(bench, { ...person, email: person.email.toUpperCase() });
    const ctx = await contextOf(bench, answer);

    expect(answer).toMatchObject({ tokenType: 'bearer', expiresIn: 1800, user: { id: person.id, role: 'admin' } });
    expect(ctx.actor).toMatchObject({ userId: person.id, tenantId: person.tenantId, email: person.email });
    expect(ctx.tenant).toMatchObject({
      timeZone: 'Europe/Paris',
      defaultCurrency: 'EUR',
      limits: { exportRows: 10_000 },
    });
  });

  it('writes an audit event, good or bad, and never the password', async () => {
    const person = await somebody();

    await codeOf(signIn(bench, { ...person, password: 'wrong-and-secret' }));
    await signIn(bench, person);

    const events = await eventsOf(bench, person.tenantId);
    expect(events).toMatchObject([
      { action: 'auth.login_failed', actor_kind: 'anonymous', user_email: person.email, success: false },
      { action: 'auth.login', actor_kind: 'user', user_email: person.email, success: true },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/wrong-and-secret|tulipes|argon2/);
  });

  it('rejects five causes with one answer', async () => {
    const person = await somebody();
    const inactive = await aUser(bench, person.tenantId);
    await ask(bench, 'UPDATE users SET is_active = false WHERE id = $1', [inactive.id]);
    const suspended = await somebody();
    await ask(bench, 'UPDATE tenants SET is_suspended = true WHERE id = $1', [suspended.tenantId]);

    const rejections = await Promise.all(
      [
        { ...person, password: 'wrong password' },
        { ...person, email: 'nobody@example.com' },
        { ...person, tenantId: 'no-such-company' },
        inactive,
        suspended,
      ].map((tried) => rejectionOf(signIn(bench, tried))),
    );

    for (const { code, sentence, details, fields } of rejections) {
      expect({ code, sentence, details, fields }).toEqual({
        code: 'UNAUTHENTICATED',
        sentence: { fr: 'Email ou mot de passe incorrect', en: 'Incorrect email or password' },
      });
    }
  });

  it('hashes for each cause, and answers none before its beat', async () => {
    const person = await somebody();
    const matches = jest.spyOn(bench.dependencies.passwords, 'matches');

    for (const tried of [
      { ...person, password: 'no' },
      { ...person, email: 'x@y.fr' },
      { ...person, tenantId: 'none' },
    ]) {
      const startedAt = performance.now();
      await rejectionOf(signIn(bench, tried));
      expect(performance.now() - startedAt).toBeGreaterThan(245);
    }

    expect(matches.mock.calls.map(([stored]) => typeof stored)).toEqual(['string', 'undefined', 'undefined']);
    matches.mockRestore();
  });

  it('belongs to one company: the same person of another one stays out', async () => {
    const person = await somebody();
    const other = await somebody();

    expect(await codeOf(signIn(bench, { ...person, tenantId: other.tenantId }))).toBe('UNAUTHENTICATED');
  });

  it('opens no session for a password that is changed meanwhile', async () => {
    const person = await somebody();
    const ctx = await contextOf(bench, await signIn(bench, person));
    const newHash = await bench.dependencies.passwords.hash('une-autre-phrase-secrete');

    let login: Promise<string> | undefined;
    await inTransaction(ctx, async ({ em }) => {
      await em.execute('update users set password_hash = ? where tenant_id = ? and id = ?', [
        newHash,
        person.tenantId,
        person.id,
      ]);
      login = codeOf(signIn(bench, person));
      // Long enough for the sign-in to check the old password and wait for this row.
      await new Promise((resolve) => setTimeout(resolve, 200));
    });

    expect(await login).toBe('UNAUTHENTICATED');
  });
});

describe('refreshing', () => {
  it('rotates the refresh token and keeps the session', async () => {
    const person = await somebody();
    const first = await signIn(bench, person);

    const second = await refreshSession(aCall(bench), bench.dependencies, first.refreshToken);
    const third = await refreshSession(aCall(bench), bench.dependencies, second.refreshToken);

    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect((await contextOf(bench, third)).actor.sessionId).toBe((await contextOf(bench, first)).actor.sessionId);
  });

  it('ends the whole session when a used token comes again ten seconds later', async () => {
    const person = await somebody();
    const first = await signIn(bench, person);
    const second = await refreshSession(aCall(bench), bench.dependencies, first.refreshToken);
    await contextOf(bench, second);
    await ask(bench, `UPDATE sessions SET refreshed_at = refreshed_at - interval '10 seconds' WHERE tenant_id = $1`, [
      person.tenantId,
    ]);

    expect(await codeOf(refreshSession(aCall(bench), bench.dependencies, first.refreshToken))).toBe('UNAUTHENTICATED');

    expect(await codeOf(refreshSession(aCall(bench), bench.dependencies, second.refreshToken))).toBe('UNAUTHENTICATED');
    expect(await codeOf(contextOf(bench, second))).toBe('UNAUTHENTICATED');
    expect(await eventsOf(bench, person.tenantId)).toMatchObject([
      { action: 'auth.login' },
      { action: 'auth.refresh_reused', success: false, user_email: person.email },
    ]);
  });

  it('rotates once for ten at a time', async () => {
    const first = await signIn(bench, await somebody());

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refreshSession(aCall(bench), bench.dependencies, first.refreshToken)),
    );

    const latest = answers.map(({ refreshToken }) => bench.dependencies.tokens.readRefresh(refreshToken).tokenId);
    expect(new Set(latest).size).toBe(1);
  });

  it.each([
    ['is inactive', 'UPDATE users SET is_active = false WHERE tenant_id = $1'],
    ['is of a suspended company', 'UPDATE tenants SET is_suspended = true WHERE id = $1'],
    ['has a session that ended', `UPDATE sessions SET expires_at = now() - interval '1 second' WHERE tenant_id = $1`],
    ['has a revoked session', 'UPDATE sessions SET revoked_at = now() WHERE tenant_id = $1'],
  ])('is over for somebody who %s', async (_name, statement) => {
    const person = await somebody();
    const { refreshToken } = await signIn(bench, person);

    await ask(bench, statement, [person.tenantId]);

    expect(await codeOf(refreshSession(aCall(bench), bench.dependencies, refreshToken))).toBe('UNAUTHENTICATED');
  });

  it('takes over a changed role', async () => {
    const person = await somebody();
    const { refreshToken } = await signIn(bench, person);

    await ask(bench, `UPDATE users SET role = 'readonly' WHERE id = $1`, [person.id]);

    expect((await refreshSession(aCall(bench), bench.dependencies, refreshToken)).user.role).toBe('readonly');
  });

  it('takes no access token', async () => {
    const { accessToken } = await signIn(bench, await somebody());

    expect(await codeOf(refreshSession(aCall(bench), bench.dependencies, accessToken))).toBe('UNAUTHENTICATED');
  });
});

describe('signing out', () => {
  it('ends the session at once here, and after the cache elsewhere', async () => {
    const person = await somebody();
    const answer = await signIn(bench, person);
    const elsewhere = newDependencies(bench.database);
    const unlimited = { perSecond: 0, burst: 1 };
    const otherAuthenticator = new Authenticator(
      [new SessionCredential(elsewhere.tokens, elsewhere.identities)],
      new RateLimits({ user: unlimited, tenant: unlimited }),
    );
    await contextOf(bench, answer, otherAuthenticator);

    await logOut(await contextOf(bench, answer), bench.dependencies);

    expect(await codeOf(contextOf(bench, answer))).toBe('UNAUTHENTICATED');
    expect(await codeOf(refreshSession(aCall(bench), bench.dependencies, answer.refreshToken))).toBe('UNAUTHENTICATED');
    expect(await codeOf(contextOf(bench, answer, otherAuthenticator))).toBe('done');
    elsewhere.identities.forgetSession(person.tenantId, (await otherActor(answer)).sessionId);
    expect(await codeOf(contextOf(bench, answer, otherAuthenticator))).toBe('UNAUTHENTICATED');
    expect((await eventsOf(bench, person.tenantId)).map(({ action }) => action)).toEqual(['auth.login', 'auth.logout']);
  });

  it('leaves other sessions alone', async () => {
    const person = await somebody();
    const [one, two] = [await signIn(bench, person), await signIn(bench, person)];

    await logOut(await contextOf(bench, one), bench.dependencies);

    expect(await codeOf(contextOf(bench, two))).toBe('done');
  });

  function otherActor(answer: { accessToken: string }): Promise<{ sessionId: string }> {
    return Promise.resolve(bench.dependencies.tokens.readAccess(answer.accessToken));
  }
});

describe('changing the own password', () => {
  const newPassword = 'une-autre-phrase-secrete';

  it('ends the other sessions and keeps this one', async () => {
    const person = await somebody();
    const [here, there] = [await signIn(bench, person), await signIn(bench, person)];
    await contextOf(bench, there);

    await changePassword(await contextOf(bench, here), bench.dependencies, { currentPassword: PASSWORD, newPassword });

    expect(await codeOf(contextOf(bench, here))).toBe('done');
    expect(await codeOf(contextOf(bench, there))).toBe('UNAUTHENTICATED');
    expect(await codeOf(refreshSession(aCall(bench), bench.dependencies, there.refreshToken))).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(bench, person))).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(bench, { ...person, password: newPassword }))).toBe('done');
    const events = await eventsOf(bench, person.tenantId);
    expect(events.map(({ action }) => action)).toContain('auth.password_changed');
    expect(JSON.stringify(events)).not.toMatch(/tulipes|phrase-secrete|argon2/);
  });

  it('needs the current one, and counts wrong tries', async () => {
    const ctx = await signedIn(bench);
    const tryOnce = (): Promise<string> =>
      codeOf(changePassword(ctx, bench.dependencies, { currentPassword: 'not it', newPassword }));

    const codes = [
      await tryOnce(),
      await tryOnce(),
      await tryOnce(),
      await tryOnce(),
      await tryOnce(),
      await tryOnce(),
    ];

    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'VALIDATION_FAILED'), 'RATE_LIMITED']);
  });

  it.each([
    ['short', 'TOO_SHORT', 'elevenchars'],
    ['long', 'TOO_LONG', 'ab'.repeat(65)],
    ['common', 'TOO_COMMON', 'MotDePasse123'],
    ['repetitive', 'TOO_COMMON', 'abcabcabcabcabc'],
  ])('refuses a %s one', async (_name, code, password) => {
    const ctx = await signedIn(bench);

    const rejection = await rejectionOf(
      changePassword(ctx, bench.dependencies, { currentPassword: PASSWORD, newPassword: password }),
    );

    expect(rejection.fields).toMatchObject([{ path: ['newPassword'], code }]);
  });

  it('counts characters, not bytes', async () => {
    const ctx = await signedIn(bench);

    const change = { currentPassword: PASSWORD, newPassword: '🌷🌻🌹🌺🌸🌼🍀🍁🍂🍃🌾🌿' };

    expect(await codeOf(changePassword(ctx, bench.dependencies, change))).toBe('done');
  });
});

describe('a sign-in that fails inside', () => {
  it('does not count', async () => {
    const person = await somebody();
    const call = aCall(bench);
    const broken = { ...bench.dependencies, passwords: { matches: () => Promise.reject(new Error('no memory')) } };

    for (let i = 0; i < 12; i += 1) {
      const work = logIn(call, broken as unknown as typeof bench.dependencies, { ...person });
      await expect(work).rejects.toThrow('no memory');
    }

    expect(await codeOf(signIn(bench, person, call))).toBe('done');
  });
});
