import type { GraphQLSchema } from 'graphql';
import { RIGHTS, type Grant, type Permission } from '../../../src/access/rights/permissions.js';
import { Role } from '../../../src/access/identity/user.entity.js';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { callField, callRoute, GRAPHQL, REST, ROUTES } from '../../contract/surface/surface.js';
import { isOwnable } from '../../contract/surface/operation.js';
import { digestTenant, makeTarget, type Target, type TargetOptions } from '../../contract/surface/target.js';

const service = useOwnService();
let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

const ROLES = Object.values(Role);

function rootFields(): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => type !== null && type !== undefined);
  return roots.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}

/** Of the error; a customer has a code as well. */
function codeOf({ status, body }: Answer): string | undefined {
  const { code, errors } = (body ?? {}) as { code?: string; errors?: { extensions: { code: string } }[] };
  return status < 300 ? errors?.[0]?.extensions.code : (code ?? errors?.[0]?.extensions.code);
}

const isSuccess = (answer: Answer): boolean => answer.status < 300 && codeOf(answer) === undefined;

function grantFor(role: Role, needs: string): Grant | undefined {
  return needs === 'open' || needs === 'signed in' ? 'all' : RIGHTS[role][needs as Permission];
}

async function eventsOf(tenant: TestTenant, answer: Answer): Promise<object[]> {
  return service.ask(
    `SELECT action, user_id, user_role, error_code, success, description, entity_type, entity_id FROM audit_events
     WHERE tenant_id = $1 AND request_id = $2`,
    [tenant.id, answer.headers.get('x-request-id')],
  );
}

type Call = (caller: TestUser | undefined, target: Target) => Promise<Answer>;

function variableIn(variables: object = {}): string | null {
  return 'id' in variables ? String(variables.id) : null;
}

/** The id that the operation is called with; what is about the company is about the caller's. */
async function subjectOf(name: string, tenant: TestTenant, target: Target): Promise<string | null> {
  const { [name]: rest } = REST;
  const { [name]: graphql } = GRAPHQL;
  if ([rest?.needs, graphql?.needs].includes('tenant:manage')) return tenant.id;
  return rest?.id ? rest.id(target) : variableIn(await graphql?.variables?.(target));
}

/** Rejected with the code, nothing changed, one event under the record that it was about. */
async function expectRejection(
  tenant: TestTenant,
  caller: TestUser,
  needs: string,
  entity_id: string | null,
  call: () => Promise<Answer>,
): Promise<void> {
  const before = await digestTenant(service, tenant.id, 'without trail');

  const answer = await call();

  expect(codeOf(answer)).toBe('FORBIDDEN');
  expect(await digestTenant(service, tenant.id, 'without trail')).toBe(before);
  expect(await eventsOf(tenant, answer)).toEqual([
    {
      action: 'access.denied',
      user_id: caller.id,
      user_role: caller.role,
      error_code: 'FORBIDDEN',
      success: false,
      description: needs,
      entity_type: needs.replace(/:.*/, '').replace(/^provider$/, 'identity_provider'),
      entity_id,
    },
  ]);
}

/** Every way in which a record is somebody's own: by itself, and through its customer. Contacts are assigned to nobody. */
function waysToOwn(needs: string, { id }: TestUser): TargetOptions[] {
  const owners = [{ createdBy: id }, { assignedTo: id }];
  const throughCustomer = owners.map((customer) => ({ customer }));
  if (needs.startsWith('customer:')) return throughCustomer;
  const byItself = needs.startsWith('contact:') ? owners.slice(0, 1) : owners;
  return [...throughCustomer, ...byItself.map((children) => ({ children }))];
}

async function checkRole(role: Role, name: string, needs: string, call: Call): Promise<void> {
  const tenant = await service.aTenant();
  const caller = tenant[role];
  const grant = grantFor(role, needs);
  if (grant === undefined || (grant === 'own' && isOwnable(needs))) {
    const target = await makeTarget(service, tenant);
    const subject = await subjectOf(name, tenant, target);
    await expectRejection(tenant, caller, needs, subject, () => call(caller, target));
  }
  if (grant === undefined) return;
  for (const ownership of grant === 'own' ? waysToOwn(needs, caller) : [{}]) {
    const answer = await call(caller, await makeTarget(service, tenant, ownership));
    expect([answer.status, answer.text.slice(0, 300), isSuccess(answer)]).toEqual([
      answer.status,
      expect.anything(),
      true,
    ]);
  }
}

