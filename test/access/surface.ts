/** Every operation of both edges with what it needs and how to call it: the matrices of rights and of tenants are made of it. */
import type { AccountTools } from '../../src/account/account-tools.js';
import type { Permission } from '../../src/access/permissions.js';
import { inTenantTransaction } from '../../src/access/transaction.js';
import { recordEvent } from '../../src/audit/audit-event.js';
import { newId } from '../../src/platform/ids.js';
import type { RestRouteDescription } from '../../src/platform/rest-routes.js';
import { restRoutes } from '../../src/routes.js';
import { as, type Answer } from '../support/client.js';
import { PASSWORD, type TestService, type TestTenant, type TestUser } from '../support/service.js';

/** `open`: anybody. `signed in`: whoever is identified. Else the right that the table of rights must grant. */
type Need = Permission | 'open' | 'signed in';

/** What an operation is pointed at: ids of one tenant, or ids that nobody has. */
export interface Target {
  readonly customerId: string;
  readonly deletedId: string;
  readonly code: string;
  /** A user of the tenant beside the four. */
  readonly userId: string;
  /** What that user did to the customer. */
  readonly auditEventId: string;
  /** A fresh refresh token, made when it is asked for. */
  readonly refreshToken: () => Promise<string>;
  readonly login: { readonly email: string; readonly password: string; readonly tenantId: string };
}

interface Operation {
  readonly needs: Need;
  /** On others' records the right does not hold where the table says `own`. */
  readonly isOwnable?: true;
}

interface RestOperation extends Operation {
  readonly id?: (target: Target) => string;
  readonly body?: (target: Target) => object | Promise<object>;
}

const customer = (target: Target): string => target.customerId;
const deleted = (target: Target): string => target.deletedId;
const user = (target: Target): string => target.userId;
const auditEvent = (target: Target): string => target.auditEventId;
const newUser = (): object => ({ email: `${newId()}@essai.example`, full_name: 'Nouvelle Personne', role: 'user' });

const UPDATE = { needs: 'customer:update', isOwnable: true, id: customer, body: () => ({ city: 'Lyon' }) } as const;
const UPDATE_USER = { needs: 'user:manage', id: user, body: () => ({ full_name: 'Autre Nom' }) } as const;
const UPDATE_TENANT = { needs: 'tenant:manage', body: () => ({ name: 'Autre Raison' }) } as const;

export const REST: Readonly<Record<string, RestOperation>> = {
  'POST /v1/auth/login': {
    needs: 'open',
    body: ({ login: { email, password, tenantId } }) => ({ email, password, tenant_id: tenantId }),
  },
  'POST /v1/auth/refresh': {
    needs: 'open',
    body: async (target) => ({ refresh_token: await target.refreshToken() }),
  },
  'POST /v1/auth/logout': { needs: 'signed in' },
  'GET /v1/auth/me': { needs: 'signed in' },
  'POST /v1/auth/password': {
    needs: 'signed in',
    body: () => ({ current_password: PASSWORD, new_password: 'jacinthes-et-narcisses' }),
  },
  'GET /v1/users': { needs: 'user:manage' },
  'POST /v1/users': { needs: 'user:manage', body: newUser },
  'GET /v1/users/{id}': { needs: 'user:manage', id: user },
  'PUT /v1/users/{id}': UPDATE_USER,
  'PATCH /v1/users/{id}': UPDATE_USER,
  'DELETE /v1/users/{id}': { needs: 'user:manage', id: user },
  'POST /v1/users/{id}/password': { needs: 'user:manage', id: user },
  'GET /v1/tenant': { needs: 'tenant:manage' },
  'PUT /v1/tenant': UPDATE_TENANT,
  'PATCH /v1/tenant': UPDATE_TENANT,
  'GET /v1/meta/permissions': { needs: 'signed in' },
  'GET /v1/meta/limits': { needs: 'signed in' },
  'GET /v1/audit/logs': { needs: 'audit:read' },
  'GET /v1/audit/logs/{id}': { needs: 'audit:read', id: auditEvent },
  'GET /v1/audit/verify': { needs: 'audit:read' },
  'GET /v1/commercial/customers': { needs: 'customer:read' },
  'POST /v1/commercial/customers': { needs: 'customer:create', body: () => ({ name: 'Nouveau Client' }) },
  'GET /v1/commercial/customers/{id}': { needs: 'customer:read', id: customer },
  'PUT /v1/commercial/customers/{id}': UPDATE,
  'PATCH /v1/commercial/customers/{id}': UPDATE,
  'DELETE /v1/commercial/customers/{id}': { needs: 'customer:delete', id: customer },
  'POST /v1/commercial/customers/{id}/convert': { needs: 'customer:update', isOwnable: true, id: customer },
  'POST /v1/commercial/customers/{id}/restore': { needs: 'customer:restore', id: deleted },
  'GET /v1/commercial/export/customers': { needs: 'customer:export' },
};

