/** Giving a record to somebody else: whoever may not is told so, and the rejection stands under the record itself. */
import type { RecordType } from '../../../src/access/rights/record-types.js';
import { documentOf, callRoute } from '../../contract/surface/surface.js';
import { digestTenant, makeTarget, type Target } from '../../contract/surface/target.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';

const service = useOwnService();

interface AssignedKind {
  readonly recordType: RecordType;
  readonly many: string;
  readonly id: (target: Target) => string;
  readonly rest: (target: Target) => object;
  readonly graphql: (target: Target) => object;
}

/** The record types that are assigned to users: contacts are not. */
const KINDS: readonly AssignedKind[] = [
  {
    recordType: 'customer',
    many: 'customers',
    id: (t) => t.customerId,
    rest: () => ({ name: 'Client' }),
    graphql: () => ({ name: 'Client' }),
  },
  {
    recordType: 'opportunity',
    many: 'opportunities',
    id: (t) => t.opportunityId,
    rest: (t) => ({ customer_id: t.customerId, name: 'Projet' }),
    graphql: (t) => ({ customerId: t.customerId, name: 'Projet' }),
  },
  {
    recordType: 'activity',
    many: 'activities',
    id: (t) => t.activityId,
    rest: (t) => ({ customer_id: t.customerId, type: 'CALL', subject: 'Appel' }),
    graphql: (t) => ({ customerId: t.customerId, type: 'CALL', subject: 'Appel' }),
  },
];

interface Assignment {
  readonly name: string;
  readonly recordType: RecordType;
  /** The record that the event must name; null for one that is only to be made. */
  readonly id: (target: Target) => string | null;
  readonly send: (tenant: TestTenant, target: Target, assignee: string) => Promise<Answer>;
}

const asUser = ({ user }: TestTenant): Client => as(service, user);

function assignmentsOf({ recordType, many, id, rest, graphql }: AssignedKind): Assignment[] {
  const Noun = recordType.charAt(0).toUpperCase() + recordType.slice(1);
  const path = `/v1/commercial/${many}`;
  const route =
    (name: string, fields: (target: Target) => object): Assignment['send'] =>
    (tenant, target, assigned_to) =>
      callRoute(service, name, tenant.user, target, { body: { ...fields(target), assigned_to } });
  const create: Assignment['send'] = (tenant, target, assignedToId) =>
    asUser(tenant).graphql(
      documentOf(`Mutation.create${Noun}`, { input: `Create${Noun}Input!` }, `{ ${recordType} { id } }`),
      {
        input: { ...graphql(target), assignedToId },
      },
    );
  const update =
    (idOf: (target: Target) => string): Assignment['send'] =>
    (tenant, target, assignedToId) =>
      asUser(tenant).graphql(
        documentOf(`Mutation.update${Noun}`, { id: 'ID!', input: `Update${Noun}Input!` }, `{ ${recordType} { id } }`),
        { id: idOf(target), input: { assignedToId } },
      );
  const inCapitals: Assignment['send'] = (tenant, target, assigned_to) =>
    asUser(tenant).put(`${path}/${id(target).toUpperCase()}`, { assigned_to });
  return [
    { name: `POST ${path}`, recordType, id: () => null, send: route(`POST ${path}`, rest) },
    { name: `PUT ${path}/{id}`, recordType, id, send: route(`PUT ${path}/{id}`, () => ({})) },
    { name: `PATCH ${path}/{id}`, recordType, id, send: route(`PATCH ${path}/{id}`, () => ({})) },
    { name: `PUT ${path}/{ID}`, recordType, id, send: inCapitals },
    { name: `create${Noun}`, recordType, id: () => null, send: create },
    { name: `update${Noun}`, recordType, id, send: update(id) },
    { name: `update${Noun} in capitals`, recordType, id, send: update((t) => id(t).toUpperCase()) },
  ];
}

function codeOf({ body }: Answer): unknown {
  const { code, errors } = body as { code?: string; errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code ?? code;
}

test.each(KINDS.flatMap(assignmentsOf))('$name to somebody else is refused under the record', async (assignment) => {
  const tenant = await service.aTenant();
  const target = await makeTarget(service, tenant, { customer: { createdBy: tenant.user.id } });
  const before = await digestTenant(service, tenant.id, 'without trail');

  const answer = await assignment.send(tenant, target, tenant.admin.id);

  expect(codeOf(answer)).toBe('FORBIDDEN');
  expect(await digestTenant(service, tenant.id, 'without trail')).toBe(before);
  const events = await service.ask(
    'SELECT action, entity_type, entity_id, description, success FROM audit_events WHERE tenant_id = $1 AND request_id = $2',
    [tenant.id, answer.headers.get('x-request-id')],
  );
  const subject = { entity_type: assignment.recordType, entity_id: assignment.id(target) };
  expect(events).toEqual([{ action: 'access.denied', ...subject, description: 'assign', success: false }]);
});

test('a rejected assignment stands in the history of the record', async () => {
  const tenant = await service.aTenant();
  const { customerId } = await makeTarget(service, tenant, { customer: { createdBy: tenant.user.id } });
  await asUser(tenant).put(`/v1/commercial/customers/${customerId}`, { assigned_to: tenant.admin.id });

  const document = 'query ($id: ID!) { customer(id: $id) { history { nodes { action errorCode description } } } }';
  const { body } = (await as(service, tenant.admin).graphql(document, { id: customerId })) as {
    body: { data: { customer: { history: { nodes: object[] } } } };
  };

  expect(body.data.customer.history.nodes[0]).toEqual({
    action: 'access.denied',
    errorCode: 'FORBIDDEN',
    description: 'assign',
  });
});
