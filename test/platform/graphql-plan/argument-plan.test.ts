import fc from 'fast-check';
import { buildSchema, getArgumentValues, Kind, parse, type FieldNode, type GraphQLField } from 'graphql';
import { planArguments } from '../../../src/platform/graphql-plan/argument-plan.js';

const schema = buildSchema(`
  enum Colour { RED GREEN }
  scalar Anything
  input One @oneOf { a: Int b: String }
  input Deep { n: Int! = 7 colours: [Colour!] list: [Int] deep: Deep many: [Deep!] any: Anything one: One text: String flag: Boolean! }
  type Query { f(deep: Deep, needed: Deep!, many: [Deep], n: Int = 3, ns: [Int!]! = [1, 2], colour: Colour, any: Anything, one: One, id: ID!): Int }
`);
const field = schema.getQueryType()?.getFields().f as GraphQLField<unknown, unknown>;

/** Of the right types and of wrong ones: a plan is made of documents that were validated, and must not rely on it. */
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', '3', '-1', '2.5', 'true', '"text"', 'RED', 'BLUE', '$v', '$w', '$missing', '$toString'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ')}]`),
    tie('object'),
  ),
  object: fc
    .dictionary(
      fc.constantFrom('n', 'colours', 'list', 'deep', 'many', 'any', 'one', 'text', 'flag', 'a', 'b', 'unknown'),
      tie('value'),
      { maxKeys: 5 },
    )
    .map(
      (fields) =>
        `{ ${Object.entries({ flag: 'true', ...fields })
          .map(([name, it]) => `${name}: ${it}`)
          .join(' ')} }`,
    ),
}));
const named = fc.dictionary(fc.constantFrom('deep', 'needed', 'many', 'n', 'ns', 'colour', 'any', 'one', 'id'), value);
const variables = fc.dictionary(
  fc.constantFrom('v', 'w'),
  fc.constantFrom<unknown>(null, 3, 'RED', [1], { flag: true, n: 1 }),
);

function nodeOf(given: Record<string, string>): FieldNode {
  const written = Object.entries(given).map(([name, it]) => `${name}: ${it}`);
  const [definition] = parse(`{ f${written.length > 0 ? `(${written.join(' ')})` : ''} }`).definitions;
  const selected = definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections[0] : undefined;
  if (selected?.kind !== Kind.FIELD) throw new Error('no field');
  return selected;
}

function outcomeOf(read: () => unknown): unknown {
  try {
    // Without prototypes, which differ and are no part of the answer.
    return JSON.parse(JSON.stringify({ values: read() }));
  } catch (error) {
    return { error: String(error) };
  }
}

describe('planned arguments', () => {
  test('are those of graphql-js, errors and defaults included', () => {
    const seen = { values: 0, errors: 0 };
    fc.assert(
      fc.property(named, variables, (given, sent) => {
        const node = nodeOf({ id: '1', needed: '{ flag: false }', ...given });
        const read = planArguments(field, node);
        const expected = outcomeOf(() => getArgumentValues(field, node, sent));

        expect(outcomeOf(() => read?.(sent))).toEqual(expected);
        seen[JSON.stringify(expected).startsWith('{"error"') ? 'errors' : 'values'] += 1;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.values, seen.errors)).toBeGreaterThan(300);
  });

  test('are new ones for each call, since a resolver may modify them', () => {
    const node = nodeOf({ id: '1', needed: '{ flag: true, many: [{ flag: true }], any: { list: [1] } }' });
    const read = planArguments(field, node);
    const first = read?.({}) as { needed: { many: { n: number }[]; any: { list: number[] } } };
    first.needed.many.forEach((deep) => (deep.n = 0));
    first.needed.any.list.push(2);

    expect(read?.({})).toMatchObject({ needed: { many: [{ n: 7 }], any: { list: [1] } } });
  });
});
