/** Access and refresh tokens: JSON Web Tokens, signed with HS256 by configured keys only. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { newId } from '../../platform/values/ids.js';
import { TENANT_ID } from '../../tenancy/tenant-id.js';
import { Role } from './user.entity.js';

interface TokenOptions {
  /** The first key signs; all verify. */
  readonly keys: readonly { readonly kid: string; readonly secret: string }[];
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** Milliseconds since 1970; tests set the clock. */
  readonly now?: () => number;
}

/** What a token contains. The role is a hint for clients; rights come from the database. */
interface TokenIdentity {
  readonly userId: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly sessionId: string;
}

export interface VerifiedToken extends TokenIdentity {
  readonly tokenId: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

type TokenType = 'access' | 'refresh';

const ALGORITHM: jwt.Algorithm = 'HS256';
/** Our tokens have about 500 characters. Much longer ones are rejected without hashing. */
const MAX_TOKEN_LENGTH = 4096;
/** About 10 000 tokens. Verifying takes 8 µs, a cache hit 0.2 µs. */
const MAX_CACHED_BYTES = 10_485_760;
/** Memory of the claims, beside the token's text. */
const CLAIMS_BYTES = 600;
/** How far the clocks of replicas may differ; seconds. */
const CLOCK_TOLERANCE = 60;

const INVALID: Sentence = { fr: "Le jeton n'est pas valide.", en: 'The token is not valid.' };
const EXPIRED: Sentence = { fr: 'Le jeton a expiré.', en: 'The token has expired.' };

const claimsSchema = z.object({
  sub: z.uuid(),
  tenant_id: z.string().regex(TENANT_ID),
  role: z.enum(Role),
  sid: z.uuid(),
  typ: z.enum(['access', 'refresh']),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
  iss: z.string(),
  aud: z.string(),
});

function invalid(cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', INVALID, { cause });
}

interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** Signs and reads tokens. Caches verified access tokens. */
export class Tokens {
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly signingKey: SigningKey;
  private readonly verified = new LRUCache<string, VerifiedToken>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: (_verified, token) => CLAIMS_BYTES + token.length,
  });
  private readonly now: () => number;

  constructor(private readonly options: TokenOptions) {
    const keys = options.keys.map(({ kid, secret }) => ({ kid, key: createSecretKey(secret, 'utf8') }));
    const [first] = keys;
    if (!first) throw new Error('There is no key to sign tokens with.');
    this.signingKey = first;
    this.keys = new Map(keys.map(({ kid, key }) => [kid, key]));
    this.accessTokenSeconds = options.accessTokenSeconds;
    this.refreshTokenSeconds = options.refreshTokenSeconds;
    this.now = options.now ?? Date.now;
  }

  signAccess(identity: TokenIdentity): string {
    return this.sign('access', identity, newId(), this.accessTokenSeconds);
  }

  /** @param tokenId the `jti`, which the session stores: only its latest refresh token is valid */
  signRefresh(identity: TokenIdentity, tokenId: string): string {
    return this.sign('refresh', identity, tokenId, this.refreshTokenSeconds);
  }

  /** @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED */
  readAccess(token: string): VerifiedToken {
    let verified = this.verified.get(token);
    if (!verified) {
      verified = this.verify(token, 'access');
      this.verified.set(token, verified);
    }
    return this.assertFresh(verified);
  }

  /** @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED */
  readRefresh(token: string): VerifiedToken {
    return this.assertFresh(this.verify(token, 'refresh'));
  }

  private sign(typ: TokenType, identity: TokenIdentity, jti: string, seconds: number): string {
    const iat = Math.floor(this.now() / 1000);
    const { userId: sub, tenantId: tenant_id, role, sessionId: sid } = identity;
    const { issuer: iss, audience: aud } = this.options;
    const { kid, key } = this.signingKey;
    const claims = { sub, tenant_id, role, sid, typ, iat, exp: iat + seconds, jti, iss, aud };
    return jwt.sign(claims, key, { algorithm: ALGORITHM, keyid: kid });
  }

  private verify(token: string, typ: TokenType): VerifiedToken {
    try {
      return this.verifyClaims(token, typ);
    } catch (error) {
      throw invalid(error);
    }
  }

  private verifyClaims(token: string, typ: TokenType): VerifiedToken {
    if (token.length > MAX_TOKEN_LENGTH) throw new Error('The token is too long.');
    // Only `kid` of the header is used, to choose among the configured keys.
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const key = kid === undefined ? undefined : this.keys.get(kid);
    if (!key) throw new Error('The token names none of our keys.');
    const { issuer, audience } = this.options;
    // `assertFresh` checks the times, on every cache hit too.
    const options = { algorithms: [ALGORITHM], issuer, audience, ignoreExpiration: true };
    const claims = claimsSchema.parse(jwt.verify(token, key, options));
    if (claims.typ !== typ) throw new Error('The token is of the other type.');
    const { sub: userId, tenant_id: tenantId, role, sid: sessionId, jti: tokenId } = claims;
    return { userId, tenantId, role, sessionId, tokenId, issuedAt: claims.iat, expiresAt: claims.exp };
  }

  private assertFresh(token: VerifiedToken): VerifiedToken {
    const now = this.now() / 1000;
    if (token.issuedAt > now + CLOCK_TOLERANCE) throw invalid();
    if (token.expiresAt <= now) throw new AppError('TOKEN_EXPIRED', EXPIRED);
    return token;
  }
}
