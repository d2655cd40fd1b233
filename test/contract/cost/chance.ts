/** A document as chance has it: aliases of every field, of `nodes`, `edges` and `pageInfo`, fragments on interfaces and types, sizes written and as variables. */
import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import {
  isConnection,
  objectFieldsOf,
  objectsBehind,
  writeArgument,
  type CostDocument,
  type Known,
} from './documents.js';

/** @returns 0 … limit - 1 */
export type Choose = (limit: number) => number;

/** Names that fields of different sets share, so that what must not be taken for one another is. */
const ALIASES = ['', 'x: ', 'y: '];
/** Aliases of what a connection holds: more than the cost of one of them would cover. */
const MANY = 5;
const SIZES = [0, 2, 30];
const DEPTH = 3;

/** Writes one document, which the schema may still reject: two types may use a name differently. */
export class DocumentByChance {
  private readonly declared: string[] = [];
  private readonly variables: Record<string, unknown> = {};

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly known: Known,
    private readonly choose: Choose,
    /** Whether it selects scalars as well, by chance. */
    private readonly withScalars = false,
  ) {}

  write(): CostDocument {
    const root = this.schema.getQueryType();
    const fields = root ? this.fieldsOf(root, DEPTH, 1 + this.choose(2)) : '';
    const head = this.declared.length > 0 ? `query (${this.declared.join()})` : 'query';
    return { query: `${head} { ${fields} }`, variables: this.variables };
  }

  private pick<T>(values: readonly T[]): T {
    const value = values[this.choose(values.length)];
    if (value === undefined) throw new Error('There is nothing to choose from.');
    return value;
  }

  /** So many fields with objects behind them, each under a name of its own. */
  private fieldsOf(type: GraphQLNamedType, depth: number, count: number): string {
    const fields = objectFieldsOf(type);
    const taken = new Set<string>();
    const written = Array.from({ length: fields.length === 0 ? 0 : count }, () => {
      const field = this.pick(fields);
      const alias = this.pick(ALIASES);
      const name = alias === '' ? field.name : alias;
      if (taken.has(name)) return '';
      taken.add(name);
      return `${alias}${field.name}${this.argsOf(field)} { ${this.behind(field, depth - 1)} }`;
    });
    return ['__typename', ...this.scalarsOf(type), ...written].join(' ');
  }

  private scalarsOf(type: GraphQLNamedType): string[] {
    if (!this.withScalars || !isObjectType(type)) return [];
    const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
    return fields
      .filter(({ args }) => args.length === 0 && this.choose(2) === 0)
      .map(({ name }) => `${this.choose(4) === 0 ? `s${name}: ` : ''}${name}`);
  }

  private behind(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    const inner = (): string => this.objects(field, depth);
    if (!isConnection(type)) return inner();
    const rows = [
      () => `nodes { ${inner()} }`,
      () => `edges { cursor }`,
      () => `edges { node { ${inner()} } }`,
      () => `nodes { ${inner()} } edges { cursor node { ${inner()} } }`,
      () => this.aliased((alias) => `${alias}nodes { ${inner()} }`),
      () => this.aliased((alias) => `${alias}edges { cursor }`),
      () => `edges { ${this.aliased((alias) => `${alias}node { ${inner()} }`)} }`,
      () => this.aliased((alias) => `${alias}pageInfo { hasNextPage }`),
      () => '__typename',
    ];
    return `${this.pick(rows)()} pageInfo { hasNextPage }`;
  }

  private aliased(write: (alias: string) => string): string {
    return Array.from({ length: 1 + this.choose(MANY) }, (_, index) => write(`a${index}: `)).join(' ');
  }

  private objects(field: GraphQLField<unknown, unknown>, depth: number): string {
    const types = objectsBehind(this.schema, field);
    const count = (): number => (depth > 0 ? this.choose(3) : 0);
    const [only] = types;
    const isInterface = isInterfaceType(getNamedType(field.type)) || types.length > 1;
    if (!isInterface && only) return this.fieldsOf(only, depth, count());
    const chosen = [this.pick(types), this.pick(types)].filter((type, index, all) => all.indexOf(type) === index);
    const onTypes = chosen.map((type) => `... on ${type.name} { ${this.fieldsOf(type, depth, count())} }`);
    return ['... on Node { __typename id }', ...onTypes].join(' ');
  }

  private argsOf(field: GraphQLField<unknown, unknown>): string {
    const written = field.args.flatMap(({ name, type }): string[] => {
      if (name === 'first') return this.choose(3) === 0 ? [] : [`${this.pick(sizesOf(field))}: ${this.size()}`];
      if (isNonNullType(type))
        return [writeArgument(this.known, name, this.pick(objectsBehind(this.schema, field)).name)];
      const named = getNamedType(type);
      return isEnumType(named) ? [`${name}: ${this.pick(named.getValues()).name}`] : [];
    });
    return written.length > 0 ? `(${written.join()})` : '';
  }

  /** Written, or in a variable, which may also be absent or null. */
  private size(): string {
    const size = this.pick(SIZES);
    if (this.choose(2) === 0) return String(size);
    const name = `v${this.declared.length}`;
    this.declared.push(`$${name}: Int`);
    if (this.choose(4) > 0) this.variables[name] = this.choose(4) > 0 ? size : null;
    return `$${name}`;
  }
}

function sizesOf(field: GraphQLField<unknown, unknown>): readonly string[] {
  return field.args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
}
