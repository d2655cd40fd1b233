import {
  createUser,
  deactivateUser,
  getUser,
  listUsers,
  resetPassword,
  updateUser,
} from '../../src/account/user.service.js';
import { USER_ORDER } from '../../src/account/user.query.js';
import { parseInput } from '../../src/platform/input/validation.js';
import { CreateUserInput, UpdateUserInput } from '../../src/account/user.input.js';
import type { RequestContext } from '../../src/access/identity/request-context.js';
import { newId } from '../../src/platform/values/ids.js';
import {
  ask,
  aTenant,
  aUser,
  codeOf,
  contextOf,
  eventsOf,
  openBench,
  PASSWORD,
  rejectionOf,
  signedIn,
  signIn,
  type Bench,
} from './support.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(async () => {
  await bench.close();
});

function newUser(changes: object = {}): CreateUserInput {
  return parseInput(CreateUserInput, {
    email: `${newId()}@example.com`,
    fullName: 'Jean Petit',
    role: 'user',
    ...changes,
  });
}

function changes(data: object): UpdateUserInput {
  return parseInput(UpdateUserInput, data);
}

describe('creating a user', () => {
  it('generates a password that signs in and is nowhere else', async () => {
    const ctx = await signedIn(bench);

    const { record: user, initialPassword } = await createUser(ctx, bench.dependencies, newUser());

    const person = { tenantId: ctx.tenant.id, id: user.id, email: user.email ?? '', password: initialPassword ?? '' };
    expect((await signIn(bench, person)).user).toMatchObject({ id: user.id, role: 'user', fullName: 'Jean Petit' });
    const events = await eventsOf(bench, ctx.tenant.id);
    expect(events.at(1)).toMatchObject({ action: 'user.created', entity_id: user.id, user_email: ctx.actor.email });
    expect(JSON.stringify(events)).not.toContain('argon2');
    expect(JSON.stringify(events)).not.toContain(initialPassword);
  });

  it('takes a given password, and answers without it', async () => {
    const ctx = await signedIn(bench);

    const { initialPassword } = await createUser(ctx, bench.dependencies, newUser({ password: PASSWORD }));

    expect(initialPassword).toBeNull();
  });

  it('rejects a weak password', async () => {
    const ctx = await signedIn(bench);

    expect(await codeOf(createUser(ctx, bench.dependencies, newUser({ password: 'short' })))).toBe('VALIDATION_FAILED');
  });

  it('rejects an e-mail that is taken, in any case, and names the holder', async () => {
    const ctx = await signedIn(bench);

    const rejection = await rejectionOf(
      createUser(ctx, bench.dependencies, newUser({ email: ctx.actor.email?.toUpperCase() })),
    );

    expect(rejection).toMatchObject({ code: 'DUPLICATE', details: { field: 'email', existing_id: ctx.actor.userId } });
  });

  it('does not see the e-mails of another company', async () => {
    const [here, there] = [await signedIn(bench), await signedIn(bench)];

    expect(await codeOf(createUser(here, bench.dependencies, newUser({ email: there.actor.email })))).toBe('done');
  });

  it('answers a retry without the password', async () => {
    const ctx = await signedIn(bench);
    const input = newUser();
    const idempotency = { key: 'k', hash: Buffer.alloc(32), operation: 'createUser', onReplay: () => undefined };
    const retried: RequestContext = Object.assign(ctx, { idempotency });

    const first = await createUser(retried, bench.dependencies, input);
    const second = await createUser(retried, bench.dependencies, input);

    expect(second.record.id).toBe(first.record.id);
    expect(first.initialPassword).not.toBeNull();
    expect(second.initialPassword).toBeNull();
  });
});

describe('changing a user', () => {
  it('takes effect at once, and is audited with before and after', async () => {
    const admin = await signedIn(bench);
    const person = await aUser(bench, admin.tenant.id, 'user');
    const answer = await signIn(bench, person);
    expect((await contextOf(bench, answer)).actor.role).toBe('user');

    const changed = await updateUser(
      admin,
      bench.dependencies,
      person.id,
      changes({ role: 'manager', fullName: 'Léa' }),
    );

    expect(changed.record).toMatchObject({ role: 'manager', fullName: 'Léa', version: 2 });
    expect((await contextOf(bench, answer)).actor).toMatchObject({ role: 'manager', fullName: 'Léa' });
    expect((await eventsOf(bench, admin.tenant.id)).at(-1)).toMatchObject({
      action: 'user.updated',
      old_value: { role: 'user', full_name: 'Zoé user' },
      new_value: { role: 'manager', full_name: 'Léa' },
    });
  });

  it('ends the sessions of somebody who is deactivated, for good', async () => {
    const admin = await signedIn(bench);
    const person = await aUser(bench, admin.tenant.id, 'user');
    const answer = await signIn(bench, person);
    await contextOf(bench, answer);

    await deactivateUser(admin, bench.dependencies, person.id);

    expect(await codeOf(contextOf(bench, answer))).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(bench, person))).toBe('UNAUTHENTICATED');
    await updateUser(admin, bench.dependencies, person.id, changes({ isActive: true }));
    expect(await codeOf(contextOf(bench, answer))).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(bench, person))).toBe('done');
    expect((await eventsOf(bench, admin.tenant.id)).map(({ action }) => action)).toContain('user.deactivated');
  });

  it('rejects a stale version', async () => {
    const admin = await signedIn(bench);
    const { id } = await aUser(bench, admin.tenant.id);

    const rejection = await rejectionOf(
      updateUser(admin, bench.dependencies, id, changes({ fullName: 'X' }), { expectedVersion: 7 }),
    );

    expect(rejection).toMatchObject({ code: 'VERSION_CONFLICT', details: { current_version: 1 } });
  });

  it('knows no user of another company, and no id that is none', async () => {
    const admin = await signedIn(bench);
    const foreign = await signedIn(bench);

    for (const id of [foreign.actor.userId, newId(), 'no-id']) {
      expect(await codeOf(getUser(admin, id))).toBe('NOT_FOUND');
      expect(await codeOf(updateUser(admin, bench.dependencies, id, changes({ fullName: 'X' })))).toBe('NOT_FOUND');
      expect(await codeOf(deactivateUser(admin, bench.dependencies, id))).toBe('NOT_FOUND');
      expect(await codeOf(resetPassword(admin, bench.dependencies, id))).toBe('NOT_FOUND');
    }
    const [row] = await ask(bench, 'SELECT full_name, is_active FROM users WHERE id = $1', [foreign.actor.userId]);
    expect(row).toEqual({ full_name: 'Zoé admin', is_active: true });
  });
});

