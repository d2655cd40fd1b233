/** What an operation knows of its caller. Passed first to every service function; there is no ambient state. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Language } from '../../platform/errors/errors.js';
import { NO_DEADLINE } from '../../platform/postgres/lease.js';
import type { Database } from '../../tenancy/database.js';
import type { TenantLimits } from './limits.js';
import { bindTenant } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { Role } from './user.entity.js';

/** The signed-in person. An API key may be another kind of actor one day. */
export interface Actor {
  readonly type: 'user';
  readonly userId: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly email: string;
  readonly fullName: string;
  readonly sessionId: string;
}

/** Settings of the tenant that answers depend on. At most half a minute old. */
export interface TenantSettings {
  readonly id: string;
  readonly name: string;
  /** IANA name: says which day is "today". */
  readonly timeZone: string;
  readonly defaultCurrency: string;
  readonly countryCode: string;
  readonly limits: TenantLimits;
}

/** One request, whoever sends it: enough for operations that need no sign-in. */
export interface Call {
  readonly database: Database;
  readonly requestId: string;
  readonly ipAddress: string;
  readonly language: Language;
  /** Calls the listener when the client has gone. @returns what ends that. Absent where nobody waits for an answer. */
  readonly onLeave?: (listener: () => void) => () => void;
}

/** A caller's promise that a retry has the same effect as the first try. */
export interface IdempotentRequest {
  readonly key: string;
  /** SHA-256 of everything that makes the request what it is. */
  readonly hash: Buffer;
  /** REST: method and route; GraphQL: the mutation's response path. */
  readonly operation: string;
  /** Told when the answer is that of an earlier try. */
  readonly onReplay: () => void;
}

/** One request of a signed-in caller. */
export interface RequestContext extends Call {
  readonly actor: Actor;
  readonly tenant: TenantSettings;
  /** Of this request alone, bound to the tenant. Changes go through `write`, which forks it. */
  readonly em: EntityManager;
  /** Plain rows of this tenant. */
  readonly reader: TenantReader;
  readonly idempotency?: IdempotentRequest;
  /** Whether changes are tried and undone: everything is checked, and nothing is left. */
  readonly isDryRun?: true;
}

/** Makes the context of one request: its own entity manager and reader, both bound to the actor's tenant. */
export function createRequestContext(call: Call, actor: Actor, tenant: TenantSettings): RequestContext {
  let em: EntityManager | undefined;
  return {
    ...call,
    actor,
    // Of this request alone: see `renewSettings`.
    tenant: { ...tenant },
    // Reads never need it, and a fork costs more than most of them.
    get em() {
      if (!em) bindTenant((em = call.database.orm.em.fork()), actor.tenantId);
      return em;
    },
    reader: call.database.reader(actor.tenantId),
  };
}

/** The same context for work that goes on after the request's deadline: what has an answer already, and limits of its own. */
export function withoutDeadline<C extends RequestContext>(ctx: C): C {
  return Object.create(ctx, { database: { value: ctx.database.until(NO_DEADLINE), enumerable: true } }) as C;
}

/** The same context, with whatever a transport has put on it, for one operation that an Idempotency-Key protects. */
export function withIdempotency<C extends RequestContext>(ctx: C, idempotency: IdempotentRequest): C {
  return Object.create(ctx, { idempotency: { value: idempotency, enumerable: true } }) as C;
}

/** The context for one operation, whose changes are undone where the caller asked for a dry run. */
export function forDryRun<C extends RequestContext>(ctx: C, isDryRun: boolean | null | undefined): C {
  return isDryRun ? (Object.create(ctx, { isDryRun: { value: true, enumerable: true } }) as C) : ctx;
}

/** After a change of the company's settings: they hold for what the request does next. */
export function renewSettings(
  ctx: RequestContext,
  changed: Pick<TenantSettings, 'name' | 'timeZone' | 'defaultCurrency' | 'countryCode'>,
): void {
  const { name, timeZone, defaultCurrency, countryCode } = changed;
  Object.assign(ctx.tenant, { name, timeZone, defaultCurrency, countryCode });
}
