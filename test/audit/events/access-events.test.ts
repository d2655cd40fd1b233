import { inTenantTransaction, inTransaction } from '../../../src/access/writes/transaction.js';
import {
  recordLogin,
  recordLoginFailed,
  recordLogout,
  recordRefreshReused,
  recordRejection,
  recordTenantMismatch,
} from '../../../src/audit/events/access-events.js';
import {
  recordExportFailed,
  recordExportFinished,
  recordExportStarted,
} from '../../../src/audit/events/export-events.js';
import type { AuditedUser } from '../../../src/audit/events/origin.js';
import { AppError } from '../../../src/platform/errors/errors.js';
import { asAdmin, aTenant, eventsOf, openAuditBench, type AuditBench } from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

describe('signing in', () => {
  it('is recorded with the session, in its transaction', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const { userId, email } = ctx.actor;
    const sessionId = ctx.actor.sessionId ?? '';
    const user: AuditedUser = { tenantId, id: userId, role: 'admin', email };

    await inTenantTransaction(bench.database, tenantId, (em) => recordLogin(em, ctx, user, sessionId));
    await inTenantTransaction(bench.database, tenantId, (em) => recordRefreshReused(em, ctx, user, sessionId));
    await inTransaction(ctx, (tx) => recordLogout(tx.em, ctx, sessionId));

    const who = {
      actor_kind: 'user',
      user_id: userId,
      user_email: email,
      entity_type: 'session',
      entity_id: sessionId,
    };
    expect(await eventsOf(bench, tenantId)).toMatchObject([
      { ...who, action: 'auth.login', success: true },
      { ...who, action: 'auth.refresh_reused', success: false, error_code: 'UNAUTHENTICATED' },
      { ...who, action: 'auth.logout', success: true },
    ]);
  });

  it('is recorded when it fails, with no more than the e-mail', async () => {
    const tenantId = await aTenant(bench);

    await recordLoginFailed(asAdmin(bench, tenantId), tenantId, 'zoe@example.com');

    const [event] = await eventsOf(bench, tenantId);
    expect(event).toMatchObject({
      actor_kind: 'anonymous',
      user_id: null,
      user_role: null,
      user_email: 'zoe@example.com',
      action: 'auth.login_failed',
      success: false,
      error_code: 'UNAUTHENTICATED',
      ip_address: '192.0.2.7',
    });
  });
});

describe('an error', () => {
  it('names the permission, the code and the record', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);
    const error = new AppError('FORBIDDEN', undefined, { details: { permission: 'customer:delete' } });

    await recordRejection(ctx, error, 'c-1');

    const [event] = await eventsOf(bench, tenantId);
    expect(event).toMatchObject({
      action: 'access.denied',
      user_id: ctx.actor.userId,
      entity_type: 'customer',
      entity_id: 'c-1',
      description: 'customer:delete',
      success: false,
      error_code: 'FORBIDDEN',
    });
  });

  it('for another reason than rights is none', async () => {
    const tenantId = await aTenant(bench);

    await recordRejection(asAdmin(bench, tenantId), new AppError('NOT_FOUND'));

    expect(await eventsOf(bench, tenantId)).toEqual([]);
  });

  it('to serve another tenant stands in the trail of the caller', async () => {
    const [own, other] = [await aTenant(bench), await aTenant(bench)];
    const ctx = asAdmin(bench, own);

    await recordTenantMismatch(ctx, ctx.actor, other);

    const [event] = await eventsOf(bench, own);
    expect(event).toMatchObject({
      action: 'access.tenant_mismatch',
      user_id: ctx.actor.userId,
      description: `X-Tenant-ID: ${other}`,
      error_code: 'TENANT_MISMATCH',
    });
    expect(await eventsOf(bench, other)).toEqual([]);
  });
});

describe('an export', () => {
  it('is recorded before its first byte and after its last', async () => {
    const tenantId = await aTenant(bench);
    const ctx = asAdmin(bench, tenantId);

    const id = await recordExportStarted(ctx, 'customers', { filters: { city: 'Lyon' } });
    await recordExportFinished(ctx, 'customers', id, { rows: 3, sha256: 'abc' });
    await recordExportFailed(ctx, 'customers', id, { rows: 1 });

    const what = { action: 'export.customers', entity_type: 'export', entity_id: id };
    expect(await eventsOf(bench, tenantId)).toMatchObject([
      { ...what, success: true, new_value: { phase: 'started', filters: { city: 'Lyon' } } },
      { ...what, success: true, new_value: { phase: 'finished', rows: 3, sha256: 'abc' } },
      { ...what, success: false, new_value: { phase: 'failed', rows: 1 } },
    ]);
  });
});
