/** The headers that say who calls, and for which tenant. */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { findUuid } from '../../platform/values/ids.js';
import { TENANT_ID } from '../../tenancy/tenant-id.js';

/** As Node provides them: names in lower case; repeated headers joined by ", " or as a list. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const NO_TOKEN: Sentence = {
  fr: "Un jeton d'accès est requis : Authorization: Bearer …",
  en: 'An access token is required: Authorization: Bearer …',
};
const NO_TENANT: Sentence = { fr: "L'en-tête X-Tenant-ID est requis.", en: 'The X-Tenant-ID header is required.' };
const BAD_TENANT: Sentence = {
  fr: "L'en-tête X-Tenant-ID doit figurer une seule fois : 1 à 64 lettres, chiffres, - ou _.",
  en: 'The X-Tenant-ID header must be there once: 1 to 64 letters, digits, - or _.',
};
const BAD_KEY: Sentence = {
  fr: "L'en-tête Idempotency-Key doit figurer une seule fois : 1 à 255 caractères ASCII imprimables.",
  en: 'The Idempotency-Key header must be there once: 1 to 255 printable ASCII characters.',
};

const BAD_ON_BEHALF_OF: Sentence = {
  fr: "L'en-tête X-On-Behalf-Of doit figurer une seule fois : l'identifiant (UUID) d'un utilisateur.",
  en: 'The X-On-Behalf-Of header must be there once: the id (UUID) of a user.',
};

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;
const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;

/** The bearer token. @throws AppError UNAUTHENTICATED */
export function readBearer({ authorization }: RequestHeaders): string {
  const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
  if (token === undefined) throw new AppError('UNAUTHENTICATED', NO_TOKEN);
  return token;
}

/** The tenant in the header. @throws AppError TENANT_HEADER_REQUIRED, TENANT_HEADER_INVALID */
export function readTenantHeader(headers: RequestHeaders): string {
  const value = headers['x-tenant-id'];
  if (value === undefined || value === '') throw new AppError('TENANT_HEADER_REQUIRED', NO_TENANT);
  // A header sent twice arrives as "a, a", which the pattern rejects.
  if (typeof value !== 'string' || !TENANT_ID.test(value)) throw new AppError('TENANT_HEADER_INVALID', BAD_TENANT);
  return value;
}

/** The id of the user that the caller acts for, if the header is there. @throws AppError MALFORMED_REQUEST */
export function readOnBehalfOf(headers: RequestHeaders): string | undefined {
  const value = headers['x-on-behalf-of'];
  if (value === undefined) return undefined;
  const id = findUuid(value);
  // A header sent twice arrives as "a, a", which is no UUID.
  if (id === undefined) throw new AppError('MALFORMED_REQUEST', BAD_ON_BEHALF_OF);
  return id;
}

/** The caller's Idempotency-Key, if there is one. @throws AppError MALFORMED_REQUEST */
export function readIdempotencyKey(headers: RequestHeaders): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !IDEMPOTENCY_KEY.test(value)) throw new AppError('MALFORMED_REQUEST', BAD_KEY);
  return value;
}
