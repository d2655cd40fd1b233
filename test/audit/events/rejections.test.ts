import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { rewriteStatements, watchStatements } from '../../support/statements.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const CUSTOMERS = '/v1/commercial/customers';

async function eventsOf(answer: Answer): Promise<object[]> {
  return service.ask(
    `SELECT description, entity_type, entity_id, new_value FROM audit_events
     WHERE tenant_id = $1 AND request_id = $2 AND action = 'access.denied' ORDER BY id`,
    [tenant.id, answer.headers.get('x-request-id')],
  );
}

function mutate(caller: TestUser, fields: readonly string[]): Promise<Answer> {
  return as(service, caller).graphql(`mutation { ${fields.map((field, at) => `a${at}: ${field}`).join(' ')} }`);
}

const codesOf = ({ body }: Answer): string[] =>
  (body as { errors: { extensions: { code: string } }[] }).errors.map(({ extensions }) => extensions.code);

describe('a document that is rejected many times', () => {
  test('writes one event for each permission, with the number and the records', async () => {
    const customers = Array.from({ length: 9 }, () => newId());
    const [contact, activity] = [newId(), newId()];

    const answer = await mutate(tenant.readonly, [
      ...customers.map((id) => `deleteCustomer(id: "${id}") { customer { id } }`),
      `deleteCustomer(id: "${customers[0]?.toUpperCase()}") { customer { id } }`,
      `deleteContact(id: "${contact}") { contact { id } }`,
      `completeActivity(id: "${activity}") { activity { id } }`,
      `reopenActivity(id: "${activity}") { activity { id } }`,
      'createCustomer(input: { name: "A" }) { customer { id } }',
      'createCustomer(input: { name: "B" }) { customer { id } }',
    ]);

    expect(codesOf(answer)).toEqual(Array(15).fill('FORBIDDEN'));
    expect(await eventsOf(answer)).toEqual([
      {
        description: 'customer:delete',
        entity_type: 'customer',
        entity_id: customers[0],
        new_value: { rejections: 10, record_ids: customers },
      },
      { description: 'contact:delete', entity_type: 'contact', entity_id: contact, new_value: null },
      {
        description: 'activity:update',
        entity_type: 'activity',
        entity_id: activity,
        new_value: { rejections: 2, record_ids: [activity] },
      },
      {
        description: 'customer:create',
        entity_type: 'customer',
        entity_id: null,
        new_value: { rejections: 2, record_ids: [] },
      },
    ]);
  });

  test('writes them in one transaction', async () => {
    const ids = Array.from({ length: 15 }, () => newId());
    const watch = watchStatements();
    const deletions = ids.map((id, at) => `${at % 2 ? 'deleteCustomer' : 'restoreContact'}(id: "${id}") { changed }`);
    await mutate(tenant.readonly, deletions).finally(() => {
      watch.stop();
    });

    const writes = watch.messages.map(({ texts }) =>
      texts.filter((text) => text.startsWith('insert into audit_events')),
    );
    expect(writes.filter(({ length }) => length > 0)).toHaveLength(1);
  });

  test('writes one for fields below its root and at its root', async () => {
    await as(service, tenant.admin).post(CUSTOMERS, { name: 'A' });
    await as(service, tenant.admin).post(CUSTOMERS, { name: 'B' });

    const answer = await as(service, tenant.readonly).graphql(
      `{ a: customers { nodes { history { totalCount } } } b: customers { nodes { history { totalCount } } }
         c: auditEvents { totalCount } d: auditEvents { totalCount } }`,
    );

    expect(await eventsOf(answer)).toMatchObject([
      { description: 'audit:read', entity_type: 'audit', entity_id: null },
    ]);
  });

  test('still does what its caller may', async () => {
    const answer = await mutate(tenant.user, [
      'createCustomer(input: { name: "A" }) { customer { name } }',
      `deleteCustomer(id: "${newId()}") { customer { id } }`,
      'createCustomer(input: { name: "B" }) { customer { name } }',
    ]);

    expect(answer.body).toMatchObject({
      data: { a0: { customer: { name: 'A' } }, a1: null, a2: { customer: { name: 'B' } } },
    });
    expect(await eventsOf(answer)).toMatchObject([{ description: 'customer:delete', new_value: null }]);
  });
});

test('requests that are rejected alike write one event each, on both transports', async () => {
  const id = newId();
  const answers = [
    await as(service, tenant.readonly).delete(`${CUSTOMERS}/${id}`),
    await as(service, tenant.readonly).delete(`${CUSTOMERS}/${id}`),
    await mutate(tenant.readonly, [`deleteCustomer(id: "${id}") { customer { id } }`]),
    await mutate(tenant.readonly, [`deleteCustomer(id: "${id}") { customer { id } }`]),
  ];

  for (const answer of answers) {
    expect(await eventsOf(answer)).toEqual([
      { description: 'customer:delete', entity_type: 'customer', entity_id: id, new_value: null },
    ]);
  }
});

test('a rejection that cannot be recorded is an error of its own, and leaves the other fields as they are', async () => {
  const stop = rewriteStatements((text) => text.replaceAll(/\baudit_events\b/g, 'nothing'));
  const answer = await mutate(tenant.readonly, [
    `deleteCustomer(id: "${newId()}") { customer { id } }`,
    'createCustomer(input: { name: "" }) { customer { id } }',
    `deleteContact(id: "${newId()}") { contact { id } }`,
  ]).finally(stop);

  expect(answer.status).toBe(200);
  expect(codesOf(answer)).toEqual(['INTERNAL', 'VALIDATION_FAILED', 'INTERNAL']);
});
