/** What an operation knows of its caller. Passed first to every service function; there is no ambient state. */
import type { Language } from '../../platform/errors/errors.js';
import { NO_DEADLINE } from '../../platform/postgres/lease.js';
import type { Database } from '../../tenancy/database.js';
import type { TenantLimits } from './limits.js';
import type { OwnValues } from '../../platform/values/own-values.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { Role } from './user.entity.js';

/** The key that a request was made with. */
export interface ApiKeyUse {
  readonly id: string;
  /** Names of rights that it is narrowed to; null for all of the user's that need not be named: permissions.ts. */
  readonly permissions: readonly string[] | null;
  /** The service account whose key it is, where it acts for a person; null where it acts for itself. */
  readonly account: { readonly userId: string; readonly role: Role } | null;
}

/** The user whose request it is. `type` is that of audit events: whether a key was used. */
export interface Actor {
  readonly type: 'user' | 'api_key';
  readonly userId: string;
  readonly tenantId: string;
  readonly role: Role;
  /** Null of a service account. */
  readonly email: string | null;
  readonly fullName: string;
  /** Of the sign-in; null where there was none. */
  readonly sessionId: string | null;
  readonly apiKey: ApiKeyUse | null;
}

/** Settings of the tenant that answers depend on. At most 30 seconds old. */
export interface TenantSettings {
  readonly id: string;
  readonly name: string;
  /** IANA name. Decides which day is "today". */
  readonly timeZone: string;
  readonly defaultCurrency: string;
  readonly countryCode: string;
  readonly limits: TenantLimits;
}

/** What one request keeps for itself; see `requestCache`. */
export class RequestCache {
  /** What it has read. Emptied after each mutation of the document. */
  read: OwnValues = [];
  /** What it keeps until its end. */
  readonly lasting: OwnValues = [];
}

/** One request of any caller. Enough for operations that need no sign-in. */
export interface Call {
  readonly database: Database;
  readonly requestId: string;
  readonly ipAddress: string;
  readonly language: Language;
  readonly cache: RequestCache;
  /** Calls the listener when the client disconnects. @returns a function that ends that. Absent if nobody waits for an answer. */
  readonly onLeave?: (listener: () => void) => () => void;
}

/** A request with an Idempotency-Key: a retry has the effect of the first try. */
export interface IdempotentRequest {
  readonly key: string;
  /** SHA-256 of what identifies the request. */
  readonly hash: Buffer;
  /** REST: method and route; GraphQL: the mutation's response path. */
  readonly operation: string;
  /** Called when the answer is that of an earlier try. */
  readonly onReplay: () => void;
}

/** One request of a signed-in caller. */
export interface RequestContext extends Call {
  readonly actor: Actor;
  readonly tenant: TenantSettings;
  /** Reads plain rows of this tenant. Changes go through `write`. */
  readonly reader: TenantReader;
  readonly idempotency?: IdempotentRequest;
  /** For a request that has waited: identifies its caller again, and renews `actor` and `tenant`. @throws AppError like any request */
  readonly identifyAgain?: () => Promise<void>;
  /** Changes are made, checked and rolled back. */
  readonly isDryRun?: true;
}

/** Makes the context of one request. Its reader is bound to the actor's tenant. */
export function createRequestContext(call: Call, actor: Actor, tenant: TenantSettings): RequestContext {
  // `renewSettings` changes the settings, for this request alone.
  return { ...call, actor, tenant: { ...tenant }, reader: call.database.reader(actor.tenantId) };
}

/** After a wait: the rest of the request is that of the caller as they are now. */
export function renewCaller(ctx: RequestContext, actor: Actor, tenant: TenantSettings): void {
  Object.assign(ctx, { actor, tenant: { ...tenant } });
}

/**
 * The context of a part of a request: all that the transport has put on the request's context, and these properties. The part has a
 * cache of its own: it sees nothing that the rest of the request has read, and leaves nothing there.
 */
export function deriveContext<C extends Call, P extends object>(ctx: C, properties: P): C & P {
  // Copied: each property of an object that inherits from one of its own request is slow to read.
  return { ...ctx, ...properties, cache: new RequestCache() };
}

/** The same context for work that continues after the request's deadline, such as sending a file, and has limits of its own. */
export function withoutDeadline<C extends RequestContext>(ctx: C): C {
  return deriveContext(ctx, { database: ctx.database.until(NO_DEADLINE) });
}

/** Part of the hash of an idempotent request: who is acted for; empty where nobody is. */
export function onBehalfMark({ userId, apiKey }: Actor): string {
  return apiKey?.account ? `X-On-Behalf-Of: ${userId}\n` : '';
}

/** The context of one operation that an Idempotency-Key protects. */
export function withIdempotency<C extends RequestContext>(ctx: C, idempotency: IdempotentRequest): C {
  return deriveContext(ctx, { idempotency });
}

/** The context of one operation. Its changes are rolled back if the caller asked for a dry run. */
export function forDryRun<C extends RequestContext>(ctx: C, isDryRun: boolean | null | undefined): C {
  return isDryRun ? deriveContext(ctx, { isDryRun: true as const }) : ctx;
}

/** After a change of the company's settings: the rest of the request uses the new ones. */
export function renewSettings(
  ctx: RequestContext,
  changed: Pick<TenantSettings, 'name' | 'timeZone' | 'defaultCurrency' | 'countryCode'>,
): void {
  const { name, timeZone, defaultCurrency, countryCode } = changed;
  Object.assign(ctx.tenant, { name, timeZone, defaultCurrency, countryCode });
}
