/** JSON bodies, read alike by both transports: media type, encoding, syntax and depth. */
import type { FastifyRequest } from 'fastify';
import { AppError, type Sentence } from '../errors/errors.js';

/** No input needs deeper JSON, and recursion over it stays shallow. */
export const MAX_JSON_DEPTH = 32;

const UNREADABLE_JSON: Sentence = {
  fr: 'Le corps doit être un document JSON en UTF-8.',
  en: 'The body must be a JSON document in UTF-8.',
};
/**
 * Maximum of values in a body, member names not counted: it bounds the work of parsing, which anybody can cause. No record has more:
 * its JSON has at most 20 000 characters, and so at most 10 000 values.
 */
export const MAX_JSON_VALUES = 11_000;
/** A smaller body cannot hold too many values, so they are not counted before parsing; bytes. */
const SMALL_BODY = 16_384;

export const TOO_DEEP: Sentence = {
  fr: `Le JSON ne doit pas être imbriqué sur plus de ${MAX_JSON_DEPTH} niveaux.`,
  en: `JSON must not be nested more than ${MAX_JSON_DEPTH} levels deep.`,
};
const TOO_MANY_VALUES: Sentence = {
  fr: `Le JSON ne doit pas contenir plus de ${MAX_JSON_VALUES} valeurs.`,
  en: `JSON must not hold more than ${MAX_JSON_VALUES} values.`,
};
export const JSON_ONLY: Sentence = {
  fr: 'Envoyez application/json en UTF-8, sans compression.',
  en: 'Send application/json in UTF-8, uncompressed.',
};

/** `application/json`, alone or with `charset=utf-8`. */
const JSON_IN_UTF8 = /^application\/json(?!.*charset)|^application\/json.*;\s*charset\s*=\s*"?utf-?8"?\s*(?:;|$)/i;

/** RFC 7396: PATCH has these semantics for any JSON. */
const MERGE_PATCH = /^application\/merge-patch\+json(?=\s*(?:;|$))/i;

/** @throws AppError 415 unless the body is uncompressed JSON in UTF-8, or a merge patch where one is accepted */
export function requireJsonBody({ headers, method }: Pick<FastifyRequest, 'headers' | 'method'>): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  const sent = headers['content-type'] ?? '';
  const type = method === 'PATCH' ? sent.replace(MERGE_PATCH, 'application/json') : sent;
  const isJson = type === 'application/json' || (essenceOf(type) === 'application/json' && JSON_IN_UTF8.test(type));
  if (!isJson || encoding.toLowerCase() !== 'identity') throw new AppError('UNSUPPORTED_MEDIA_TYPE', JSON_ONLY);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Maximum of values in a body, and the error for a body that exceeds it. */
export interface JsonLimit {
  readonly values: number;
  readonly error: () => AppError;
}

const REST_LIMIT: JsonLimit = {
  values: MAX_JSON_VALUES,
  error: () => new AppError('MALFORMED_REQUEST', TOO_MANY_VALUES),
};

/** @throws AppError 400 if the body is not a JSON document in UTF-8, too deep or too large */
export function parseJsonBody(bytes: unknown, limit = REST_LIMIT): unknown {
  if (!Buffer.isBuffer(bytes)) throw new AppError('MALFORMED_REQUEST', UNREADABLE_JSON);
  const isLarge = bytes.length > SMALL_BODY;
  if (isLarge) requireModestJson(bytes, limit);
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new AppError('MALFORMED_REQUEST', UNREADABLE_JSON);
  }
  if (!isLarge && isDeeperThan(parsed, MAX_JSON_DEPTH)) throw new AppError('MALFORMED_REQUEST', TOO_DEEP);
  return parsed;
}

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
/** Change of depth by byte: +1 for `[` and `{`, −1 for `]` and `}`. */
const DEPTH_STEPS = new Int8Array(256);
DEPTH_STEPS[0x5b] = DEPTH_STEPS[0x7b] = 1;
DEPTH_STEPS[0x5d] = DEPTH_STEPS[0x7d] = -1;

function depthStep(byte = 0): number {
  return DEPTH_STEPS[byte] ?? 0;
}

/**
 * Counts values and levels without parsing: 1 MiB of member names takes 400 ms to parse and 2 ms to count. Syntax errors are left to
 * the parser.
 */
function requireModestJson(bytes: Buffer, { values: maxValues, error }: JsonLimit): void {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    const step = depthStep(byte);
    depth += step;
    if (step === 1 || byte === COMMA) values += 1;
    else if (byte === QUOTE) at = endOfString(bytes, at);
    if (depth > MAX_JSON_DEPTH) throw new AppError('MALFORMED_REQUEST', TOO_DEEP);
    if (values > maxValues) throw error();
  }
}

/** @returns the index of the closing quote */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** `Application/JSON; charset=utf-8` → `application/json` */
export function essenceOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether lists and objects are nested more deeply than this. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}
