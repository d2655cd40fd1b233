/** Every operation of both transports with what it needs and how to call it: the matrices of rights and of tenants are made of it. */
import { isNonNullType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { AccountDependencies } from '../../../src/account/account-dependencies.js';
import type { RestRouteDescription } from '../../../src/platform/rest/routes.js';
import { restRoutes } from '../../../src/app/routes.js';
import type { ChangeWaiting } from '../../../src/crm/change/change-waiters.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestService, TestUser } from '../../support/service.js';
import { ACCOUNT_GRAPHQL, ACCOUNT_REST } from './account-operations.js';
import { CRM_GRAPHQL, CRM_REST } from './crm-operations.js';
import type { GraphqlOperations, RestOperations } from './operation.js';
import type { Target } from './target.js';

/** The routes that the server registers, by `METHOD path`. Descriptions need none of the tools. */
export const ROUTES: ReadonlyMap<string, RestRouteDescription> = (() => {
  const { open, signedIn } = restRoutes({} as AccountDependencies, {} as ChangeWaiting);
  return new Map([...open, ...signedIn].map((route) => [`${route.method} ${route.path}`, route]));
})();

export const REST: RestOperations = { ...ACCOUNT_REST, ...CRM_REST };
export const GRAPHQL: GraphqlOperations = { ...ACCOUNT_GRAPHQL, ...CRM_GRAPHQL };

/** Calls a route of `REST` as somebody. @param sent instead of the operation's own body */
export async function callRoute(
  service: TestService,
  name: string,
  caller: TestUser | undefined,
  target: Target,
  { body, query = '', headers }: Sent = {},
): Promise<Answer> {
  const [method = ''] = name.split(' ');
  const sent = body ?? (await REST[name]?.body?.(target));
  return as(service, caller).request(method, pathOf(name, target, caller?.id) + query, sent, headers);
}

export interface Sent {
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The path of a route of `REST`, pointed at the target. */
export function pathOf(name: string, target: Target, callerId?: string): string {
  const [, path = ''] = name.split(' ');
  return path.replace('{id}', REST[name]?.id?.(target, callerId) ?? '');
}

/** The arguments that are given, and those that must be, with their types: for `documentOf`. */
export function typesOf(field: GraphQLField<unknown, unknown>, variables: object): Record<string, string> {
  const used = field.args.filter(({ name, type }) => name in variables || isNonNullType(type));
  return Object.fromEntries(used.map(({ name, type }) => [name, String(type)]));
}

/** Calls a root field of `GRAPHQL` as somebody, with the arguments that its operation gives. @param name `Query.viewer` */
export function callField(
  service: TestService,
  schema: GraphQLSchema,
  name: string,
  caller: TestUser | undefined,
  target: Target,
): Promise<Answer> {
  return sendField(as(service, caller), schema, name, target, caller?.id);
}

/** The same through a client, for any credential. */
export async function sendField(
  client: Client,
  schema: GraphQLSchema,
  name: string,
  target: Target,
  callerId?: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const field = fieldNamed(schema, name);
  const variables = (await GRAPHQL[name]?.variables?.(target, callerId)) ?? {};
  return client.graphql(documentOf(name, typesOf(field, variables)), variables, headers);
}

function fieldNamed(schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown> {
  const [root = '', fieldName = ''] = name.split('.');
  const type = schema.getType(root);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) throw new Error(`There is no ${name}.`);
  return field;
}

/** The document that asks for one root field with every argument of it as a variable of the given types. */
export function documentOf(
  name: string,
  types: Readonly<Record<string, string>>,
  selection = GRAPHQL[name]?.selection ?? '',
): string {
  const [root = '', field = ''] = name.split('.');
  const declared = Object.entries(types).map(([argument, type]) => `$${argument}: ${type}`);
  const passed = Object.keys(types).map((argument) => `${argument}: $${argument}`);
  const list = (parts: readonly string[]): string => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  return `${root.toLowerCase()} Run${list(declared)} { ${field}${list(passed)} ${selection} }`;
}
