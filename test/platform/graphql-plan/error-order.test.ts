import { setTimeout as sleep } from 'node:timers/promises';
import { buildSchema, Kind, parse } from 'graphql';
import { createCompilingExecutor } from '../../../src/platform/graphql-plan/executor.js';
import { createInterpretingExecutor } from '../../../src/platform/graphql-plan/interpreter.js';

/** Each field fails, or not, after so many turns. */
const SDL = `
  type Item { fails(after: Int!): String never: String inner: Item hard(after: Int!): String! }
  type Query { fails(after: Int!): String hard(after: Int!): String! item(after: Int!): Item items: [Item!]! }
`;

const fails = async (_source: unknown, { after }: { readonly after: number }): Promise<never> => {
  await sleep(after);
  throw new Error(`after ${after}`);
};
const item = { inner: () => item, never: 'x' };

const schema = buildSchema(SDL);
for (const type of ['Item', 'Query']) {
  const fields = (schema.getType(type) as ReturnType<typeof schema.getQueryType>)?.getFields();
  Object.assign(fields?.fails ?? {}, { resolve: fails });
  Object.assign(fields?.hard ?? {}, { resolve: fails });
}
Object.assign(schema.getQueryType()?.getFields().item ?? {}, {
  resolve: async (_source: unknown, { after }: { readonly after: number }) => {
    await sleep(after);
    return item;
  },
});
Object.assign(schema.getQueryType()?.getFields().items ?? {}, { resolve: () => [item, item] });

const EXECUTORS = {
  compiled: createCompilingExecutor(schema),
  interpreted: createInterpretingExecutor(schema),
};

/** The paths of the errors, and whether there are data. */
async function outcomeOf(name: keyof typeof EXECUTORS, query: string): Promise<readonly [string[], boolean]> {
  const document = parse(query);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const { errors = [], data } = await EXECUTORS[name]({
    document,
    operation,
    sentVariables: {},
    variables: {},
    contextValue: {},
  });
  return [errors.map(({ path }) => path?.join('.') ?? ''), data !== null];
}

const ORDERS = [
  [0, 4, 8],
  [0, 8, 4],
  [4, 0, 8],
  [4, 8, 0],
  [8, 0, 4],
  [8, 4, 0],
] as const;

describe.each(Object.keys(EXECUTORS) as (keyof typeof EXECUTORS)[])('errors of the %s executor', (name) => {
  test.each(ORDERS)('of root fields stand in the order of the document (%i, %i, %i)', async (a, b, c) => {
    const query = `{ b: fails(after: ${b}) ...F a: fails(after: ${a}) } fragment F on Query { c: fails(after: ${c}) }`;

    expect(await outcomeOf(name, query)).toEqual([['b', 'c', 'a'], true]);
  });

  test.each(ORDERS)('are the same in any order of failures, even without data (%i, %i, %i)', async (a, b, c) => {
    const query = `{ a: hard(after: ${a}) b: fails(after: ${b}) c: hard(after: ${c}) d: item(after: 9) { fails(after: 0) } }`;

    expect(await outcomeOf(name, query)).toEqual([['a', 'b', 'c', 'd.fails'], false]);
  });

  test.each(ORDERS)('of nested fields and items stand in that order too (%i, %i, %i)', async (a, b, c) => {
    const query = `{
      items { z: fails(after: ${c}) ... on Item { a: fails(after: ${a}) } inner { b: fails(after: ${b}) } }
      first: fails(after: ${c})
    }`;
    const ofItem = (index: number): string[] => [`items.${index}.z`, `items.${index}.a`, `items.${index}.inner.b`];

    expect(await outcomeOf(name, query)).toEqual([[...ofItem(0), ...ofItem(1), 'first'], true]);
  });
});
