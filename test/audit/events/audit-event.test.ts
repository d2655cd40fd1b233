import { bindTenant, tenantOf } from '../../../src/tenancy/tenancy.js';
import { Tenant } from '../../../src/access/identity/tenant.entity.js';
import { inTenantTransaction, inTransaction } from '../../../src/access/writes/transaction.js';
import { Session } from '../../../src/access/identity/session.entity.js';
import { User } from '../../../src/access/identity/user.entity.js';
import { recordEvent } from '../../../src/audit/events/audit-event.js';
import { nameAction } from '../../../src/audit/events/named-actions.js';
import { bindOrigin, operatorOrigin, originOf } from '../../../src/audit/events/origin.js';
import { newId } from '../../../src/platform/values/ids.js';
import {
  asAdmin,
  aTenant,
  changeUser,
  eventsOf,
  newUser,
  openAuditBench,
  runAs,
  saveUser,
  type AuditBench,
} from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

describe('an audit event', () => {
  it('tells who created what, from where, without a secret', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);

    const id = await saveUser(ctx, { email: 'zoe@example.com' });

    const [event] = await eventsOf(bench, tenantId);
    expect(event).toMatchObject({
      actor_kind: 'user',
      user_id: ctx.actor.userId,
      user_role: 'admin',
      user_email: 'alice@example.com',
      action: 'user.created',
      entity_type: 'user',
      entity_id: id,
      request_id: ctx.requestId,
      ip_address: '192.0.2.7',
      success: true,
      error_code: null,
      old_value: null,
    });
    expect(event?.new_value).toEqual({
      kind: 'PERSON',
      email: 'zoe@example.com',
      full_name: 'Zoé Bernard',
      role: 'user',
      password_hash: '•••',
      is_active: true,
    });
    expect(JSON.stringify(event)).not.toContain('argon2id');
  });

  it('holds before and after of the changed fields only', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const id = await saveUser(ctx);

    await changeUser(ctx, id, (user) => Object.assign(user, { role: 'manager', passwordHash: '$argon2id$other' }));

    const [, event] = await eventsOf(bench, tenantId);
    expect(event?.action).toBe('user.updated');
    expect(event?.old_value).toEqual({ role: 'user', password_hash: '•••' });
    expect(event?.new_value).toEqual({ role: 'manager', password_hash: '•••' });
    expect(JSON.stringify(event)).not.toContain('argon2id');
  });

  it('of a tenant setting names the tenant', async () => {
    const tenantId = await aTenant(bench);

    await inTransaction(asAdmin(bench, tenantId), async (tx) => {
      (await tx.em.findOneOrFail(Tenant, { id: tenantId })).name = 'Durand SA';
    });

    const events = await eventsOf(bench, tenantId);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      action: 'tenant.updated',
      entity_id: tenantId,
      old_value: { name: 'Dupont SA' },
      new_value: { name: 'Durand SA' },
    });
  });

  it('takes the word and the facts that the service gave', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const id = await saveUser(ctx);

    await changeUser(ctx, id, (user) => {
      user.isActive = false;
      nameAction(user, 'deactivated', { sessions: 2 });
    });
    await changeUser(ctx, id, (user) => {
      user.passwordHash = '$argon2id$new';
      nameAction(user, 'auth.password_changed');
    });

    const [, deactivated, changed] = await eventsOf(bench, tenantId);
    expect(deactivated).toMatchObject({ action: 'user.deactivated', new_value: { is_active: false, sessions: 2 } });
    expect(changed).toMatchObject({ action: 'auth.password_changed', entity_type: 'user' });
  });

  it('survives any text in its values', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const fullName = `O'Brien \\' ? ?? $1 "x" \\? {;} -- é😀`;

    await saveUser(ctx, { fullName });

    const [event] = await eventsOf(bench, tenantId);
    expect(event?.new_value?.full_name).toBe(fullName);
  });
});