async function checkStranger(needs: string, call: Call): Promise<void> {
  const tenant = await service.aTenant();
  const target = await makeTarget(service, tenant);
  const before = await digestTenant(service, tenant.id, 'with trail');

  const answer = await call(undefined, target);

  if (needs === 'open') expect(isSuccess(answer)).toBe(true);
  else {
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await digestTenant(service, tenant.id, 'with trail')).toBe(before);
  }
}

describe('the matrix knows', () => {
  test('every route that the server registers, and no other', () => {
    expect(Object.keys(REST).sort()).toEqual([...ROUTES.keys()].sort());
  });

  test('every root field of the schema, and no other', () => {
    expect(Object.keys(GRAPHQL).sort()).toEqual(rootFields().sort());
  });
});

describe.each(Object.entries(REST))('%s', (name, { needs }) => {
  const call: Call = (caller, target) => callRoute(service, name, caller, target);

  test.each(ROLES)(`needs ${needs}, of %s`, (role) => checkRole(role, name, needs, call));

  test('asks a stranger who they are', () => checkStranger(needs, call));

  const rejected = ROLES.filter((role) => grantFor(role, needs) === undefined);
  if (rejected.length === 0) return;
  test.each(rejected)('rejects %s before it reads what was sent', async (role) => {
    const tenant = await service.aTenant();
    const target = await makeTarget(service, tenant);
    const isRead = name.startsWith('GET');
    const sent = isRead ? { query: '?nonsense=1' } : { body: 'nonsense', headers: { 'content-type': 'text/plain' } };

    const subject = await subjectOf(name, tenant, target);
    await expectRejection(tenant, tenant[role], needs, subject, () =>
      callRoute(service, name, tenant[role], target, sent),
    );
  });
});

describe.each(Object.entries(GRAPHQL))('%s', (name, { needs }) => {
  const call: Call = (caller, target) => callField(service, schema, name, caller, target);

  test.each(ROLES)(`needs ${needs}, of %s`, (role) => checkRole(role, name, needs, call));

  test('asks a stranger who they are', () => checkStranger(needs, call));
});

describe('own records', () => {
  test('are all that a user can export', async () => {
    const tenant = await service.aTenant();
    const [others, created, assigned] = await Promise.all([
      makeTarget(service, tenant),
      makeTarget(service, tenant, { customer: { createdBy: tenant.user.id } }),
      makeTarget(service, tenant, { customer: { assignedTo: tenant.user.id } }),
    ]);

    const { text } = await as(service, tenant.user).get('/v1/commercial/export/customers');

    expect([created, assigned].every(({ customerId }) => text.includes(customerId))).toBe(true);
    expect(
      [others, created].some(({ deletedId }) => text.includes(deletedId)) || text.includes(others.customerId),
    ).toBe(false);
  });

  test('stay own when a user gives them to nobody, and others’ cannot be taken', async () => {
    const tenant = await service.aTenant();
    const own = await makeTarget(service, tenant, { customer: { createdBy: tenant.user.id } });
    const others = await makeTarget(service, tenant);
    const client = as(service, tenant.user);
    const address = (id: string): string => `/v1/commercial/customers/${id}`;

    expect((await client.put(address(own.customerId), { assigned_to: tenant.user.id })).status).toBe(200);
    expect((await client.put(address(own.customerId), { assigned_to: null })).status).toBe(200);
    await expectRejection(tenant, tenant.user, 'customer:update', others.customerId, () =>
      client.put(address(others.customerId), { assigned_to: tenant.user.id }),
    );
  });

  test('are not given to somebody else by a user', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await makeTarget(service, tenant, { customer: { createdBy: tenant.user.id } });
    const before = await digestTenant(service, tenant.id, 'without trail');

    const answer = await as(service, tenant.user).put(`/v1/commercial/customers/${customerId}`, {
      assigned_to: tenant.admin.id,
    });

    expect([answer.status, codeOf(answer)]).toEqual([403, 'FORBIDDEN']);
    expect(await digestTenant(service, tenant.id, 'without trail')).toBe(before);
  });
});
