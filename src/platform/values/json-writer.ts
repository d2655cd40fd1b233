/** JSON text of a value that may be large: written in chunks, up to a limit. */
import { getOrMake } from './get-or-make.js';
import { gatherText, STRETCH, type LongText, type UnsentBytes } from './long-text.js';

type Members = Readonly<Record<string, unknown>>;

/** Longest JSON of one UTF-16 code unit: `\u0001`. */
const PER_UNIT = 6;
/** `-1.7976931348623157e+308` is the longest number; `false` and `null` are shorter. */
const PER_SCALAR = 24;

/** Upper bound of a text that one call writes; the bound is some six times the length of plain text. */
const AT_ONCE = 6 * STRETCH;

/**
 * The same text as `JSON.stringify`. A short one costs one extra walk that reads no text, a seventh of the cost of writing it.
 * @param value without `toJSON` methods
 * @param maxBytes of UTF-8
 * @returns undefined for a longer text
 * @throws AppError UNAVAILABLE while long texts wait for their readers
 */
export function writeJson(
  value: object,
  maxBytes: number,
  unsent?: UnsentBytes,
): string | Promise<string | LongText | undefined> {
  const short = Math.min(AT_ONCE, maxBytes);
  return upperBound(value, short) <= short ? JSON.stringify(value) : gatherText(piecesOf(value), maxBytes, unsent);
}

/** Values with a smaller bound are written in one call. */
const SHORT = 32 * 1024;

/** JSON of texts already written: an answer may repeat one under aliases and in several lists. */
type Written = Map<string, Buffer>;

/** Each chunk is at most SHORT bytes long, or a single text. */
function* piecesOf(value: unknown, written: Written = new Map<string, Buffer>()): Generator<string | Buffer> {
  if (typeof value === 'string') yield value.length < SHORT / PER_UNIT ? JSON.stringify(value) : textOf(value, written);
  else if (!hasMembers(value) || upperBound(value, SHORT) <= SHORT) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* piecesOfItems(value, written);
  else yield* piecesOfMembers(value, written);
}

function textOf(text: string, written: Written): Buffer {
  return getOrMake(written, text, () => Buffer.from(JSON.stringify(text)));
}

function* piecesOfItems(items: readonly unknown[], written: Written): Generator<string | Buffer> {
  let separator = '[';
  for (const item of items) {
    yield separator;
    yield* piecesOf(isOmitted(item) ? null : item, written);
    separator = ',';
  }
  yield ']';
}

function* piecesOfMembers(members: Members, written: Written): Generator<string | Buffer> {
  let separator = '{';
  for (const name in members) {
    const value = members[name];
    if (isOmitted(value)) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    yield* piecesOf(value, written);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}

/** On the path of every answer: texts, numbers and null, nearly all values, cost no call. */
function upperBound(value: unknown, maxBytes: number): number {
  if (typeof value === 'string') return PER_UNIT * value.length + 2;
  if (!hasMembers(value)) return PER_SCALAR;
  return Array.isArray(value) ? boundOfItems(value, maxBytes) : boundOfMembers(value, maxBytes);
}

function boundOfItems(items: readonly unknown[], maxBytes: number): number {
  let bytes = 2;
  for (const item of items) {
    bytes += 1 + upperBound(item, maxBytes - bytes);
    if (bytes > maxBytes) break;
  }
  return bytes;
}

function boundOfMembers(members: Members, maxBytes: number): number {
  let bytes = 2;
  for (const name in members) {
    const value = members[name];
    bytes += PER_UNIT * name.length + 4;
    if (typeof value === 'string') bytes += PER_UNIT * value.length + 2;
    else bytes += hasMembers(value) ? upperBound(value, maxBytes - bytes) : PER_SCALAR;
    if (bytes > maxBytes) break;
  }
  return bytes;
}

function hasMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** Omitted as object members; null as list items. */
function isOmitted(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}
