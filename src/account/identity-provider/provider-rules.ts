/** What a provider may be, beyond what each field may hold. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { Role } from '../../access/identity/user.entity.js';
import type { Sentence } from '../../platform/errors/errors.js';
import { FieldErrors } from '../../platform/input/validation.js';
import { allowedUrl } from '../../platform/outbound/allowed-url.js';
import type { ProviderSettings } from '../account-dependencies.js';
import type { IdentityProvider } from '../../access/identity/identity-provider.entity.js';

type Checked = Pick<
  IdentityProvider,
  'issuer' | 'audience' | 'algorithms' | 'jwks' | 'emailClaim' | 'nameClaim' | 'roleClaim' | 'roleMap'
>;

const MAX_MAPPED = 100;
const MAX_PASTED_KEYS = 20;
/** Shorter RSA keys are rejected by every check of a signature. */
const MIN_RSA_BITS = 2048;

const BAD_ISSUER: Sentence = {
  fr: "Une adresse https est attendue, sans paramètres, publique, et qui n'est pas celle de ce service.",
  en: 'An https address is expected, without parameters, public, and not this service’s own.',
};
const EMPTY: Sentence = { fr: 'Un élément au moins est attendu.', en: 'At least one item is expected.' };
const BAD_MAP: Sentence = {
  fr: `${MAX_MAPPED} valeurs au plus sont attendues, chacune avec un rôle : ${Object.values(Role).join(', ')}.`,
  en: `At most ${MAX_MAPPED} values are expected, each with a role: ${Object.values(Role).join(', ')}.`,
};
const BAD_KEYS: Sentence = {
  fr: `Un JWKS de 1 à ${MAX_PASTED_KEYS} clés publiques est attendu : RSA de ${MIN_RSA_BITS} bits au moins, P-256 ou Ed25519, sans partie privée.`,
  en: `A JWKS of 1 to ${MAX_PASTED_KEYS} public keys is expected: RSA of at least ${MIN_RSA_BITS} bits, P-256 or Ed25519, without a private part.`,
};
const NO_CLAIM: Sentence = {
  fr: 'Sans ce nom, aucun rôle ne peut être lu du jeton.',
  en: 'Without this name no role can be read from the token.',
};

const keySet = z.object({
  keys: z.array(z.record(z.string(), z.unknown())).min(1).max(MAX_PASTED_KEYS),
});
const mappedRoles = z.record(z.string().min(1).max(255), z.enum(Role));

/** @throws AppError VALIDATION_FAILED */
export function requireSound(provider: Checked, settings: ProviderSettings): void {
  const errors = new FieldErrors();
  if (!isPossibleIssuer(provider.issuer, settings)) errors.add('INVALID_ISSUER', ['issuer'], BAD_ISSUER);
  for (const name of ['audience', 'algorithms'] as const)
    if (provider[name].length === 0) errors.add('TOO_FEW_ITEMS', [name], EMPTY);
  if (provider.jwks !== null && !isPublicKeySet(provider.jwks)) errors.add('INVALID_JWKS', ['jwks'], BAD_KEYS);
  checkRoles(provider, errors);
  errors.throwIfAny();
}

function checkRoles({ roleMap, roleClaim }: Checked, errors: FieldErrors): void {
  const mapped = mappedRoles.safeParse(roleMap);
  const values = Object.keys(mapped.data ?? {}).length;
  if (!mapped.success || values > MAX_MAPPED) errors.add('INVALID_ROLE_MAP', ['roleMap'], BAD_MAP);
  else if (roleClaim === null && values > 0) errors.add('REQUIRED', ['roleClaim'], NO_CLAIM);
}

function isPossibleIssuer(issuer: string, { ownIssuer, outbound }: ProviderSettings): boolean {
  const url = allowedUrl(issuer, outbound);
  return url?.search === '' && !issuer.endsWith('?') && !issuer.endsWith('#') && issuer !== ownIssuer;
}

function isPublicKeySet(jwks: unknown): boolean {
  const parsed = keySet.safeParse(jwks);
  return parsed.success && parsed.data.keys.every(isPublicKey);
}

/** Members of private and of symmetric keys (RFC 7518). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

function isPublicKey(jwk: Readonly<Record<string, unknown>>): boolean {
  return !SECRET_MEMBERS.some((name) => name in jwk) && isStrong(readKey(jwk));
}

function readKey(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isStrong(key: KeyObject | undefined): boolean {
  const { modulusLength = 0, namedCurve } = key?.asymmetricKeyDetails ?? {};
  const type = key?.asymmetricKeyType;
  if (type === 'rsa') return modulusLength >= MIN_RSA_BITS;
  return type === 'ed25519' || (type === 'ec' && namedCurve === 'prime256v1');
}
