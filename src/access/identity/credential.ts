/**
 * Kinds of bearer token. Each turns its own tokens into an identity; the authenticator asks the first kind that claims a token. All of
 * them share one cache, `Identities`, so that a change of a user or tenant is noticed whatever the caller's credential.
 */
import { createHash } from 'node:crypto';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { RequestHeaders } from './headers.js';
import type { Identity } from './identity.js';
import type { Call } from './request-context.js';

/** What the token came with. */
export interface CredentialRequest {
  readonly headers: RequestHeaders;
  readonly call: Pick<Call, 'ipAddress' | 'requestId'>;
}

export interface Credential {
  /** Whether the token is of this kind, by its form alone: without SQL and without cryptography. */
  readonly claims: (token: string) => boolean;
  /**
   * The user behind the token, with their present rights. A token that does not name its tenant is looked up in the tenant of the header
   * X-Tenant-ID; the authenticator compares the header with the identity in any case.
   * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, RATE_LIMITED, and those of the headers that it reads
   */
  readonly identify: (token: string, request: CredentialRequest) => Identity | Promise<Identity>;
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

/** Who is known to their company's provider and may not come in. `reason` is for the logs. */
export class RejectedSubjectError extends AppError {
  constructor(
    sentence: Sentence,
    readonly subject: RejectedSubject,
  ) {
    super('FORBIDDEN', sentence, { details: { reason: subject.reason } });
  }
}

export interface RejectedSubject {
  readonly tenantId: string;
  readonly providerId: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly reason: string;
}

/** Under which a token is cached: nobody who knows a part of it finds it. @param parts without a zero byte, so that none runs into the next */
export function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64');
}
