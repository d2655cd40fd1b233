/** A schema whose every field may go wrong, in a way that depends only on a seed and the field's path. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  buildSchema,
  isObjectType,
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql';
import { AppError } from '../../../src/platform/errors/errors.js';
import type { GraphqlContext } from '../../../src/platform/graphql-server/pipeline.js';
import { startToy, type Toy } from '../graphql-server/toy.js';

const SDL = `
  scalar Odd
  enum Colour { RED GREEN }
  input Point { x: Int! y: [Colour!] = [RED] }
  interface Node { id: ID! }
  union Thing = A | B
  type A implements Node {
    id: ID! text: String textN: String! int: Int intN: Int! flag: Boolean! colour: Colour colourN: Colour! odd: Odd oddN: Odd!
    plain: String plainN: String! plainInt: Int! plainColour: Colour plainOdd: Odd plainOddN: Odd!
    a: A aN: A! b: B bN: B! list: [A] listN: [A!]! listNN: [A!] matrix: [[Int!]]! node: Node nodeN: Node! thing: Thing things: [Thing!]
    args(x: Int = 3, xs: [Int!], p: Point): String argN(x: Int!): String!
  }
  type B implements Node { id: ID! b1: String b2: String! bPlain: Int ba: A! bs: [B!] }
  type Query { a: A aN: A! list: [A!]! node(id: ID): Node things: [Thing] text: String textN: String! args(x: Int = 3, p: Point): String }
  type Mutation { args(x: Int = 3, p: Point): String a: A aN: A! text: String textN: String! colourN: Colour! }
`;

type Scalar = string | number | boolean | null;

/** A number below `limit` that depends only on what is hashed. */
function pick(limit: number, ...what: readonly Scalar[]): number {
  return createHash('sha1').update(what.join('|')).digest().readUInt32BE() % limit;
}

const FAULTS: readonly (() => unknown)[] = [
  () => new Error('secret cause'),
  () => new AppError('NOT_FOUND'),
  () => new AppError('VALIDATION_FAILED', undefined, { fields: [], details: { limit: 3 } }),
  () => new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 3 }),
  () => 'a text',
  () => null,
  () => undefined,
  () => ({ message: 'an object', extensions: { code: 'FORGED' } }),
  () => Object.assign(new Error('with members'), { extensions: { code: 'FORGED', http: { status: 418 } } }),
];

/** One value in how many goes wrong: some documents should have no error at all. */
function rarity(key: string): number {
  return /^\d*[0-4]\//.test(key) ? 300 : 15;
}

/** Values for a field of that type; most fit, some do not. */
function valueOf(type: string, key: string, depth: number): unknown {
  const inner = /^\[(.*)\]!?$/.exec(type)?.[1];
  if (inner !== undefined) return listOf(inner, key, depth);
  const named = type.replace('!', '');
  const [right, wrong] = SCALARS[named] ?? [() => source(named, key, depth + 1), () => 7];
  return pick(rarity(key), key, 'odd') === 0 ? wrong() : right(key);
}

/** Per type: a value that fits, and one that does not. */
const SCALARS: Readonly<Record<string, readonly [(key: string) => unknown, () => unknown]>> = {
  Int: [(key) => pick(9, key, 'int') - 2, () => 'no number'],
  Boolean: [(key) => pick(2, key) === 0, () => 'yes'],
  Colour: [() => 'RED', () => 'BLUE'],
  ID: [(key) => pick(99, key), () => ({ some: 'object' })],
  String: [(key) => (pick(5, key) === 0 ? pick(99, key) : `text ${pick(9, key)}`), () => ({ some: 'object' })],
  Odd: [(key) => pick(9, key), () => 3],
};

function listOf(inner: string, key: string, depth: number): unknown {
  if (pick(rarity(key) + 5, key, 'no list') === 0) return 'not a list';
  const items = Array.from({ length: pick(4, key, 'length') }, (_, index) => outcome(inner, `${key}.${index}`, depth));
  return pick(6, key, 'set') === 0 ? new Set(items) : items;
}

/** What a resolver yields, or one item of its list: a value, an error, or a promise of either after some ticks. */
function outcome(type: string, key: string, depth: number): unknown {
  const fate = pick(rarity(key), key, 'fate');
  const isFaulty = fate < 2;
  const fault = FAULTS[pick(FAULTS.length, key, 'fault')];
  const settle = () => {
    if (isFaulty) throw fault?.();
    return fate === 2 ? null : fate === 3 ? new Error('returned, not thrown') : valueOf(type, key, depth);
  };
  const wait = pick(7, key, 'wait');
  if (wait > 3) return settle();
  const promise = wait === 3 ? new Promise((resolve) => setImmediate(resolve)).then(settle) : later(wait, settle);
  // Only what an executor makes of it may reject unheard, not what it never came to look at.
  promise.catch(() => undefined);
  return promise;
}

