/** Where the two transports differ: in what they answer, and in what they leave behind. */
import type { OwnService } from '../../support/service.js';
import type { Outcome } from './ask.js';
import { tracesOf, type Twins } from './twins.js';

/** What differs, by the way to it. */
function differencesIn(rest: unknown, graphql: unknown, path = ''): string[] {
  if (rest === graphql) return [];
  if (!isObject(rest) || !isObject(graphql))
    return [`${path}: ${JSON.stringify(rest)} in REST, ${JSON.stringify(graphql)} in GraphQL`];
  const names = new Set([...Object.keys(rest), ...Object.keys(graphql)]);
  return [...names].flatMap((name) => differencesIn(rest[name], graphql[name], `${path}.${name}`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A line for each difference. GraphQL rejects values of a wrong type by itself, REST with all others. */
export function difference(what: string, { rest, graphql }: { rest: Outcome; graphql: Outcome }): string[] {
  if (graphql.code === 'BAD_USER_INPUT' && rest.code === 'VALIDATION_FAILED') return [];
  // A deletion answers nothing in REST; for what is not there a query answers null and nothing else.
  const isBare = rest.code === 'OK' ? rest.data === undefined : graphql.message === undefined;
  const found = isBare ? differencesIn(rest.code, graphql.code) : differencesIn(rest, graphql);
  return found.slice(0, 5).map((line) => `${what}: ${line}`);
}

/** What is in one side's records and trail and not in the other's. */
export async function expectSameTraces(service: OwnService, twins: Twins): Promise<void> {
  const { rest, graphql } = await tracesOf(service, twins);
  const [inRest, inGraphql] = [new Set(rest), new Set(graphql)];

  expect(rest.filter((line) => !inGraphql.has(line))).toEqual(graphql.filter((line) => !inRest.has(line)));
  expect(rest.length).toBe(graphql.length);
}
