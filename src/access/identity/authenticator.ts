/** Turns the headers of a request into its context, or rejects it. Both transports use it. */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { Credential } from './credential.js';
import { readBearer, readOnBehalfOf, readTenantHeader, type RequestHeaders } from './headers.js';
import type { Identity } from './identity.js';
import type { RateLimits } from './rate-limit.js';
import { createRequestContext, renewCaller, type Actor, type Call, type RequestContext } from './request-context.js';

/** The caller is identified by the token; `context` is the caller's own, for the audit event. */
export class TenantMismatchError extends AppError {
  constructor(readonly context: RequestContext) {
    super('TENANT_MISMATCH', MISMATCH);
  }
}

/** The caller may not act for the user of X-On-Behalf-Of; `context` is the caller's own, for the audit event. */
export class ImpersonationError extends AppError {
  constructor(
    readonly context: RequestContext,
    readonly targetId: string,
  ) {
    super('FORBIDDEN', NOT_FOR_THEM, { details: { permission: 'user:impersonate' } });
  }
}

/** One sentence for every cause, so that callers cannot learn which users there are. */
const NOT_FOR_THEM: Sentence = {
  fr: "Cet appel ne peut pas agir pour l'utilisateur de l'en-tête X-On-Behalf-Of.",
  en: 'This call may not act for the user of the X-On-Behalf-Of header.',
};
const MISMATCH: Sentence = {
  fr: "Le jeton n'appartient pas au tenant de l'en-tête X-Tenant-ID.",
  en: 'The token does not belong to the tenant of the X-Tenant-ID header.',
};
const UNKNOWN_TYPE: Sentence = { fr: "Le jeton n'est pas valable.", en: 'The token is not valid.' };

/** Identifies callers. One per process. */
export class Authenticator {
  /** @param credentials in the order in which they are asked whose token it is */
  constructor(
    private readonly credentials: readonly Credential[],
    private readonly limits: RateLimits,
  ) {}

  /**
   * Reads the token, then the tenant header. A request with a valid token and a well-formed header counts against the rate limits.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, TENANT_HEADER_REQUIRED, TENANT_HEADER_INVALID, MALFORMED_REQUEST (X-On-Behalf-Of)
   * @throws TenantMismatchError, ImpersonationError, RateLimitedError, with the caller for the audit event
   */
  async identify(headers: RequestHeaders, call: Call): Promise<RequestContext> {
    const { actor, tenant } = await this.identifyToken(headers, call);
    const asked = readTenantHeader(headers);
    const context = createRequestContext(call, actor, tenant);
    // Counted before the comparison, since each mismatch writes an audit event.
    this.limits.take(context);
    if (asked !== actor.tenantId) throw new TenantMismatchError(context);
    requireImpersonation(context, readOnBehalfOf(headers));
    return context;
  }

  /**
   * The same for a request that has waited: it counts against no limit twice.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED @throws ImpersonationError
   */
  async identifyAgain(headers: RequestHeaders, context: RequestContext): Promise<void> {
    const { actor, tenant } = await this.identifyToken(headers, context);
    renewCaller(context, actor, tenant);
    requireImpersonation(context, readOnBehalfOf(headers));
  }

  /** For every answer to an identified caller, errors included. */
  rateLimitHeaders(actor: Actor): Readonly<Record<string, string>> {
    return this.limits.headersFor(actor);
  }

  private identifyToken(headers: RequestHeaders, call: Call): Identity | Promise<Identity> {
    const token = readBearer(headers);
    const credential = this.credentials.find(({ claims }) => claims(token));
    if (!credential) throw new AppError('UNAUTHENTICATED', UNKNOWN_TYPE);
    return credential.identify(token, { headers, call });
  }
}

/** The header is never ignored: either its credential has made the caller that user, or the request is rejected. */
function requireImpersonation(context: RequestContext, onBehalfOf: string | undefined): void {
  if (onBehalfOf === undefined) return;
  const { userId, apiKey } = context.actor;
  if (!apiKey?.account || userId !== onBehalfOf) throw new ImpersonationError(context, onBehalfOf);
}