async function later(ticks: number, settle: () => unknown): Promise<unknown> {
  for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
  return settle();
}

/** A parent: what it is, where it stands, and properties that are read without a resolver. */
function source(type: string, key: string, depth: number): unknown {
  const isA = type === 'A' || (type !== 'B' && pick(2, key, 'which') === 0);
  const typename = pick(25, key, 'typename') === 0 ? 'Nobody' : isA ? 'A' : 'B';
  const plain = pick(8, key, 'plain');
  const properties = [
    'plain',
    7,
    null,
    undefined,
    { an: 'object' },
    () => 'computed',
    Promise.resolve('promised'),
    () => Promise.reject(new AppError('FORBIDDEN')),
  ];
  const odd = [0, 1, 2, 3, 4, () => 4, Promise.resolve(4), { an: 'object' }][plain];
  return {
    __typename: typename,
    key,
    depth,
    plain: properties[plain],
    plainN: properties[plain],
    plainInt: plain === 7 ? 'no number' : plain - 4,
    plainColour: plain === 6 ? 'BLUE' : 'GREEN',
    plainOdd: odd,
    plainOddN: odd,
    bPlain: plain,
  };
}

function resolve(parent: unknown, args: unknown, context: { seed: number }, info: GraphQLResolveInfo): unknown {
  const at: Scalar[] = [];
  for (let path: typeof info.path | undefined = info.path; path !== undefined; path = path.prev) at.push(path.key);
  const key = `${context.seed}/${at.reverse().join('.')}`;
  if (info.fieldName.startsWith('arg') && pick(3, key) > 0) return JSON.stringify(args);
  const depth = typeof parent === 'object' && parent !== null && 'depth' in parent ? Number(parent.depth) : 0;
  return outcome(String(info.returnType), key, depth);
}

function faultySchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  const odd = schema.getType('Odd') as GraphQLScalarType;
  odd.serialize = (value) => {
    if (value === 1) throw new AppError('VALIDATION_FAILED');
    return value === 2 ? undefined : value === 3 ? { nested: [value] } : value;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) if (!/plain/i.test(field.name)) field.resolve = resolve;
  }
  const b = schema.getType('B');
  if (isObjectType(b)) {
    b.isTypeOf = (value) => {
      const { key = '', __typename = '' } = value as { key?: string; __typename?: string };
      const answer = __typename !== 'A' && pick(9, key, 'is B') > 0;
      return pick(3, key, 'later') === 0 ? Promise.resolve(answer) : answer;
    };
  }
  return schema;
}

interface FaultyContext extends GraphqlContext {
  readonly seed: number;
}

/** A server on that schema; the header `x-seed` decides what fails. */
export function startFaultyToy({ compile }: { compile: boolean }): Promise<Toy> {
  return startToy(
    { schema: faultySchema(), compile },
    {
      createContext: ({ headers, id }): FaultyContext => ({
        requestId: id,
        language: 'en',
        actor: 'ada',
        seed: Number(headers['x-seed']),
      }),
    },
  );
}

const LEAVES: Record<string, readonly string[]> = {
  A: [
    'id',
    'text',
    'textN',
    'int',
    'intN',
    'flag',
    'colour',
    'colourN',
    'odd',
    'oddN',
    'plain',
    'plainN',
    'plainInt',
    'plainColour',
    'plainOdd',
    'plainOddN',
    'matrix',
    'args',
    'args(x: $n)',
    'args(p: {x: $n})',
    'args(xs: [1, $n], p: $p)',
    'argN(x: 4)',
    'argN(x: $m)',
    '__typename',
  ],
  B: ['id', 'b1', 'b2', 'bPlain', '__typename'],
  Node: ['id', '__typename'],
  Thing: ['__typename'],
  Query: ['text', 'textN', 'args(p: {x: 1})', 'args(x: $n)', '__typename'],
  Mutation: ['text', 'textN', 'colourN'],
};
const BRANCHES: Record<string, readonly (readonly [string, string])[]> = {
  A: [
    ['a', 'A'],
    ['aN', 'A'],
    ['b', 'B'],
    ['bN', 'B'],
    ['list', 'A'],
    ['listN', 'A'],
    ['listNN', 'A'],
    ['node', 'Node'],
    ['nodeN', 'Node'],
    ['thing', 'Thing'],
    ['things', 'Thing'],
  ],
  B: [
    ['ba', 'A'],
    ['bs', 'B'],
  ],
  Query: [
    ['a', 'A'],
    ['aN', 'A'],
    ['list', 'A'],
    ['node', 'Node'],
    ['things', 'Thing'],
  ],
  Mutation: [
    ['a', 'A'],
    ['aN', 'A'],
  ],
};
const DIRECTIVES = [
  '',
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @skip(if: $yes)',
  ' @include(if: $no) @skip(if: $yes)',
  ' @skip(if: false)',
  ' @include(if: $nullable)',
];

