/** How large a GraphQL document may be, told from its text and its parse, before validation does any work on it. */
import { parse, type DocumentNode } from 'graphql';
import { AppError } from '../errors/errors.js';
import { measureStructure, type Structure } from './measure.js';

/** Counts, but for `bytes`. The names are those that errors give in `details.measure`. */
export interface GraphqlLimits extends Structure {
  readonly bytes: number;
  readonly tokens: number;
  /** Members and items of the variables, at all levels. */
  readonly values: number;
  /** Of an operation: cost.ts. */
  readonly cost: number;
  /** Of an answer as text. */
  readonly answerBytes: number;
}

export const DEFAULT_GRAPHQL_LIMITS: GraphqlLimits = {
  bytes: 65_536,
  tokens: 2000,
  definitions: 100,
  aliases: 30,
  rootFields: 15,
  depth: 12,
  selections: 5000,
  introspectionDepth: 20,
  introspectionLists: 3,
  valueDepth: 32,
  values: 5000,
  cost: 10_000,
  answerBytes: 16_777_216,
};

/**
 * The work is that of the text, whatever its fragments expand to. Nothing is remembered here: server.ts asks once per document.
 * @returns the document; undefined for a text that cannot be read, of which Apollo says where
 * @throws AppError QUERY_TOO_COMPLEX for a text that is too large in any way
 */
export function requireSmallStructure(text: string, limits: GraphqlLimits): DocumentNode | undefined {
  if (Buffer.byteLength(text) > limits.bytes) throw tooLarge('bytes', limits.bytes);
  const document = parseWithin(text, limits.tokens);
  if (document === undefined) return undefined;
  const structure = measureStructure(document);
  const exceeded = MEASURES.find((name) => structure[name] > limits[name]);
  if (exceeded !== undefined) throw tooLarge(exceeded, limits[exceeded]);
  return document;
}

/** In the order in which they are told. */
const MEASURES = [
  'definitions',
  'aliases',
  'rootFields',
  'selections',
  'depth',
  'introspectionDepth',
  'introspectionLists',
  'valueDepth',
] as const satisfies readonly (keyof Structure)[];

/** @throws AppError QUERY_TOO_COMPLEX for variables with more values than `limit`: coercing and checking each costs time */
export function requireFewValues(variables: unknown, limit: number): void {
  let left = limit;
  const count = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const member of Object.values(value)) {
      left -= 1;
      if (left < 0) throw tooLarge('values', limit);
      count(member);
    }
  };
  count(variables);
}

export function tooLarge(measure: keyof GraphqlLimits, limit: number): AppError {
  const sentence = {
    fr: `Requête trop complexe : la mesure « ${measure} » dépasse ${limit}.`,
    en: `Query too complex: the measure "${measure}" is over ${limit}.`,
  };
  return new AppError('QUERY_TOO_COMPLEX', sentence, { details: { measure, limit } });
}

function parseWithin(text: string, maxTokens: number): DocumentNode | undefined {
  try {
    return parse(text, { maxTokens, noLocation: true });
  } catch (error) {
    const isTooLong = error instanceof Error && error.message.includes('tokens. Parsing aborted');
    if (isTooLong) throw tooLarge('tokens', maxTokens);
    return undefined;
  }
}
