/**
 * Documents by chance over the schema, as expensive as they may be: every field under aliases, connections inside connections with
 * filters, searches and totals, sizes chosen so that the cost comes to just below its limit.
 */
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  validate,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { createCosting } from '../../../src/platform/graphql-limits/cost.js';
import { DEFAULT_GRAPHQL_LIMITS, requireSmallStructure } from '../../../src/platform/graphql-limits/structure.js';
import { coerceVariables } from '../../../src/platform/graphql-schema/variables.js';
import { isConnection, objectFieldsOf, objectsBehind } from '../../contract/cost/documents.js';
import { ExpensiveConditions, type KnownIds } from './expensive-conditions.js';
import type { Random } from '../random.js';

export interface ExpensiveDocument {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Estimated here, as the service does. */
  readonly cost: number;
}

type Field = GraphQLField<unknown, unknown>;
type Variables = Readonly<Record<string, unknown>>;
type Estimate = (variables: Variables) => number;

const MAX_COST = DEFAULT_GRAPHQL_LIMITS.cost;
/** A document that comes to less is not what is looked for. */
const NEAR = 0.8;
const MAX_FIRST = 100;
const STEPS = 80;
const TRIES = 200;

interface Style {
  readonly name: string;
  /** Objects inside objects. */
  readonly depth: number;
  readonly roots: number;
  /** Chance of a filter or search at a field that takes one. */
  readonly conditions: number;
  readonly scalars: 'one' | 'some' | 'all';
  /** Of one field below an object. */
  readonly fields: number;
  readonly isNear: boolean;
}

/** What is wrong with a cost shows in documents that are alike in little. Flat ones cannot come near the limit of objects. */
const STYLES: readonly Style[] = [
  { name: 'nested', depth: 4, roots: 2, conditions: 0.1, scalars: 'some', fields: 2, isNear: true },
  { name: 'nested, filtered', depth: 3, roots: 2, conditions: 0.6, scalars: 'some', fields: 2, isNear: true },
  { name: 'wide', depth: 2, roots: 6, conditions: 0.2, scalars: 'all', fields: 3, isNear: true },
  { name: 'aliases', depth: 3, roots: 1, conditions: 0.1, scalars: 'all', fields: 4, isNear: true },
  { name: 'many objects', depth: 5, roots: 1, conditions: 0, scalars: 'one', fields: 2, isNear: true },
  { name: 'flat, filtered', depth: 0, roots: 15, conditions: 1, scalars: 'one', fields: 1, isNear: false },
  { name: 'flat, whole records', depth: 0, roots: 10, conditions: 0.3, scalars: 'all', fields: 1, isNear: false },
];

/** Makes documents of one seed. */
export class ExpensiveDocuments {
  private readonly conditions: ExpensiveConditions;
  private readonly costOf: ReturnType<typeof createCosting>;

  constructor(
    private readonly schema: GraphQLSchema,
    ids: KnownIds,
    private readonly random: Random,
  ) {
    this.conditions = new ExpensiveConditions(random, ids);
    this.costOf = createCosting(schema);
  }

  /** The next one within all limits of structure, and, where its style can be, close to that of cost. */
  next(): ExpensiveDocument {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const style = this.random.pick(STYLES);
      const draft = new Draft(this.schema, this.random, this.conditions, style);
      const document = this.steer(style, draft);
      if (document) return document;
    }
    throw new Error('Chance writes no document near the limit of cost.');
  }

  /** The document with sizes of its own; undefined when it does not come near the limit. */
  private steer(style: Style, draft: Draft): ExpensiveDocument | undefined {
    const query = draft.withVariables();
    const estimate = this.estimator(query);
    if (!estimate) return undefined;
    const { variables, cost } = this.approach(draft.variables, estimate);
    if (cost > MAX_COST || (style.isNear && cost < NEAR * MAX_COST)) return undefined;
    const written = this.random.chance(0.5) ? draft.written(variables) : undefined;
    const isWritten = written !== undefined && this.estimator(written) !== undefined;
    return { name: style.name, cost, ...(isWritten ? { query: written, variables: {} } : { query, variables }) };
  }

  /** Changes the sizes, and leaves conditions out where they cost too much, until the cost is as near as it may be. */
  private approach(sent: Variables, estimate: Estimate): { readonly variables: Variables; readonly cost: number } {
    let variables = sent;
    let cost = estimate(sent);
    const isThere = (): boolean => cost <= MAX_COST && cost >= MAX_COST * 0.95;
    for (let step = 0; step < STEPS && !isThere(); step += 1) {
      const changed = cost > MAX_COST ? this.smaller(variables) : this.larger(variables);
      const changedCost = estimate(changed);
      if (cost <= MAX_COST && changedCost > MAX_COST) continue;
      [variables, cost] = [changed, changedCost];
    }
    return { variables, cost };
  }

  private smaller(variables: Variables): Variables {
    const { random } = this;
    const conditions = Object.keys(variables).filter((name) => name.startsWith('f'));
    if (conditions.length > 0 && random.chance(0.25)) return { ...variables, [random.pick(conditions)]: null };
    return this.resized(variables, 0.3 + 0.6 * random.next());
  }

  private larger(variables: Variables): Variables {
    return this.resized(variables, 1.1 + this.random.next());
  }

  private resized(variables: Variables, factor: number): Variables {
    const sizes = Object.keys(variables).filter((name) => name.startsWith('s'));
    if (sizes.length === 0) return variables;
    const name = this.random.pick(sizes);
    const size = Math.round(Number(variables[name]) * factor);
    return { ...variables, [name]: Math.max(1, Math.min(MAX_FIRST, size)) };
  }

  /** undefined for a document that is too large or not valid: two types may use a name differently. */
  private estimator(query: string): Estimate | undefined {
    const document = readDocument(query);
    const operation = document?.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (!document || !operation || validate(this.schema, document).length > 0) return undefined;
    const cost = this.costOf(operation, document);
    return (variables) => sumOf(cost.estimate(coerceVariables(this.schema, operation, variables)));
  }
}

