/** The JSON text of a value that may be long: made in pieces, and ended at a limit. */
import { gatherText, STRETCH, type LongText, type UnsentBytes } from './long-text.js';

type Members = Readonly<Record<string, unknown>>;

/** Of one UTF-16 unit: `\u0001`. */
const PER_UNIT = 6;
/** `-1.7976931348623157e+308` is the longest number, and longer than `false` and `null`. */
const PER_SCALAR = 24;

/** Of an upper bound, which is some six times the length: a stretch of plain text, written by one call. */
const AT_ONCE = 6 * STRETCH;

/**
 * The text that `JSON.stringify` makes. A short one costs one walk that looks at no text, a seventh of what writing it costs.
 * @param value without members that have a `toJSON` of their own
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

/** What is shorter is written at once. */
const SHORT = 32 * 1024;

/** Texts as they were written before: an answer may hold one again and again, under aliases and in several lists. */
type Written = Map<string, Buffer>;

/** Each at most SHORT bytes long, or one text. */
function* piecesOf(value: unknown, written: Written = new Map<string, Buffer>()): Generator<string | Buffer> {
  if (typeof value === 'string') yield value.length < SHORT / PER_UNIT ? JSON.stringify(value) : textOf(value, written);
  else if (!hasMembers(value) || upperBound(value, SHORT) <= SHORT) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* piecesOfItems(value, written);
  else yield* piecesOfMembers(value, written);
}

function textOf(text: string, written: Written): Buffer {
  let bytes = written.get(text);
  if (bytes === undefined) written.set(text, (bytes = Buffer.from(JSON.stringify(text))));
  return bytes;
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

/** Every answer passes here: no call for what is a text, a number or null, which is nearly everything. */
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

/** As members these are left out, as items they are null. */
function isOmitted(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}
