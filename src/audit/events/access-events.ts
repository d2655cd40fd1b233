/** Events of sign-ins and rejections. The event of a successful sign-in is part of the transaction of its session. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RejectedSubject } from '../../access/identity/credential.js';
import type { EndedKey } from '../../access/identity/key-credential.js';
import type { Actor, Call, RequestContext } from '../../access/identity/request-context.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import type { AppError } from '../../platform/errors/errors.js';
import { recordEvent, type AuditAction, type EventInput } from './audit-event.js';
import { anonymousOrigin, originOf, originOfUser, type AuditedUser, type AuditOrigin } from './origin.js';
import { rejectionEvent } from './rejections.js';

function sessionEvent(action: AuditAction, sessionId: string): Pick<EventInput, 'action' | 'entityType' | 'entityId'> {
  return { action, entityType: 'session', entityId: sessionId };
}

/** A sign-in, in the transaction that inserts its session. */
export async function recordLogin(em: EntityManager, call: Call, user: AuditedUser, sessionId: string): Promise<void> {
  await recordEvent(em, originOfUser(call, user), sessionEvent('auth.login', sessionId));
}

/**
 * A rejected sign-in, in a transaction of its own. The tenant must exist: attempts under an unknown tenant are in no audit log.
 * @param errorCode RATE_LIMITED for the first throttled attempt of a window
 */
export async function recordLoginFailed(
  call: Call,
  tenantId: string,
  email: string,
  errorCode: 'UNAUTHENTICATED' | 'RATE_LIMITED' = 'UNAUTHENTICATED',
): Promise<void> {
  await recordAtOnce(call, tenantId, anonymousOrigin(call, email), {
    action: 'auth.login_failed',
    entityType: 'session',
    entityId: null,
    errorCode,
  });
}

/** A sign-out, in the transaction that revokes the session. */
export async function recordLogout(em: EntityManager, ctx: RequestContext, sessionId: string): Promise<void> {
  await recordEvent(em, originOf(ctx), sessionEvent('auth.logout', sessionId));
}

/** A refresh token that was used twice, in the transaction that revokes its session. */
export async function recordRefreshReused(
  em: EntityManager,
  call: Call,
  user: AuditedUser,
  sessionId: string,
): Promise<void> {
  const event = sessionEvent('auth.refresh_reused', sessionId);
  await recordEvent(em, originOfUser(call, user), { ...event, errorCode: 'UNAUTHENTICATED' });
}

/**
 * A rejection for lack of rights, or the first one of a window for too many requests, in a transaction of its own. Other errors are
 * ignored. Await it before answering.
 * @param calledId the record that the operation was called with, if any; the error may name another one
 */
export async function recordRejection(ctx: RequestContext, error: AppError, calledId?: string): Promise<void> {
  if (error.code !== 'FORBIDDEN' && error.code !== 'RATE_LIMITED') return;
  await recordAtOnce(ctx, ctx.actor.tenantId, originOf(ctx), rejectionEvent(ctx, error, calledId));
}

/** A signed-in caller who named another tenant, in the audit log of the caller's own tenant. */
export async function recordTenantMismatch(call: Call, actor: Actor, askedTenantId: string): Promise<void> {
  await recordAtOnce(call, actor.tenantId, originOf({ requestId: call.requestId, ipAddress: call.ipAddress, actor }), {
    action: 'access.tenant_mismatch',
    entityType: 'tenant',
    entityId: actor.tenantId,
    errorCode: 'TENANT_MISMATCH',
    description: `X-Tenant-ID: ${askedTenantId}`,
  });
}

/** An API key that has ended, sent with its right secret: the same answer as for any bad key, and an event of its user's company. */
export function recordEndedKey(call: Call, { tenantId, keyId, userId, role, email }: EndedKey): Promise<void> {
  const actor = { type: 'api_key', userId, role, email, apiKey: { id: keyId, account: null } } as const;
  const { requestId, ipAddress } = call;
  return recordAtOnce(
    call,
    tenantId,
    { actor, requestId, ipAddress },
    {
      action: 'access.denied',
      entityType: 'api_key',
      entityId: keyId,
      errorCode: 'UNAUTHENTICATED',
    },
  );
}

/** Somebody with a genuine token of the company's provider, who may not come in. */
export function recordRejectedSubject(
  call: Call,
  { tenantId, providerId, subject, email, reason }: RejectedSubject,
): Promise<void> {
  const { requestId, ipAddress } = call;
  const actor = { type: 'anonymous', ...(email !== undefined && { email }) } as const;
  return recordAtOnce(
    call,
    tenantId,
    { actor, requestId, ipAddress },
    {
      action: 'access.denied',
      entityType: 'identity_provider',
      entityId: providerId,
      errorCode: 'FORBIDDEN',
      description: reason,
      newValue: { subject },
    },
  );
}

function recordAtOnce(call: Call, tenantId: string, origin: AuditOrigin, input: EventInput): Promise<void> {
  return inTenantTransaction(call.database, tenantId, (em) => recordEvent(em, origin, input));
}
