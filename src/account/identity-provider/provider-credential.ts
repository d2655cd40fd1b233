/** Tokens of the companies' own identity providers. `iss` chooses the provider among the tenant's own, and proves nothing. */
import { LRUCache } from 'lru-cache';
import type { JWTVerifyGetKey } from 'jose';
import {
  digestOf,
  RejectedSubjectError,
  UnknownCredentialError,
  type Credential,
  type CredentialRequest,
} from '../../access/identity/credential.js';
import type { CredentialFailures } from '../../access/identity/credential-failures.js';
import { readTenantHeader, type RequestHeaders } from '../../access/identity/headers.js';
import type { Identities, Identity, KnownCredential } from '../../access/identity/identity.js';
import { toTenantSettings, type CallerRow } from '../../access/identity/identity.query.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { Database } from '../../tenancy/database.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { IssuerKeys } from './issuer-keys.js';
import type { KnownProvider, KnownProviders } from './known-providers.js';
import { admit, applyRole, requireRole, type Subject } from './provider-users.js';
import { findSubject, type ProviderState } from './subject.query.js';
import {
  BadTokenError,
  MAX_TOKEN_LENGTH,
  readIssuer,
  UnknownKeyError,
  verifyToken,
  type TokenClaims,
} from './token-claims.js';

/** One sentence for every cause, so that callers cannot learn which one it was. */
const INVALID: Sentence = { fr: "Le jeton n'est pas valide.", en: 'The token is not valid.' };

interface ProviderCredentialParts {
  readonly identities: Identities;
  readonly failures: CredentialFailures;
  readonly providers: KnownProviders;
  readonly keys: IssuerKeys;
  readonly ownIssuer: string;
  /** For the changes that a token leads to; ends with the time that a request has. */
  readonly database: () => Database;
}

interface SentToken {
  readonly tenantId: string;
  readonly issuer: string;
  readonly token: string;
  readonly call: CredentialRequest['call'];
}

/** A JSON Web Token: three parts, the first of which begins with `{"`. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;
/** How the tokens begin that this service signs, and how no provider's may: `{"alg":"HS`. */
const OURS = 'eyJhbGciOiJIUz';
/** How often what a token leads to is looked up again, where it was changed meanwhile. */
const ATTEMPTS = 3;
const REJECTED_MS = 20_000;
const MAX_REJECTED = 1000;

/** Claims every JSON Web Token that is not signed as ours are. */
export class ProviderCredential implements Credential {
  /** Who may not come in, by the digest of their token: asking again costs nothing. */
  private readonly rejected: LRUCache<string, RejectedSubjectError>;

  constructor(private readonly parts: ProviderCredentialParts) {
    const { now } = parts.identities;
    this.rejected = new LRUCache({ max: MAX_REJECTED, ttl: REJECTED_MS, ttlResolution: 0, perf: { now } });
  }

  readonly claims = (token: string): boolean => !token.startsWith(OURS) && JWT.test(token);

  /** After a change of the tenant's providers. */
  forget(tenantId: string): void {
    this.parts.providers.forget(tenantId);
    this.parts.identities.forgetTenant(tenantId);
    this.rejected.clear();
  }

  /**
   * @throws AppError UNAUTHENTICATED (unknown issuer, bad signature or claim, inactive user: one answer), TOKEN_EXPIRED, RATE_LIMITED,
   *   FORBIDDEN (no role, or somebody else's address), UNAVAILABLE (the provider's keys), those of the headers
   */
  readonly identify = async (token: string, { headers, call }: CredentialRequest): Promise<Identity> => {
    const { identities } = this.parts;
    const digest = this.digestOf(token, headers);
    const known = identities.peek(digest);
    if (known?.identity && known.expiresAtMs > identities.now()) return known.identity;
    identities.forget(digest);
    const issuer = token.length > MAX_TOKEN_LENGTH ? undefined : readIssuer(token);
    // No provider has our issuer, and ours have another signature.
    if (issuer === undefined || issuer === this.parts.ownIssuer) throw new AppError('UNAUTHENTICATED', INVALID);
    return this.lookUp({ tenantId: readTenantHeader(headers), issuer, token, call }, digest);
  };

