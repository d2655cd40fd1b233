/** The tokens of providers: who issued one, whether it is genuine, and what it says. */
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { Role } from '../../access/identity/user.entity.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { isPlainObject } from '../../platform/input/validation.js';
import { isStorable } from '../../platform/values/text.js';
import type { KnownProvider } from './known-providers.js';

/** Longer tokens are not looked at. Those with many groups have some 4000 characters. */
export const MAX_TOKEN_LENGTH = 8192;
/** How far the clock of a provider may be from ours; seconds. */
const CLOCK_TOLERANCE = 60;
const MAX_AHEAD = 86_400;

const EXPIRED: Sentence = { fr: 'Le jeton a expiré.', en: 'The token has expired.' };

/** Says why, for the log only. */
export class BadTokenError extends Error {}

export interface TokenClaims {
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly all: JWTPayload;
}

const requiredClaims = z.object({
  sub: z.string().min(1).max(255).refine(isStorable),
  iat: z.number(),
  exp: z.number(),
});

const header = z.object({ typ: z.string().default('JWT') });

/** Tokens for other purposes have types of their own (`logout+jwt`, `dpop+jwt`). */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt', 'application/jwt']);

/** @returns what the token says of its issuer, which proves nothing; undefined if it says nothing */
export function readIssuer(token: string): string | undefined {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return isPlainObject(claims) && typeof claims.iss === 'string' ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Checks signature, audience and times. No key and no address that the token itself names is ever used.
 * @param nowMs milliseconds since 1970
 * @throws BadTokenError, UnknownKeyError, AppError TOKEN_EXPIRED
 */
export async function verifyToken(
  token: string,
  provider: KnownProvider,
  keys: JWTVerifyGetKey,
  nowMs: number,
): Promise<TokenClaims> {
  const { issuer, audience, algorithms } = provider;
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    ...{ issuer, audience: [...audience], algorithms: [...algorithms] },
    ...{ clockTolerance: CLOCK_TOLERANCE, currentDate: new Date(nowMs), requiredClaims: ['aud', 'sub', 'exp', 'iat'] },
  }).catch(rejectToken);
  const { data } = header.safeParse(protectedHeader);
  if (!data || !TYPES.has(data.typ.toLowerCase())) throw new BadTokenError('type');
  const claims = requiredClaims.safeParse(payload);
  if (!claims.success) throw new BadTokenError('claims');
  const { sub: subject, iat, exp } = claims.data;
  requireTimes(iat, exp, nowMs / 1000);
  return { subject, expiresAt: exp, all: payload };
}

/** No key of the provider is meant: it may have made new ones. */
export class UnknownKeyError extends Error {}

function rejectToken(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', EXPIRED);
  if (error instanceof errors.JWKSNoMatchingKey) throw new UnknownKeyError();
  throw new BadTokenError(error instanceof errors.JOSEError ? error.code : 'signature');
}

/** An `exp` in the past has no tolerance, like that of our own tokens. */
function requireTimes(iat: number, exp: number, now: number): void {
  if (exp <= now) throw new AppError('TOKEN_EXPIRED', EXPIRED);
  if (exp > now + MAX_AHEAD + CLOCK_TOLERANCE) throw new BadTokenError('exp too far ahead');
  if (iat > now + CLOCK_TOLERANCE) throw new BadTokenError('iat in the future');
}

/** @param name of a claim, or names with dots between them for a claim within others */
export function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.'))
    value = isPlainObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  return value;
}

/** From most rights to least. */
const BY_RIGHTS = Object.values(Role);

/**
 * The role that the token gives, of several the one with most rights.
 * @returns undefined where the provider says nothing of roles; null where none is mapped and there is no default
 */
export function roleOf(
  { roleClaim, roleMap, defaultRole }: KnownProvider,
  claims: JWTPayload,
): Role | null | undefined {
  if (roleClaim === null) return undefined;
  const claimed = claimAt(claims, roleClaim);
  const values: readonly unknown[] = Array.isArray(claimed) ? claimed : [claimed];
  const mapped = new Set(
    values.map((value) => (typeof value === 'string' && Object.hasOwn(roleMap, value) ? roleMap[value] : undefined)),
  );
  return BY_RIGHTS.find((role) => mapped.has(role)) ?? defaultRole;
}