describe('the last active admin', () => {
  it.each([
    ['demoted', { role: 'manager' }],
    ['deactivated', { isActive: false }],
  ])('cannot be %s, however the id is written', async (_name, data) => {
    const admin = await signedIn(bench);
    const { id } = await aUser(bench, admin.tenant.id, 'admin');
    await deactivateUser(admin, bench.dependencies, id);

    for (const own of [admin.actor.userId, admin.actor.userId.toUpperCase()]) {
      const rejection = await rejectionOf(updateUser(admin, bench.dependencies, own, changes(data)));
      expect(rejection).toMatchObject({ code: 'ILLEGAL_TRANSITION', status: 409 });
    }
    expect(await getUser(admin, admin.actor.userId)).toMatchObject({ role: 'admin', isActive: true });
  });

  it('remains when all admins demote each other at once', async () => {
    const tenantId = await aTenant(bench);
    const admins = await Promise.all(Array.from({ length: 5 }, () => signedIn(bench, 'admin', tenantId)));

    // Open connections first: one that connects only now would come after the others.
    await Promise.all(admins.map(() => bench.database.pool.query('SELECT pg_sleep(0.2)')));

    const codes = await Promise.all(
      admins.map((admin, index) => {
        const other = admins[(index + 1) % admins.length]?.actor.userId ?? '';
        const change = index % 2 ? { role: 'user' } : { isActive: false };
        return codeOf(updateUser(admin, bench.dependencies, other, changes(change)));
      }),
    );

    expect(codes.filter((code) => code === 'done')).toHaveLength(4);
    expect(codes.filter((code) => code === 'ILLEGAL_TRANSITION')).toHaveLength(1);
  });
});

describe('resetting a password', () => {
  it('gives a new one and ends the sessions', async () => {
    const admin = await signedIn(bench);
    const person = await aUser(bench, admin.tenant.id, 'user');
    const answer = await signIn(bench, person);
    await contextOf(bench, answer);

    const { initialPassword } = await resetPassword(admin, bench.dependencies, person.id);

    expect(await codeOf(contextOf(bench, answer))).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(bench, person))).toBe('UNAUTHENTICATED');
    expect(await codeOf(signIn(bench, { ...person, password: initialPassword ?? '' }))).toBe('done');
    const actions = (await eventsOf(bench, admin.tenant.id)).map(({ action }) => action);
    expect(actions).toContain('user.password_reset');
  });
});

describe('managing users', () => {
  it.each(['manager', 'user', 'readonly'] as const)('is rejected to a %s', async (role) => {
    const ctx = await signedIn(bench, role);
    const own = ctx.actor.userId;

    const codes = [
      await codeOf(listUsers(ctx, { order: USER_ORDER, limit: 20 })),
      await codeOf(getUser(ctx, own)),
      await codeOf(createUser(ctx, bench.dependencies, newUser())),
      await codeOf(updateUser(ctx, bench.dependencies, own, changes({ role: 'admin' }))),
      await codeOf(deactivateUser(ctx, bench.dependencies, own)),
      await codeOf(resetPassword(ctx, bench.dependencies, own)),
    ];

    expect(codes).toEqual(codes.map(() => 'FORBIDDEN'));
    const rows = await ask(bench, 'SELECT role, version FROM users WHERE tenant_id = $1', [ctx.tenant.id]);
    expect(rows).toEqual([{ role, version: 1 }]);
  });

  it('lists the own company, page by page', async () => {
    const admin = await signedIn(bench);
    for (let i = 0; i < 4; i += 1) await aUser(bench, admin.tenant.id, 'user');

    const all = await listUsers(admin, { order: USER_ORDER, limit: 20 });
    const [first, second] = all.rows;
    const after = [second?.fullName ?? '', second?.id ?? ''];
    const rest = await listUsers(admin, { order: USER_ORDER, limit: 20, after });

    expect(all.total).toBe(5);
    expect(all.rows).toHaveLength(5);
    expect(first).not.toHaveProperty('passwordHash');
    expect(rest.rows.map(({ id }) => id)).toEqual(all.rows.slice(2).map(({ id }) => id));
    expect((await listUsers(admin, { isActive: false, order: USER_ORDER, limit: 20 })).total).toBe(0);
  });
});