interface GraphqlOperation extends Operation {
  readonly selection: string;
  readonly variables?: (target: Target) => object | Promise<object>;
}

const ACCOUNT = '{ id email }';
const NEW_USER = (): object => ({
  input: { email: `${newId()}@essai.example`, fullName: 'Nouvelle Personne', role: 'USER' },
});

export const GRAPHQL: Readonly<Record<string, GraphqlOperation>> = {
  'Query.customer': { needs: 'customer:read', selection: '{ id name }', variables: (t) => ({ id: t.customerId }) },
  'Query.customerByCode': { needs: 'customer:read', selection: '{ id name }', variables: ({ code }) => ({ code }) },
  'Query.customers': {
    needs: 'customer:read',
    selection: '{ totalCount nodes { id name assignedTo { id fullName } createdBy { id fullName } } }',
  },
  'Query.auditEvents': {
    needs: 'audit:read',
    selection: '{ totalCount nodes { id action entityId newValue actor { id fullName } } }',
  },
  'Query.users': { needs: 'user:manage', selection: `{ totalCount nodes ${ACCOUNT} }` },
  'Query.viewer': {
    needs: 'signed in',
    selection: `{ permissions user ${ACCOUNT} tenant { id name } limits { resource limit used } }`,
  },
  'Mutation.login': { needs: 'open', selection: '{ accessToken }', variables: ({ login }) => login },
  'Mutation.refreshSession': {
    needs: 'open',
    selection: '{ accessToken }',
    variables: async (target) => ({ refreshToken: await target.refreshToken() }),
  },
  'Mutation.logout': { needs: 'signed in', selection: '' },
  'Mutation.changePassword': {
    needs: 'signed in',
    selection: '',
    variables: () => ({ currentPassword: PASSWORD, newPassword: 'jacinthes-et-narcisses' }),
  },
  'Mutation.createCustomer': {
    needs: 'customer:create',
    selection: '{ id }',
    variables: () => ({ input: { name: 'Nouveau Client' } }),
  },
  'Mutation.updateCustomer': {
    needs: 'customer:update',
    isOwnable: true,
    selection: '{ id }',
    variables: (t) => ({ id: t.customerId, input: { city: 'Lyon' } }),
  },
  'Mutation.convertCustomer': {
    needs: 'customer:update',
    isOwnable: true,
    selection: '{ id }',
    variables: (t) => ({ id: t.customerId }),
  },
  'Mutation.deleteCustomer': {
    needs: 'customer:delete',
    selection: '{ id }',
    variables: (t) => ({ id: t.customerId }),
  },
  'Mutation.restoreCustomer': {
    needs: 'customer:restore',
    selection: '{ id }',
    variables: (t) => ({ id: t.deletedId }),
  },
  'Mutation.createUser': { needs: 'user:manage', selection: `{ user ${ACCOUNT} }`, variables: NEW_USER },
  'Mutation.updateUser': {
    needs: 'user:manage',
    selection: ACCOUNT,
    variables: (t) => ({ id: t.userId, input: { fullName: 'Autre Nom' } }),
  },
  'Mutation.deactivateUser': { needs: 'user:manage', selection: ACCOUNT, variables: (t) => ({ id: t.userId }) },
  'Mutation.resetUserPassword': {
    needs: 'user:manage',
    selection: `{ user ${ACCOUNT} }`,
    variables: (t) => ({ id: t.userId }),
  },
  'Mutation.updateTenant': {
    needs: 'tenant:manage',
    selection: '{ id name }',
    variables: () => ({ input: { name: 'Autre Raison' } }),
  },
};

/** The routes that the server registers, by `METHOD path`. Descriptions need none of the tools. */
export const ROUTES: ReadonlyMap<string, RestRouteDescription> = (() => {
  const { open, signedIn } = restRoutes({} as AccountTools);
  return new Map([...open, ...signedIn].map((route) => [`${route.method} ${route.path}`, route]));
})();