  private digestOf(token: string, { 'x-tenant-id': tenantId }: RequestHeaders): string {
    return digestOf(typeof tenantId === 'string' ? tenantId : '', token);
  }

  private lookUp(sent: SentToken, digest: string): Promise<Identity> {
    const { identities, failures } = this.parts;
    const rejection = this.rejected.get(digest);
    if (rejection) return Promise.reject(rejection);
    return failures.guard(sent.call.ipAddress, digest, async () => {
      const found = await identities.find(sent.tenantId, digest, (reader) => this.load(reader, sent, digest));
      if (!found?.identity) throw new UnknownCredentialError(INVALID, 'token of an identity provider');
      return found.identity;
    });
  }

  private async load(reader: TenantReader, sent: SentToken, digest: string): Promise<KnownCredential | undefined> {
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const known = await this.attempt(reader, sent);
        if (known !== 'changed meanwhile') return known;
      }
      return undefined;
    } catch (error) {
      if (error instanceof RejectedSubjectError) this.rejected.set(digest, error);
      if (error instanceof BadTokenError || error instanceof UnknownKeyError) return undefined;
      throw error;
    }
  }

  /** @returns undefined for what is no token of this tenant's users, which is never cached */
  private async attempt(
    reader: TenantReader,
    sent: SentToken,
  ): Promise<KnownCredential | undefined | 'changed meanwhile'> {
    const { tenantId, issuer, call } = sent;
    const provider = await this.parts.providers.find(tenantId, issuer);
    if (!provider) return undefined;
    const subject: Subject = { provider, claims: await this.verify(sent.token, provider) };
    const { provider: state, user } = await findSubject(reader, issuer, subject.claims.subject);
    if (!isCurrent(provider, state)) return this.changed(tenantId);
    if (state.isSuspended) return undefined;
    if (user) return user.isActive ? this.known(subject, await this.withRole(subject, user, call), state) : undefined;
    return (await admit(this.parts.database(), call, subject)) ? 'changed meanwhile' : undefined;
  }

  private changed(tenantId: string): 'changed meanwhile' {
    this.parts.providers.forget(tenantId);
    return 'changed meanwhile';
  }

  /** Keys are asked for once more where the token names one that is not known. @throws BadTokenError, UnknownKeyError, AppError */
  private async verify(token: string, provider: KnownProvider): Promise<TokenClaims> {
    const { keys, identities } = this.parts;
    const check = (tried: JWTVerifyGetKey): Promise<TokenClaims> =>
      verifyToken(token, provider, tried, identities.now());
    const known = await keys.keysOf(provider);
    try {
      return await check(known);
    } catch (error) {
      const newer = error instanceof UnknownKeyError ? await keys.newerKeysOf(provider, known) : undefined;
      if (!newer) throw error;
      return await check(newer);
    }
  }

  private async withRole(subject: Subject, user: CallerRow, call: CredentialRequest['call']): Promise<CallerRow> {
    const given = requireRole(subject);
    if (given === undefined || given === user.role) return user;
    const role = await applyRole(this.parts.database(), call, subject.provider, user.userId, given);
    // The last admin stays one: nothing has changed, and their token is cached like others.
    if (role !== user.role) this.parts.identities.forgetUser(subject.provider.tenantId, user.userId);
    return { ...user, role };
  }

  private known({ provider, claims }: Subject, user: CallerRow, state: ProviderState): KnownCredential {
    const { tenantId } = provider;
    const { userId, role, email, fullName } = user;
    const actor = { type: 'user', userId, tenantId, role, email, fullName, sessionId: null, apiKey: null } as const;
    return {
      tenantId,
      userIds: [userId],
      identity: { actor, tenant: toTenantSettings(tenantId, state) },
      expiresAtMs: claims.expiresAt * 1000,
    };
  }
}

/** An issuer that was registered anew has another provider, of the same version. */
function isCurrent({ id, version }: KnownProvider, state: ProviderState | undefined): state is ProviderState {
  return state?.providerId === id && state.version === version;
}
