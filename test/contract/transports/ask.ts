/** Asks for one operation through REST and through GraphQL, and tells what came of it in the words of GraphQL. */
import { getNamedType, isNonNullType, isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { RestRouteDescription } from '../../../src/platform/rest/routes.js';
import type { RestSerializer } from '../../../src/platform/rest/serializer.js';
import type { Role } from '../../../src/access/identity/user.entity.js';
import { ROUTES } from '../surface/surface.js';
import type { Target } from '../surface/target.js';
import { as, type Answer } from '../../support/client.js';
import { recordFieldOf } from '../../support/payload.js';
import type { TestService } from '../../support/service.js';
import { fieldIn, type Pair } from './pairs.js';
import { common, type Twins } from './twins.js';

/** What is sent, in REST's names; GraphQL gets the same in its own. */
export interface Request {
  readonly id?: ((target: Target) => string) | undefined;
  readonly body?: ((target: Target) => object) | undefined;
  /** The version that the caller says it saw. */
  readonly version?: number | undefined;
  readonly role?: Role | undefined;
  /** Of a list: parameters of REST and arguments of GraphQL that mean the same. */
  readonly list?: { readonly query: string; readonly args: object } | undefined;
}

export interface Outcome {
  /** `OK` or the code of the error. */
  readonly code: string;
  readonly message?: string | undefined;
  /** `field code` of each wrong field. */
  readonly fields?: readonly string[];
  readonly details?: unknown;
  readonly data?: unknown;
}

interface Rejection {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
  readonly details?: unknown;
}

interface GraphqlBody {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: {
      readonly code: string;
      readonly fields?: readonly { readonly path: readonly (string | number)[]; readonly code: string }[];
      readonly details?: unknown;
    };
  }[];
}

type Row = Readonly<Record<string, unknown>>;

/** Names that REST has had for longer. */
const GRAPHQL_NAMES: Readonly<Record<string, string>> = { assigned_to: 'assignedToId', created_by: 'createdById' };

/** `country_code` → `countryCode` */
export function camel(name: string): string {
  return GRAPHQL_NAMES[name] ?? name.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

function camelKeys(fields: object): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value as unknown]));
}

function routeOf({ route }: Pair): RestRouteDescription {
  const description = ROUTES.get(route);
  if (!description) throw new Error(`There is no ${route}.`);
  return description;
}

/** `/v1/commercial/contacts` of whatever stands below it. */
const collectionOf = (path: string): string => path.replace(/\/\{id\}.*$/, '');

/** How the records of each collection look, as single reads answer them. */
const SHAPES: ReadonlyMap<string, RestSerializer<Row>> = new Map(
  [...ROUTES.values()].flatMap(({ method, path, response }) =>
    method === 'GET' && path.endsWith('/{id}') && 'serializer' in response && 'fields' in response.serializer
      ? [[collectionOf(path), response.serializer as RestSerializer<Row>] as const]
      : [],
  ),
);

function shapeOf(pair: Pair): RestSerializer<Row> | undefined {
  return SHAPES.get(collectionOf(routeOf(pair).path));
}

/** What came of the same request on both transports, in common words. */
export async function askBoth(
  service: TestService,
  schema: GraphQLSchema,
  pair: Pair,
  twins: Twins,
  request: Request,
): Promise<{ rest: Outcome; graphql: Outcome }> {
  const rest = await askRest(service, pair, twins.rest, request);
  const graphql = await askGraphql(service, schema, pair, twins.graphql, request);
  return { rest: inCommon(rest, twins.rest), graphql: inCommon(graphql, twins.graphql) };
}

function inCommon(outcome: Outcome, side: Twins['rest']): Outcome {
  return JSON.parse(common(JSON.stringify(outcome), side)) as Outcome;
}

function askRest(
  service: TestService,
  pair: Pair,
  { tenant, target }: Twins['rest'],
  { id, body, version, role = 'admin', list }: Request,
): Promise<Outcome> {
  const [method = '', path = ''] = pair.route.split(' ');
  const address = id ? path.replace('{id}', id(target)) : `${path}${list ? list.query : ''}`;
  const headers: Record<string, string> = version === undefined ? {} : { 'if-match': `"${version}"` };
  const answer = as(service, tenant[role]).request(method, address, body?.(target), headers);
  return answer.then((given) => readRest(pair, given));
}

