/** Turns the headers of a request into its context, or rejects it. Both transports use it. */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { Identities, Identity } from './identity.js';
import type { RateLimits } from './rate-limit.js';
import { createRequestContext, type Actor, type Call, type RequestContext } from './request-context.js';
import { TENANT_ID } from '../../tenancy/tenant-id.js';
import type { Tokens } from './tokens.js';

/** As Node provides them: names in lower case; repeated headers joined by ", " or as a list. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The caller is identified by the token; `context` is the caller's own, for the audit event. */
export class TenantMismatchError extends AppError {
  constructor(readonly context: RequestContext) {
    super('TENANT_MISMATCH', MISMATCH);
  }
}

const NO_TOKEN: Sentence = {
  fr: "Un jeton d'accès est requis : Authorization: Bearer …",
  en: 'An access token is required: Authorization: Bearer …',
};
const NO_TENANT: Sentence = { fr: "L'en-tête X-Tenant-ID est requis.", en: 'The X-Tenant-ID header is required.' };
const BAD_TENANT: Sentence = {
  fr: "L'en-tête X-Tenant-ID doit figurer une seule fois : 1 à 64 lettres, chiffres, - ou _.",
  en: 'The X-Tenant-ID header must be there once: 1 to 64 letters, digits, - or _.',
};
const MISMATCH: Sentence = {
  fr: "Le jeton n'appartient pas au tenant de l'en-tête X-Tenant-ID.",
  en: 'The token does not belong to the tenant of the X-Tenant-ID header.',
};
const BAD_KEY: Sentence = {
  fr: "L'en-tête Idempotency-Key doit figurer une seule fois : 1 à 255 caractères ASCII imprimables.",
  en: 'The Idempotency-Key header must be there once: 1 to 255 printable ASCII characters.',
};

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** Identifies callers. One per process. */
export class Authenticator {
  constructor(
    private readonly tokens: Tokens,
    private readonly identities: Identities,
    private readonly limits: RateLimits,
  ) {}

  /**
   * Reads the token, then the tenant header. A request with a valid token and a well-formed header counts against the rate limits.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, TENANT_HEADER_REQUIRED, TENANT_HEADER_INVALID
   * @throws TenantMismatchError, RateLimitedError, both with the caller for the audit event
   */
  async identify(headers: RequestHeaders, call: Call): Promise<RequestContext> {
    const { actor, tenant } = await this.identifyToken(headers);
    const asked = readTenantHeader(headers);
    const context = createRequestContext(call, actor, tenant);
    // Counted before the comparison, since each mismatch writes an audit event.
    this.limits.take(context);
    if (asked !== actor.tenantId) throw new TenantMismatchError(context);
    return context;
  }

  /** For every answer to an identified caller, errors included. */
  rateLimitHeaders(actor: Actor): Readonly<Record<string, string>> {
    return this.limits.headersFor(actor);
  }

  private async identifyToken({ authorization }: RequestHeaders): Promise<Identity> {
    const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
    if (token === undefined) throw new AppError('UNAUTHENTICATED', NO_TOKEN);
    return this.identities.identify(this.tokens.readAccess(token));
  }
}

/** The tenant in the header. @throws AppError TENANT_HEADER_REQUIRED, TENANT_HEADER_INVALID */
export function readTenantHeader(headers: RequestHeaders): string {
  const value = headers['x-tenant-id'];
  if (value === undefined || value === '') throw new AppError('TENANT_HEADER_REQUIRED', NO_TENANT);
  // A header sent twice arrives as "a, a", which the pattern rejects.
  if (typeof value !== 'string' || !TENANT_ID.test(value)) throw new AppError('TENANT_HEADER_INVALID', BAD_TENANT);
  return value;
}

/** The caller's Idempotency-Key, if there is one. @throws AppError MALFORMED_REQUEST */
export function readIdempotencyKey(headers: RequestHeaders): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !IDEMPOTENCY_KEY.test(value)) throw new AppError('MALFORMED_REQUEST', BAD_KEY);
  return value;
}
