/** Who is behind an event and where the request came from. */
import type { EntityManager } from '@mikro-orm/core';
import type { Actor, ApiKeyUse, Call, RequestContext } from '../../access/identity/request-context.js';
import { contextOf } from '../../access/writes/transaction.js';
import type { User } from '../../access/identity/user.entity.js';
import { newId } from '../../platform/values/ids.js';
import { OwnSlot } from '../../platform/values/own-values.js';
import { findTransactionValues, transactionValues } from '../../tenancy/transaction-values.js';

/** Who did it. Of a caller who is not signed in, only the e-mail that they gave is known. */
export type AuditActor =
  | (Pick<Actor, 'userId' | 'role' | 'email'> & {
      readonly type: 'user' | 'api_key';
      readonly apiKey: Pick<ApiKeyUse, 'id' | 'account'> | null;
    })
  | { readonly type: 'operator' }
  | { readonly type: 'anonymous'; readonly email?: string };

export interface AuditOrigin {
  readonly actor: AuditActor;
  readonly requestId: string;
  readonly ipAddress: string | null;
}

/** What an event stores of a user. */
export type AuditedUser = Pick<User, 'tenantId' | 'id' | 'role' | 'email'>;

type Source = Pick<Call, 'requestId' | 'ipAddress'>;

/** The signed-in caller. */
export function originOf(ctx: Source & Pick<RequestContext, 'actor'>): AuditOrigin {
  const { type, userId, role, email, apiKey } = ctx.actor;
  return { actor: { type, userId, role, email, apiKey }, requestId: ctx.requestId, ipAddress: ctx.ipAddress };
}

/** A user who is signing in, or whose token is used without a session. */
export function originOfUser(call: Source, user: AuditedUser): AuditOrigin {
  const actor: AuditActor = { type: 'user', userId: user.id, role: user.role, email: user.email, apiKey: null };
  return { actor, requestId: call.requestId, ipAddress: call.ipAddress };
}

/** An unknown caller, under the e-mail that they gave. */
export function anonymousOrigin(call: Source, email: string): AuditOrigin {
  return { actor: { type: 'anonymous', email }, requestId: call.requestId, ipAddress: call.ipAddress };
}

/** A command that an operator runs on the machine. One run counts as one request. */
export function operatorOrigin(): AuditOrigin {
  return { actor: { type: 'operator' }, requestId: newId(), ipAddress: null };
}

const bound = new OwnSlot<AuditOrigin>();

/** Says who is behind the changes of a transaction that no signed-in caller asked for. @throws outside of a transaction */
export function bindOrigin(em: EntityManager, origin: AuditOrigin): void {
  bound.set(transactionValues(em), origin);
}

/** The bound origin, or else the caller of `write` or `inTransaction`; undefined outside of a transaction, and when nobody is known. */
export function findOrigin(em: EntityManager): AuditOrigin | undefined {
  const values = findTransactionValues(em);
  const ctx = contextOf(em);
  return (values && bound.get(values)) ?? (ctx && originOf(ctx));
}
