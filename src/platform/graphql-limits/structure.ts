/** Limits the size of a GraphQL document before validation, by its text and its syntax tree. */
import { parse, type DocumentNode } from 'graphql';
import { AppError } from '../errors/errors.js';
import { measureStructure, type Structure } from './measure.js';

/** All but the two in bytes are counts. Errors use these names in `details.measure`. */
export interface GraphqlLimits extends Structure {
  readonly bytes: number;
  readonly tokens: number;
  /** Object fields and list items in the variables, at all levels. */
  readonly values: number;
  /** The estimated cost of an operation (cost.ts). */
  readonly cost: number;
  /** The size of a response as text. */
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
 * The work grows with the text, not with the expansion of its fragments. Results are not cached: server.ts calls it once per document.
 * @returns the document; undefined on a syntax error, which Apollo then reports with its position
 * @throws AppError QUERY_TOO_COMPLEX when a measure exceeds its limit
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

/** The first of them that exceeds its limit is reported. */
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

/** @throws AppError QUERY_TOO_COMPLEX for variables with more values than `limit`, since each value takes time to coerce and check */
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