/** An estimate is a number, or its parts. */
function sumOf(estimate: unknown): number {
  if (typeof estimate === 'number') return estimate;
  if (typeof estimate !== 'object' || estimate === null) return 0;
  return Object.values(estimate).reduce<number>((sum, part) => sum + sumOf(part), 0);
}

function readDocument(query: string) {
  try {
    return requireSmallStructure(query, DEFAULT_GRAPHQL_LIMITS);
  } catch {
    return undefined;
  }
}

/** One document being written: sizes, conditions and other values are variables: `s1`, `f1`, `v1`. */
class Draft {
  readonly variables: Record<string, unknown> = {};
  private readonly types = new Map<string, GraphQLInputType>();
  private aliases = DEFAULT_GRAPHQL_LIMITS.aliases;
  private readonly text: string;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly conditions: ExpensiveConditions,
    private readonly style: Style,
  ) {
    const root = schema.getQueryType();
    this.text = root ? this.fields(root, style.depth, random.integer(1, style.roots)) : '';
  }

  withVariables(): string {
    const declared = [...this.types].map(([name, type]) => `$${name}: ${String(type)}`);
    return `query ${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${this.text} }`;
  }

  /** The same without variables. */
  written(variables: Readonly<Record<string, unknown>>): string {
    return `{ ${this.text.replace(/\$(\w+)/g, (_match, name: string) => this.literal(name, variables[name]))} }`;
  }

  private literal(name: string, value: unknown): string {
    const type = this.types.get(name);
    return type ? written(value, type) : 'null';
  }

  private variable(prefix: 's' | 'f' | 'v', type: GraphQLInputType, value: unknown): string {
    const name = `${prefix}${this.types.size}`;
    this.types.set(name, type);
    this.variables[name] = value;
    return `$${name}`;
  }

  /** So many fields with objects behind them, lists first of all. */
  private fields(type: GraphQLNamedType, depth: number, count: number): string {
    const all = objectFieldsOf(type);
    if (all.length === 0) return '';
    const lists = all.filter((field) => isConnection(getNamedType(field.type)));
    const names = new Set<string>();
    const written = Array.from({ length: count }, () => {
      const field = this.random.pick(this.random.chance(0.7) && lists.length > 0 ? lists : all);
      const alias = this.aliasFor(field.name, names);
      if (alias === undefined) return '';
      return `${alias}${field.name}${this.argsOf(field)} { ${this.behind(field, depth)} }`;
    });
    return written.join(' ');
  }

  /** What tells a field from those of its name; undefined when there is none left. */
  private aliasFor(name: string, taken: Set<string>): string | undefined {
    if (!taken.has(name)) {
      taken.add(name);
      return '';
    }
    if (this.aliases === 0) return undefined;
    this.aliases -= 1;
    return `a${this.aliases}: `;
  }

  private behind(field: Field, depth: number): string {
    const type = getNamedType(field.type);
    if (!isConnection(type)) return this.objects(field, depth);
    const { random } = this;
    const members = isObjectType(type) ? Object.keys(type.getFields()) : [];
    const rows = random.pick([
      () => `nodes { ${this.objects(field, depth)} }`,
      () => `edges { cursor node { ${this.objects(field, depth)} } }`,
      () => this.aliased('nodes', () => this.objects(field, depth)),
      () => this.aliased('edges', () => `cursor node { ${this.objects(field, depth)} }`),
    ])();
    const total = members.includes('totalCount') && random.chance(0.6) ? 'totalCount' : '';
    return `${rows} ${total} ${random.chance(0.5) ? 'pageInfo { hasNextPage endCursor }' : ''}`;
  }

  private aliased(name: string, write: () => string): string {
    const count = Math.min(this.aliases, this.random.integer(1, 6));
    this.aliases -= count;
    const parts = Array.from({ length: count }, (_, index) => `n${this.aliases + index}: ${name} { ${write()} }`);
    return [...parts, `${name} { ${write()} }`].join(' ');
  }

  private objects(field: Field, depth: number): string {
    const types = objectsBehind(this.schema, field);
    const [only] = types;
    if (!isInterfaceType(getNamedType(field.type)) && types.length === 1 && only) return this.object(only, depth);
    return ['__typename', ...types.map((type) => `... on ${type.name} { ${this.object(type, depth)} }`)].join(' ');
  }

  private object(type: GraphQLNamedType, depth: number): string {
    const below = depth > 0 ? this.fields(type, depth - 1, this.random.integer(1, this.style.fields)) : '';
    return `${this.scalarsOf(type)} ${below}`;
  }

  private scalarsOf(type: GraphQLNamedType): string {
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    const scalars = fields.filter(({ type: own, args }) => isLeafType(getNamedType(own)) && args.length === 0);
    const names = scalars.map(({ name }) => name);
    if (names.length === 0) return '__typename';
    if (this.style.scalars === 'all') return names.join(' ');
    const count = this.style.scalars === 'one' ? 1 : this.random.integer(1, 12);
    return ['__typename', ...Array.from({ length: count }, () => this.random.pick(names))].join(' ');
  }

  private argsOf(field: Field): string {
    const written = field.args.map((argument) => this.argument(field, argument)).filter((text) => text !== '');
    return written.length > 0 ? `(${written.join(', ')})` : '';
  }

  private argument(field: Field, { name, type }: GraphQLArgument): string {
    const { random, conditions, style } = this;
    const isAsked = random.chance(style.conditions);
    const named = getNamedType(type);
    const values: Readonly<Record<string, () => unknown>> = {
      first: () => random.integer(2, MAX_FIRST),
      filter: () => (isAsked && isInputObjectType(named) ? conditions.filter(named) : undefined),
      search: () => (isAsked && random.chance(0.3) ? conditions.text() : undefined),
      query: () => conditions.longerText(),
      orderBy: () => (random.chance(0.3) ? this.order(named) : undefined),
      groupBy: () => (isEnumType(named) ? random.pick(named.getValues()).name : undefined),
      asOf: () => (isAsked || random.chance(0.5) ? random.pick(['2025-06-30', '2026-12-31']) : undefined),
      id: () => conditions.id(getNamedType(field.type).name),
      ids: () => Array.from({ length: random.integer(2, MAX_FIRST) }, () => conditions.id('')),
      code: () => `CLI${String(random.integer(1, 999)).padStart(6, '0')}`,
    };
    const value = values[name]?.();
    if (value === undefined) return '';
    const prefix = ['filter', 'search'].includes(name) ? 'f' : 'v';
    if (name !== 'first') return `${name}: ${this.variable(prefix, type, value)}`;
    const isBackward = field.args.some((argument) => argument.name === 'last') && random.chance(0.2);
    return `${isBackward ? 'last' : name}: ${this.variable('s', type, value)}`;
  }

  private order(type: GraphQLNamedType): unknown {
    const { random } = this;
    const member = isInputObjectType(type) ? type.getFields().field : undefined;
    const field = member && getNamedType(member.type);
    if (!isEnumType(field)) return undefined;
    return Array.from({ length: random.integer(1, 3) }, () => ({
      field: random.pick(field.getValues()).name,
      direction: random.pick(['ASC', 'DESC']),
    }));
  }
}

/** A value as a document writes it. Enums come by their names, which are not what resolvers see. */
function written(value: unknown, type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (value === null || value === undefined) return 'null';
  if (isEnumType(inner)) return typeof value === 'string' ? value : 'null';
  if (isListType(inner)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return `[${items.map((item) => written(item, inner.ofType)).join(', ')}]`;
  }
  if (!isInputObjectType(inner)) return JSON.stringify(value);
  const fields = inner.getFields();
  const members = Object.entries(value).flatMap(([name, member]) => {
    const field = fields[name];
    return field ? [`${name}: ${written(member, field.type)}`] : [];
  });
  return `{ ${members.join(', ')} }`;
}