/** A live and a deleted customer of somebody else than the four users, and a fifth user. */
export async function makeTarget(service: TestService, tenant: TestTenant, owner?: OwnedBy): Promise<Target> {
  const [userId, customerId, deletedId] = [newId(), newId(), newId()];
  const code = `C-${customerId.slice(-8)}`;
  await service.ask(
    `INSERT INTO users (tenant_id, id, email, full_name, role, password_hash)
     SELECT $1, $2, $3, $4, 'user', password_hash FROM users WHERE tenant_id = $1 AND id = $5`,
    [tenant.id, userId, `${userId}@essai.example`, `Personne ${userId}`, tenant.admin.id],
  );
  const insert = `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency,
      created_by, assigned_to, created_at, updated_at, deleted_at, phone, email)
    VALUES ($1, $2, $3, $4, 'PROSPECT', 'FR', 'NET_30', 'EUR', $5, $6, now(), now(), $7, '0611223344', 'contact@essai.example')`;
  const { createdBy = userId, assignedTo = null } = owner ?? {};
  await service.ask(insert, [tenant.id, customerId, code, `Client ${customerId}`, createdBy, assignedTo, null]);
  await service.ask(insert, [
    tenant.id,
    deletedId,
    `${code}-X`,
    `Client ${deletedId}`,
    createdBy,
    assignedTo,
    new Date(),
  ]);
  await service.ask(
    `INSERT INTO counters AS c (tenant_id, name, value) VALUES ($1, 'customer.live', 1)
     ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + 1`,
    [tenant.id],
  );
  const auditEventId = await makeEvent(service, { tenantId: tenant.id, userId, customerId });
  const login = { email: tenant.admin.email, password: PASSWORD, tenantId: tenant.id };
  return { customerId, deletedId, code, userId, auditEventId, login, refreshToken: () => signIn(service, login) };
}

/** An event as the service writes it. @returns its id */
async function makeEvent(
  service: TestService,
  { tenantId, userId, customerId }: Readonly<Record<'tenantId' | 'userId' | 'customerId', string>>,
): Promise<string> {
  const actor = { kind: 'user', userId, role: 'user', email: `${userId}@essai.example` } as const;
  const origin = { actor, requestId: newId(), ipAddress: '192.0.2.1' };
  const values = { name: `Client ${customerId}` };
  await inTenantTransaction(service.database, tenantId, (em) =>
    recordEvent(em, origin, {
      action: 'customer.created',
      entityType: 'customer',
      entityId: customerId,
      newValue: values,
    }),
  );
  const [event] = await service.ask<{ id: string }>('SELECT id FROM audit_events WHERE request_id = $1', [
    origin.requestId,
  ]);
  return event?.id ?? '';
}

export interface OwnedBy {
  readonly createdBy?: string;
  readonly assignedTo?: string;
}

async function signIn(service: TestService, { email, password, tenantId }: Target['login']): Promise<string> {
  const answer = await as(service).post('/v1/auth/login', { email, password, tenant_id: tenantId });
  const { refresh_token } = answer.body as { readonly refresh_token: string };
  return refresh_token;
}

/** Ids that nobody has. */
export function nobody(target: Target): Target {
  const ids = { customerId: newId(), deletedId: newId(), userId: newId(), auditEventId: newId() };
  return { ...target, ...ids, code: `C-${newId().slice(-8)}` };
}

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
  return as(service, caller).request(method, pathOf(name, target) + query, sent, headers);
}

export interface Sent {
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The path of a route of `REST`, pointed at the target. */
export function pathOf(name: string, target: Target): string {
  const [, path = ''] = name.split(' ');
  return path.replace('{id}', REST[name]?.id?.(target) ?? '');
}

/** The document that asks for one root field with every argument of it as a variable of the given types. */
export function documentOf(name: string, types: Readonly<Record<string, string>>): string {
  const [root = '', field = ''] = name.split('.');
  const declared = Object.entries(types).map(([argument, type]) => `$${argument}: ${type}`);
  const passed = Object.keys(types).map((argument) => `${argument}: $${argument}`);
  const list = (parts: readonly string[]): string => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  return `${root.toLowerCase()} Run${list(declared)} { ${field}${list(passed)} ${GRAPHQL[name]?.selection ?? ''} }`;
}

/**
 * A digest of everything that the tenant has, row by row.
 * @param trail whether the audit trail counts
 */
export async function digestTenant(
  service: TestService,
  tenantId: string,
  trail: 'with trail' | 'without trail',
): Promise<string> {
  const tables = await service.ask<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
  );
  const names = tables.map(({ name }) => name).filter((name) => trail === 'with trail' || !name.startsWith('audit_'));
  const rows = names.map((name) => `SELECT '${name} ' || r::text AS line FROM ${name} r WHERE tenant_id = $1`);
  const [digest] = await service.ask<{ digest: string }>(
    `SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS digest FROM
      (${rows.join(' UNION ALL ')} UNION ALL SELECT 'tenants ' || r::text FROM tenants r WHERE id = $1) lines`,
    [tenantId],
  );
  return digest?.digest ?? '';
}