const directive = fc.constantFrom(...DIRECTIVES);

function selections(type: string, depth: number): fc.Arbitrary<string> {
  const alias = fc.constantFrom('', '', '', 'x', 'y', 'constructor');
  // The same response name always means the same field with the same arguments: documents stay valid.
  const named = (field: string, name: string) =>
    name === '' && !field.includes('(') ? field : `${name}${field.replaceAll(/\W/g, '')}: ${field}`;
  const leaf = fc.tuple(alias, fc.constantFrom(...(LEAVES[type] ?? [])), directive).map(([a, f, d]) => named(f, a) + d);
  const options: fc.Arbitrary<string>[] = [leaf, leaf];
  const branches = BRANCHES[type];
  if (depth > 0 && branches !== undefined) {
    const branch = fc
      .constantFrom(...branches)
      .chain(([field, below]) =>
        fc.tuple(alias, directive, selections(below, depth - 1)).map(([a, d, s]) => `${named(field, a)}${d} ${s}`),
      );
    options.push(branch, branch, branch);
  }
  const conditions = type === 'Node' || type === 'Thing' ? ['A', 'B', 'Node'] : [type];
  const inline = (on: string) =>
    fc.tuple(directive, selections(on, depth - 1)).map(([d, s]) => `... on ${on}${d} ${s}`);
  if (depth > 0) options.push(fc.constantFrom(...conditions).chain(inline));
  if (type === 'A')
    options.push(
      directive.map((d) => `...F${d}`),
      directive.map((d) => `...G${d}`),
    );
  return fc.array(fc.oneof(...options), { minLength: 1, maxLength: 5 }).map((parts) => `{ ${parts.join(' ')} }`);
}

function mostly(good: readonly unknown[], bad: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
}

export interface FaultyRequest {
  readonly seed: number;
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Record<string, unknown>;
}

const VARIABLES =
  '($n: Int! = 5, $m: Int! = 6, $p: Point, $yes: Boolean! = true, $no: Boolean! = false, $nullable: Boolean = true)';

/** Validation wants every variable and fragment used. */
const USES_ALL = `{
  all: args(x: $n, p: $p) @include(if: $yes) @skip(if: $no)
  last: a @include(if: $nullable) { ...F ...G m: argN(x: $m) }
}`;

/** Documents with fragments, aliases, directives and several operations; variables that mostly fit. */
export const faultyRequest: fc.Arbitrary<FaultyRequest> = fc
  .record({
    seed: fc.nat(1_000_000),
    root: fc.constantFrom('Query', 'Query', 'Query', 'Mutation').chain((root) =>
      selections(root, 4).map((selection) => {
        const kind = root === 'Query' ? 'query' : 'mutation';
        return `${kind} One${VARIABLES} { ...All ... on ${root} ${selection} } fragment All on ${root} ${USES_ALL}`;
      }),
    ),
    f: selections('A', 1).map((selection) => selection.replaceAll(/\.\.\.[FG]/g, 'id')),
    g: selections('A', 2).map((selection) => selection.replaceAll('...G', '...F')),
    second: fc.constantFrom('', '', ' query Two { text a { id } }'),
    operationName: fc.constantFrom(...Array.from({ length: 9 }, () => 'One'), 'Two', undefined, 'Three'),
    variables: fc.record(
      {
        n: mostly([1, 2], [null, 'secret text', 1.5]),
        m: mostly([4], [null]),
        p: mostly([{ x: 1 }, { x: 2, y: 'RED' }, null, { x: 3, y: [] }], [{ x: 'secret' }, { x: 1, z: 1 }, 'secret']),
        yes: mostly([true, false], ['secret']),
        no: fc.boolean(),
        nullable: mostly([true, false], [null]),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ seed, root, f, g, second, operationName, variables }) => ({
    seed,
    query: `${root} fragment F on A ${f} fragment G on A ${g}${second}`,
    operationName,
    variables,
  }));
