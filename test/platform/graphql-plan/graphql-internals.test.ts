/** What platform/graphql-plan relies on in graphql-js beyond its public API. */
import {
  buildSchema,
  execute,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  Kind,
  parse,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { CollectedErrors, infoOf } from '../../../src/platform/graphql-plan/execution.js';
import { planOperation } from '../../../src/platform/graphql-plan/plan.js';
import { describeLibrary } from '../../support/library-facts.js';

const PLAN = 'src/platform/graphql-plan/plan.ts';
const INTERPRETER = 'src/platform/graphql-plan/interpreter.ts';
const EXECUTION = 'src/platform/graphql-plan/execution.ts';
const RUNNER = 'src/platform/graphql-plan/runner.ts';
const OPERATION = 'src/platform/graphql-plan/operation.ts';

const schema = buildSchema(`
  interface Named { name: String }
  type Item implements Named { name: String, items: [Item!], hard: String! }
  type Query { one: Item, other: Item, items: [Item!] }
`);
const document = parse(`
  query ($yes: Boolean!, $no: Boolean!) {
    a: one { name } ...Rest @include(if: $yes) ...Rest one @skip(if: $yes) { name }
    ... on Query @include(if: $no) { items { name } }
  }
  fragment Rest on Query { other { name } a: one { ...Part } }
  fragment Part on Named { name alias: name }
`);
const variables = { yes: true, no: false };
const operation = document.definitions.find(
  (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
);
const fragments: Record<string, FragmentDefinitionNode> = {};
for (const definition of document.definitions) {
  if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
}

function rootFields() {
  const root = schema.getQueryType();
  if (!root || !operation) throw new Error('The toy has no query.');
  return collectFields(schema, fragments, variables, root, operation.selectionSet);
}

/** The calls of resolvers, and when each of their promises settles, in the order in which graphql-js makes them. */
async function callsOf(text: string, later: ReadonlySet<string>, first: 'query' | 'mutation' = 'query') {
  const calls: string[] = [];
  const toy = buildSchema(`
    type Item { x: String, y: String, items: [Item!] }
    type Query { a: Item, b: Item } type Mutation { a: Item, b: Item }
  `);
  const item = { x: 'x', y: 'y', items: [{}, {}] };
  const fieldResolver = (_source: unknown, _args: unknown, _ctx: unknown, { path, fieldName }: GraphQLResolveInfo) => {
    const keys: (string | number)[] = [];
    for (let at: GraphQLResolveInfo['path'] | undefined = path; at; at = at.prev) keys.unshift(at.key);
    calls.push(keys.join('.'));
    const value = fieldName === 'a' || fieldName === 'b' ? item : fieldName === 'items' ? item.items : fieldName;
    return later.has(keys.join('.')) ? Promise.resolve(value) : value;
  };
  await execute({ schema: toy, document: parse(`${first} ${text}`), fieldResolver });
  return calls;
}

describeLibrary({ packages: ['graphql'], readme: 'src/platform/graphql-plan/README.md' }, [
  {
    api: 'graphql/execution/collectFields.js',
    fact: 'the module works on types and documents of the package itself: both are one copy of graphql-js',
    usedIn: [PLAN, INTERPRETER],
    check: () => {
      expect(() => rootFields()).not.toThrow();
    },
  },
  {
    api: 'collectFields(schema, fragments, variables, type, selectionSet)',
    fact: 'it answers a Map from each response name to its field nodes, fragments written out, @skip and @include applied',
    usedIn: [PLAN, INTERPRETER],
    check: () => {
      const fields = rootFields();
      expect(fields).toBeInstanceOf(Map);
      expect([...fields].map(([name, nodes]) => [name, nodes.map((node) => node.kind)])).toEqual([
        ['a', [Kind.FIELD, Kind.FIELD]],
        ['other', [Kind.FIELD]],
      ]);
    },
  },
  {
    api: 'collectSubfields(schema, fragments, variables, type, nodes)',
    fact: 'it answers the same for what all nodes of one field select below it',
    usedIn: [PLAN],
    check: () => {
      const type = schema.getType('Item') as GraphQLObjectType; // the toy's own
      const below = collectSubfields(schema, fragments, variables, type, rootFields().get('a') ?? []);
      expect([...below].map(([name, nodes]) => [name, nodes.length])).toEqual([
        ['name', 2],
        ['alias', 1],
      ]);
    },
  },
  {
    api: 'GraphQLResolveInfo',
    fact: 'resolvers get an info with exactly the members that plans give them',
    usedIn: [EXECUTION],
    check: async () => {
      const [rootType, infos] = [schema.getQueryType(), [] as GraphQLResolveInfo[]];
      const fieldResolver = (...[, , , info]: [unknown, unknown, unknown, GraphQLResolveInfo]) => infos.push(info);
      await execute({ schema, document, variableValues: variables, fieldResolver });
      if (!rootType || !operation) throw new Error('The toy has no query.');
      const plan = planOperation({ schema, operation, fragments, rootType, conditions: variables });
      const [field] = plan.root.fields;
      if (!field || !infos[0]) throw new Error('Nothing was resolved.');
      const execution = {
        plan,
        contextValue: undefined,
        variables,
        errors: new CollectedErrors(),
        argumentsByField: new Map(),
      };
      const ours = infoOf(execution, field, infos[0].path);
      expect(Object.keys(ours).sort()).toEqual(Object.keys(infos[0]).sort());
    },
  },
  {
    api: 'order of calls',
    fact: 'resolvers run in the order of the document, depth first; what waits for a promise comes later; mutations in turn',
    usedIn: [RUNNER, OPERATION],
    check: async () => {
      const nested = '{ a { x items { y } } b { x } }';
      const inOrder = ['a', 'a.x', 'a.items', 'a.items.0.y', 'a.items.1.y', 'b', 'b.x'];
      expect(await callsOf(nested, new Set())).toEqual(inOrder);
      expect(await callsOf(nested, new Set(['a']))).toEqual([
        ...['a', 'b', 'b.x', 'a.x', 'a.items', 'a.items.0.y', 'a.items.1.y'],
      ]);
      expect(await callsOf(nested, new Set(['a', 'a.items']), 'mutation')).toEqual(inOrder);
    },
  },
  {
    api: 'serialize() of the built-in scalars',
    fact: 'texts, ids, booleans, 32-bit integers and finite floats leave as they are',
    usedIn: [PLAN],
    check: () => {
      const samples = [
        [GraphQLString, 'é'],
        [GraphQLID, 'a-1'],
        [GraphQLBoolean, false],
        [GraphQLInt, -2_147_483_648],
        [GraphQLInt, 2_147_483_647],
        [GraphQLFloat, 1.5],
      ] as const;
      for (const [type, value] of samples) expect(type.serialize(value)).toBe(value);
      expect(() => GraphQLInt.serialize(2_147_483_648)).toThrow();
      expect(() => GraphQLFloat.serialize(Infinity)).toThrow();
    },
  },
]);
