/** Which route of REST and which field of GraphQL are the same operation: told by their names. */
import { buildSchema, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import type { RestRouteDescription } from '../../../src/platform/rest/routes.js';
import { ROUTES } from '../surface/surface.js';

export interface Pair {
  readonly root: 'Query' | 'Mutation';
  readonly field: string;
  /** `METHOD path` */
  readonly route: string;
}

/** What the code builds: another test compares the two. */
export const SCHEMA = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

/** Names that differ although the operation is the same. */
const RENAMED: Readonly<Record<string, string>> = {
  resetPassword: 'resetUserPassword',
  listAuditLogs: 'auditEvents',
  getPipelineSummary: 'pipeline',
};

/** Routes that GraphQL answers in another form, and how. */
export const REST_ALONE: Readonly<Record<string, string>> = {
  me: 'viewer',
  getUser: 'users',
  getApiKey: 'apiKeys',
  getIdentityProvider: 'identityProviders',
  getTenant: 'viewer { tenant }',
  getPermissions: 'the table itself; viewer { permissions }',
  getLimits: 'viewer { limits }',
  getAuditLog: 'auditEvents',
  verifyAuditTrail: 'for operators',
  listContactsOfCustomer: 'customer { contacts }',
  listOpportunityTransitions: 'opportunity { transitions }',
  exportCustomers: 'a file',
  exportContacts: 'a file',
  exportOpportunities: 'a file',
  exportActivities: 'a file',
};
/** Fields that REST answers in another form, and how. */
export const GRAPHQL_ALONE: Readonly<Record<string, string>> = {
  customerByCode: 'GET /customers?search=',
  opportunityByCode: 'GET /opportunities?search=',
  node: 'GET of the kind that the caller knows it to be',
  nodes: 'as node',
  search: 'the lists, each with ?search=',
  viewer: 'GET /auth/me, /tenant, /meta/limits',
};

/** PATCH is PUT by another name. */
const isAlias = ({ operationId }: RestRouteDescription): boolean => operationId.startsWith('patch');

/** `getContact` → `contact`, `listContacts` → `contacts`, `winOpportunity` stays. */
export function fieldOf({ operationId }: RestRouteDescription): string {
  const [, recordType] = /^(?:get|list)([A-Z]\w*)$/.exec(operationId) ?? [];
  return RENAMED[operationId] ?? (recordType ? recordType.charAt(0).toLowerCase() + recordType.slice(1) : operationId);
}

function fieldsOf(schema: GraphQLSchema, root: Pair['root']): Readonly<Record<string, GraphQLField<unknown, unknown>>> {
  const type = schema.getType(root);
  return isObjectType(type) ? type.getFields() : {};
}

/** @throws for a field that is not there */
export function fieldIn(schema: GraphQLSchema, { root, field }: Pair): GraphQLField<unknown, unknown> {
  const found = fieldsOf(schema, root)[field];
  if (!found) throw new Error(`There is no ${root}.${field}.`);
  return found;
}

/** Every operation that both transports have. */
export function pairsOf(schema: GraphQLSchema): Pair[] {
  const [queries, mutations] = [fieldsOf(schema, 'Query'), fieldsOf(schema, 'Mutation')];
  return [...ROUTES].flatMap(([route, description]): Pair[] => {
    const field = fieldOf(description);
    if (isAlias(description)) return [];
    if (field in mutations) return [{ root: 'Mutation', field, route }];
    return field in queries ? [{ root: 'Query', field, route }] : [];
  });
}

/** What one transport has alone: operation ids of REST, field names of GraphQL. */
export function unpaired(schema: GraphQLSchema): { rest: string[]; graphql: string[] } {
  const paired = pairsOf(schema);
  const routes = new Set(paired.map(({ route }) => route));
  const fields = new Set(paired.map(({ field }) => field));
  const rest = [...ROUTES].filter(([route, description]) => !routes.has(route) && !isAlias(description));
  const all = [...Object.keys(fieldsOf(schema, 'Query')), ...Object.keys(fieldsOf(schema, 'Mutation'))];
  return {
    rest: rest.map(([, { operationId }]) => operationId).sort(),
    graphql: all.filter((field) => !fields.has(field)).sort(),
  };
}

export const isCrm = ({ route }: Pair): boolean => route.includes('/v1/commercial/');
export const isList = ({ field }: Pair): boolean => /^(?:customers|contacts|opportunities|activities)$/.test(field);
export const CRM_PAIRS = pairsOf(SCHEMA).filter(isCrm);

/** For `test.each`. */
export function named(pairs: readonly Pair[]): (readonly [field: string, pair: Pair])[] {
  return pairs.map((pair) => [pair.field, pair] as const);
}