describe('the transaction of a change', () => {
  it('takes the event with it when it is rolled back', async () => {
    const tenantId = await aTenant(bench);

    const change = inTransaction(asAdmin(bench, tenantId), async (tx) => {
      await tx.em.persist(newUser(tx.em, tenantId)).flush();
      throw new Error('changed my mind');
    });

    await expect(change).rejects.toThrow('changed my mind');
    expect(await eventsOf(bench, tenantId)).toEqual([]);
    const [queue] = await runAs(bench.test.superuserUrl, tenantId, [
      `SELECT FROM audit_unsealed WHERE tenant_id = '${tenantId}'`,
    ]);
    expect(queue?.rowCount).toBe(0);
  });

  it('fails as a whole when the event cannot be written', async () => {
    const tenantId = await aTenant(bench);
    const ctx = { ...asAdmin(bench, tenantId), requestId: 'a\0b' };

    await expect(saveUser(ctx)).rejects.toThrow();

    const [users] = await runAs(bench.test.superuserUrl, tenantId, [
      `SELECT FROM users WHERE tenant_id = '${tenantId}'`,
    ]);
    expect(users?.rowCount).toBe(0);
  });

  it('stamps what it updates, once, and only when something changed', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const id = await saveUser(ctx, { updatedAt: '2020-01-01T00:00:00.000Z' });

    const changed = await changeUser(ctx, id, (user) => Object.assign(user, { fullName: 'Zoé Petit', version: 40 }));
    const same = await changeUser(ctx, id, (user) => Object.assign(user, { fullName: 'Zoé Petit' }));

    const reread = await changeUser(ctx, id, () => undefined);
    expect(changed.version).toBe(2);
    expect(same.version).toBe(2);
    expect(reread.version).toBe(2);
    expect(reread.updatedAt > '2026').toBe(true);
    expect(reread.updatedAt).toBe(changed.updatedAt);
    expect((await eventsOf(bench, tenantId)).map(({ action }) => action)).toEqual(['user.created', 'user.updated']);
  });

  it('is rejected without somebody behind it', async () => {
    const tenantId = await aTenant(bench);

    const nobody = inTenantTransaction(bench.database, tenantId, async (em) => {
      await em.persist(newUser(em, tenantId)).flush();
    });

    await expect(nobody).rejects.toThrow('origin');
  });

  it('is rejected outside of an explicit transaction', async () => {
    const tenantId = await aTenant(bench);
    const em = bench.database.orm.em.fork();
    bindTenant(em, tenantId);

    expect(() => {
      bindOrigin(em, operatorOrigin());
    }).toThrow('outside');
    await expect(em.persist(newUser(em, tenantId)).flush()).rejects.toThrow('transaction');
    await expect(
      recordEvent(em, operatorOrigin(), { action: 'a.b', entityType: 'customer', entityId: null }),
    ).rejects.toThrow('outside');
  });

  it('may belong to an operator', async () => {
    const tenantId = await aTenant(bench);

    await inTenantTransaction(bench.database, tenantId, async (em) => {
      bindOrigin(em, operatorOrigin());
      await em.persist(newUser(em, tenantId)).flush();
    });

    const [event] = await eventsOf(bench, tenantId);
    expect(event).toMatchObject({ actor_kind: 'operator', user_id: null, user_email: null, action: 'user.created' });
  });

  it('writes sessions without an event of its own', async () => {
    const tenantId = await aTenant(bench);
    const userId = await saveUser(asAdmin(bench, tenantId));

    await inTenantTransaction(bench.database, tenantId, async (em) => {
      const at = new Date().toISOString();
      const times = { createdAt: at, refreshedAt: at, expiresAt: at };
      const session = em.create(Session, {
        tenantId: tenantOf(em),
        id: newId(),
        userId,
        refreshJti: newId(),
        ...times,
      });
      await em.persist(session).flush();
    });

    expect(await eventsOf(bench, tenantId)).toHaveLength(1);
  });

  it('writes many events in one flush', async () => {
    const tenantId = await aTenant(bench);

    await inTransaction(asAdmin(bench, tenantId), async (tx) => {
      for (let count = 0; count < 1201; count += 1) tx.em.persist(newUser(tx.em, tenantId));
      await tx.em.flush();
      expect(await tx.em.count(User, { tenantId })).toBe(1201);
    });

    expect(await eventsOf(bench, tenantId)).toHaveLength(1201);
  });
});

describe('the service', () => {
  const attempts = [
    `UPDATE audit_events SET action = 'x'`,
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    `UPDATE audit_seals SET hash = ''`,
    'DELETE FROM audit_seals',
    'TRUNCATE audit_seals',
    'TRUNCATE audit_unsealed',
  ];

  it.each(attempts)('may not: %s', async (statement) => {
    const tenantId = await aTenant(bench);

    await expect(runAs(bench.test.appUrl, tenantId, [statement])).rejects.toMatchObject({ code: '42501' });
  });

  it('writes events of its own tenant only', async () => {
    const [own, other] = [await aTenant(bench), await aTenant(bench)];

    const foreign = inTransaction(asAdmin(bench, own), async (tx) => {
      await tx.em.execute('insert into audit_unsealed (tenant_id, event_id) values (?, ?)', [other, newId()]);
    });

    await expect(foreign).rejects.toMatchObject({ code: '42501' });
    expect(originOf(asAdmin(bench, own)).actor.type).toBe('user');
  });
});