function readRest(pair: Pair, { status, body }: Answer): Outcome {
  if (status >= 400) {
    const { code, detail, errors = [], details } = body as Rejection;
    const fields = errors.map((error) => `${camel(error.pointer.slice(1))} ${error.code}`).sort();
    return { code, message: detail, fields, details };
  }
  const serializer = shapeOf(pair);
  if (status === 204 || !serializer) return { code: 'OK', data: status === 204 ? undefined : body };
  if (pair.root === 'Mutation' || !('items' in (body as object)))
    return { code: 'OK', data: asRow(serializer, body as Row) };
  const { items, total } = body as { items: Row[]; total: number };
  return { code: 'OK', data: { nodes: items.map((row) => asRow(serializer, row)), totalCount: total } };
}

/** A record of REST with the names and values of GraphQL. */
function asRow(serializer: RestSerializer<Row>, row: Row): Row {
  return Object.fromEntries(
    serializer.fields.map(({ name, from, type }) => {
      const value = row[name];
      // JSON.parse has taken the zeros at the end; the exact text is what other suites look at.
      return [from, (type === 'money' || type === 'percent') && typeof value === 'number' ? value.toFixed(2) : value];
    }),
  );
}

async function askGraphql(
  service: TestService,
  schema: GraphQLSchema,
  pair: Pair,
  { tenant, target }: Twins['graphql'],
  request: Request,
): Promise<Outcome> {
  const field = fieldIn(schema, pair);
  const variables = variablesOf(
    field.args.map(({ name }) => name),
    target,
    request,
  );
  const used = field.args.filter(({ name, type }) => name in variables || isNonNullType(type));
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
  const type = getNamedType(field.type);
  const selection = isObjectType(type) ? selectionOf(pair, type) : '';
  const head = declared === '' ? '' : `(${declared})`;
  const query = `${pair.root.toLowerCase()} Ask${head} { ${pair.field}${passed === '' ? '' : `(${passed})`} ${selection} }`;
  const answer = await as(service, tenant[request.role ?? 'admin']).graphql(query, variables);
  return readGraphql(pair, answer.body as GraphqlBody);
}

function variablesOf(args: readonly string[], target: Target, { id, body, version, list }: Request): object {
  const fields = camelKeys(body?.(target) ?? {});
  return {
    ...(id && { id: id(target) }),
    ...(args.includes('input') ? { input: fields } : fields),
    ...(version !== undefined && { expectedVersion: version }),
    ...list?.args,
  };
}

/** Every field of the REST answer, where GraphQL has it: in a payload, of its record. */
function selectionOf(pair: Pair, type: GraphQLObjectType): string {
  if (pair.root === 'Query') return selectionIn(pair, type);
  const name = recordFieldOf(pair.field);
  const field = type.getFields()[name];
  if (!field) throw new Error(`${type.name} has no ${name}.`);
  return `{ ${name} ${selectionIn(pair, getNamedType(field.type) as GraphQLObjectType)} }`;
}

function selectionIn(pair: Pair, type: GraphQLObjectType): string {
  const nodes = type.getFields().nodes;
  if (nodes) return `{ totalCount nodes ${selectionIn(pair, getNamedType(nodes.type) as GraphQLObjectType)} }`;
  const serializer = shapeOf(pair);
  if (!serializer) return '{ __typename }';
  return `{ ${serializer.fields.map(({ from }) => fieldFor(type, from)).join(' ')} }`;
}

/** `name`; `assignedToId: assignedTo { id }`. @throws where GraphQL has nothing of the type */
function fieldFor(type: GraphQLObjectType, from: string): string {
  const fields = type.getFields();
  const own = fields[from];
  if (own) return isObjectType(getNamedType(own.type)) ? `${from} { id }` : from;
  const relation = from.replace(/Id$/, '');
  if (!fields[relation]) throw new Error(`${type.name} has nothing for ${from}.`);
  return `${from}: ${relation} { id }`;
}

function readGraphql({ root, field }: Pair, { data, errors }: GraphqlBody): Outcome {
  const error = errors?.[0];
  if (error) {
    const { code, fields = [], details } = error.extensions;
    return {
      code,
      message: error.message,
      fields: fields.map(({ path, code: word }) => `${within(path)} ${word}`).sort(),
      details,
    };
  }
  const value = data?.[field];
  if (root === 'Mutation') return { code: 'OK', data: flat((value as Row | undefined)?.[recordFieldOf(field)]) };
  return value === null ? { code: 'NOT_FOUND' } : { code: 'OK', data: flat(value) };
}

/** REST's pointers begin at the fields of the input. */
function within(path: readonly (string | number)[]): string {
  return (path[0] === 'input' ? path.slice(1) : path).join('/');
}

/** `{ assignedToId: { id } }` → `{ assignedToId: id }` */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === 'id') return entries[0][1] as unknown;
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, name === 'products' ? (inner as unknown) : flat(inner)]),
  );
}
