/** How many bytes a value has as JSON text, told before there is a text. */

type Members = Readonly<Record<string, unknown>>;

/** Of one UTF-16 unit: `\u0001`. */
const PER_UNIT = 6;
/** `-1.7976931348623157e+308` is the longest number, and longer than `false` and `null`. */
const PER_SCALAR = 24;

/**
 * Whether `JSON.stringify` would make more bytes of UTF-8 of it than this. A small value costs one walk that looks at no text,
 * a seventh of what writing it costs. Only one about as long as the limit is counted exactly. Each walk ends where the limit is
 * passed, however large the value is.
 */
export function isJsonLonger(value: unknown, maxBytes: number): boolean {
  if (upperBound(value, maxBytes) <= maxBytes) return false;
  return measure(value, maxBytes, atLeast) > maxBytes || measure(value, maxBytes, exactly) > maxBytes;
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

type MeasureText = (text: string) => number;

const atLeast: MeasureText = ({ length }) => length + 2;
const exactly: MeasureText = (text) => Buffer.byteLength(JSON.stringify(text));

/** @returns the bytes; of a longer value a part that is longer too */
function measure(value: unknown, maxBytes: number, textBytes: MeasureText): number {
  if (typeof value === 'string') return textBytes(value);
  if (Array.isArray(value)) return measureItems(value, maxBytes, textBytes);
  if (hasMembers(value)) return measureMembers(value, maxBytes, textBytes);
  return isOmitted(value) ? 'null'.length : JSON.stringify(value).length;
}

function measureItems(items: readonly unknown[], maxBytes: number, textBytes: MeasureText): number {
  let bytes = 2 + Math.max(items.length - 1, 0);
  for (const item of items) {
    bytes += measure(item, maxBytes - bytes, textBytes);
    if (bytes > maxBytes) break;
  }
  return bytes;
}

function measureMembers(members: Members, maxBytes: number, textBytes: MeasureText): number {
  // One brace: what follows a member is a comma, or the other brace.
  let bytes = 1;
  for (const name in members) {
    const value = members[name];
    if (isOmitted(value)) continue;
    bytes += textBytes(name) + 2;
    bytes += measure(value, maxBytes - bytes, textBytes);
    if (bytes > maxBytes) break;
  }
  return Math.max(bytes, 2);
}

function hasMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** As members these are left out, as items they are null. */
function isOmitted(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}
