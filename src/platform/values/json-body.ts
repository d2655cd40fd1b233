/** Bodies of JSON as both transports read them: media type, encoding, syntax and depth. */
import type { FastifyRequest } from 'fastify';
import { AppError, type Sentence } from '../errors/errors.js';

/** Security promise: nothing of ours needs deeper JSON, and recursion over it stays shallow. */
export const MAX_JSON_DEPTH = 32;

const UNREADABLE_JSON: Sentence = {
  fr: 'Le corps doit être un document JSON en UTF-8.',
  en: 'The body must be a JSON document in UTF-8.',
};
export const TOO_DEEP: Sentence = {
  fr: `Le JSON ne doit pas être imbriqué sur plus de ${MAX_JSON_DEPTH} niveaux.`,
  en: `JSON must not be nested more than ${MAX_JSON_DEPTH} levels deep.`,
};
export const JSON_ONLY: Sentence = {
  fr: 'Envoyez application/json en UTF-8, sans compression.',
  en: 'Send application/json in UTF-8, uncompressed.',
};

/** `application/json`, alone or with a charset that is UTF-8's name. */
const JSON_IN_UTF8 = /^application\/json(?!.*charset)|^application\/json.*;\s*charset\s*=\s*"?utf-?8"?\s*(?:;|$)/i;

/** @throws AppError 415 unless the body is uncompressed JSON in UTF-8 */
export function requireJsonBody({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  const type = headers['content-type'] ?? '';
  const isJson = type === 'application/json' || (essenceOf(type) === 'application/json' && JSON_IN_UTF8.test(type));
  if (!isJson || encoding.toLowerCase() !== 'identity') throw new AppError('UNSUPPORTED_MEDIA_TYPE', JSON_ONLY);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws AppError 400 on anything that is not a JSON document in UTF-8 */
export function parseJsonBody(bytes: unknown): unknown {
  let parsed: unknown;
  try {
    if (!Buffer.isBuffer(bytes)) throw new AppError('MALFORMED_REQUEST', UNREADABLE_JSON);
    parsed = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new AppError('MALFORMED_REQUEST', UNREADABLE_JSON);
  }
  if (isDeeperThan(parsed, MAX_JSON_DEPTH)) throw new AppError('MALFORMED_REQUEST', TOO_DEEP);
  return parsed;
}

/** `Application/JSON; charset=utf-8` → `application/json` */
export function essenceOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether lists and objects stand inside each other on more levels than this. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}
