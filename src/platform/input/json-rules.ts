/** Rules for free-form JSON: only values that PostgreSQL can store and return unchanged. */
import { type InputRule } from './rules.js';
import { isDeeperThan } from '../values/json-body.js';
import { isLonger, isStorable } from '../values/text.js';

/** Levels of nested lists and objects. */
const MAX_DEPTH = 10;

export const IS_VALUE: InputRule = {
  code: 'REQUIRED',
  sentence: { fr: 'Une valeur est obligatoire.', en: 'A value is required.' },
  schema: { type: ['array', 'boolean', 'number', 'object', 'string'], items: {} },
  holds: (value) => value !== null && value !== undefined,
};

export const IS_OBJECT: InputRule = {
  code: 'NOT_AN_OBJECT',
  sentence: { fr: 'Un objet JSON est attendu.', en: 'A JSON object is expected.' },
  schema: { type: 'object' },
  holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

export const IS_SHALLOW_JSON: InputRule = {
  code: 'TOO_DEEP',
  sentence: {
    fr: `Le JSON ne doit pas être imbriqué sur plus de ${MAX_DEPTH} niveaux.`,
    en: `JSON must not be nested more than ${MAX_DEPTH} levels deep.`,
  },
  schema: {},
  holds: (value) => !isDeeperThan(value, MAX_DEPTH),
};

/** Rejects characters that a column cannot hold, in values and in names, and numbers that JSON cannot write (1e999). */
export const IS_STORABLE_JSON: InputRule = {
  code: 'INVALID_CHARACTERS',
  sentence: {
    fr: 'Le JSON contient des caractères interdits ou un nombre hors limites.',
    en: 'The JSON contains forbidden characters, or a number out of bounds.',
  },
  schema: {},
  holds: isStorableJson,
};

/** Length of the whole as compact JSON, in code points. Only for values that are shallow. */
export function maxJsonLength(max: number): InputRule {
  return {
    code: 'TOO_LONG',
    sentence: { fr: `${max} caractères de JSON au plus.`, en: `At most ${max} characters of JSON.` },
    schema: {},
    holds: (value) => !isLonger(JSON.stringify(value), max),
  };
}

/**
 * The same JSON with names in the order of `jsonb`, so that the first answer equals later reads, and sending it again changes nothing.
 * JSON that is too deep or too long is returned unchanged; the rules reject it.
 * @param max characters of the whole
 */
export function inStoredOrder(value: unknown, max: number): unknown {
  return isSurelyLonger(value, max) ? value : ordered(value, MAX_DEPTH + 1);
}

function ordered(value: unknown, levels: number): unknown {
  if (levels === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => ordered(part, levels - 1));
  const fields = Object.entries(value).map(([name, part]: [string, unknown]) => ({
    name,
    part,
    bytes: Buffer.from(name),
  }));
  fields.sort((one, other) => compareAsStored(one.bytes, other.bytes));
  return Object.fromEntries(fields.map(({ name, part }) => [name, ordered(part, levels - 1)]));
}

/** By length in bytes, then byte by byte. */
function compareAsStored(one: Buffer, other: Buffer): number {
  return one.length - other.length || one.compare(other);
}

/** True when a lower bound of the length already exceeds the limit. Cheap: nothing is serialized. */
function isSurelyLonger(value: unknown, max: number): boolean {
  let left = max;
  const count = (part: unknown, levels: number): void => {
    // A code point is one or two units.
    left -= typeof part === 'string' ? part.length / 2 + 1 : 1;
    if (left < 0 || levels === 0 || typeof part !== 'object' || part === null) return;
    for (const name in part) {
      left -= name.length / 2;
      count(Reflect.get(part, name), levels - 1);
      if (left < 0) return;
    }
  };
  count(value, MAX_DEPTH + 1);
  return left < 0;
}

function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  // Assigning to `__proto__` creates no property, so it would be lost.
  const isSound = (name: string): boolean => isStorable(name) && name !== '__proto__';
  return Object.keys(value).every(isSound) && Object.values(value).every(isStorableJson);
}
