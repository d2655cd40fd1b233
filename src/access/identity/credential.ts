/**
 * Kinds of bearer token. Each turns its own tokens into an identity; the authenticator asks the first kind that claims a token. All of
 * them share one cache, `Identities`, so that a change of a user or tenant is noticed whatever the caller's credential.
 */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { RequestHeaders } from './headers.js';
import type { Identity } from './identity.js';
import type { Call } from './request-context.js';

/** What the token came with. */
export interface CredentialRequest {
  readonly headers: RequestHeaders;
  readonly call: Pick<Call, 'ipAddress'>;
}

export interface Credential {
  /** Whether the token is of this kind, by its form alone: without SQL and without cryptography. */
  readonly claims: (token: string) => boolean;
  /**
   * The user behind the token, with their present rights. A token that does not name its tenant is looked up in the tenant of the header
   * X-Tenant-ID; the authenticator compares the header with the identity in any case.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, RATE_LIMITED, and those of the headers that it reads
   */
  readonly identify: (token: string, request: CredentialRequest) => Promise<Identity>;
}

/** A credential that nobody has, or that was forged: for the log, not for an audit log. */
export class UnknownCredentialError extends AppError {
  /** @param credential what it was to be, in the service's own words: `API key` */
  constructor(
    sentence: Sentence,
    readonly credential: string,
  ) {
    super('UNAUTHENTICATED', sentence);
  }
}
