import { newId } from '../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../support/client.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';

interface Payload {
  readonly customer: { readonly id: string; readonly name: string };
}

interface Body {
  readonly data: Readonly<Record<string, Payload | null>> | null;
  readonly errors?: readonly {
    readonly path: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}

const bodyOf = (answer: Answer): Body => answer.body as Body;
const failuresOf = (answer: Answer): string[] =>
  (bodyOf(answer).errors ?? []).map(({ path, extensions }) => `${path.join('.')} ${extensions.code}`);

/** A page of contacts is read by a loader that lives as long as a mutation. */
const RECORD = '{ id name city contacts { totalCount nodes { lastName } } }';

const LIMIT_USED: unknown = expect.objectContaining({ resource: 'customers', used: 2 });

describe.each(['true', 'false'])('several mutations in a document, compiled: %s', (compile) => {
  let service: OwnService;
  let tenant: TestTenant;
  let client: Client;

  beforeAll(async () => {
    service = await startTestService({ GRAPHQL_COMPILE: compile });
  });
  beforeEach(async () => {
    tenant = await service.aTenant({ limit_customers: 4 });
    client = as(service, tenant.admin);
  });
  afterAll(() => service.close());

  const namesOf = async (): Promise<string[]> => {
    const rows = await service.ask<{ name: string }>('SELECT name FROM customers WHERE tenant_id = $1 ORDER BY name', [
      tenant.id,
    ]);
    return rows.map(({ name }) => name);
  };
  const createdOf = (): Promise<{ user_id: string; action: string }[]> =>
    service.ask("SELECT action FROM audit_events WHERE tenant_id = $1 AND action LIKE 'customer.%' ORDER BY id", [
      tenant.id,
    ]);

  test('the first and the third are done and answered when the second fails, and nothing of the second is left', async () => {
    const answer = await client.graphql(`mutation {
      first: createCustomer(input: { name: "A", code: "ONE" }) { customer { name code } }
      second: createCustomer(input: { name: "B", code: "ONE" }) { customer { name code } }
      third: createCustomer(input: { name: "C" }) { customer { name code } }
    }`);

    expect(answer.status).toBe(200);
    expect(bodyOf(answer).data).toEqual({
      first: { customer: { name: 'A', code: 'ONE' } },
      second: null,
      third: { customer: { name: 'C', code: 'CLI00001' } },
    });
    expect(failuresOf(answer)).toEqual(['second DUPLICATE']);
    expect(await namesOf()).toEqual(['A', 'C']);
    expect(await createdOf()).toHaveLength(2);
    const counted = await client.get('/v1/meta/limits');
    expect(counted.body).toMatchObject({ limits: expect.arrayContaining([LIMIT_USED]) as unknown });
  });

  test('they run in the order of the document, and each sees what those before it left', async () => {
    const create = await client.graphql(
      `mutation { it: createCustomer(input: { name: "Before" }) { customer { id name } } }`,
    );
    const id = bodyOf(create).data?.it?.customer.id;
    const person = (name: string) => `{ customerId: $id, firstName: "P", lastName: "${name}" }`;

    const answer = await client.graphql(
      `mutation ($id: ID!) {
        one: updateCustomer(id: $id, input: { city: "Lyon" }) { customer ${RECORD} }
        two: createContact(input: ${person('Martin')}) { contact { customer ${RECORD} } }
        stale: updateCustomer(id: $id, expectedVersion: 1, input: { name: "Never", city: "Nowhere" }) { customer ${RECORD} }
        wrong: updateCustomer(id: $id, input: { name: "Never", email: "none" }) { customer ${RECORD} }
        three: createContact(input: ${person('Bernard')}) { contact { customer ${RECORD} } }
        four: updateCustomer(id: $id, expectedVersion: 2, input: { name: "After" }) { customer ${RECORD} }
        gone: deleteCustomer(id: $id) { customer { id name } }
        late: updateCustomer(id: $id, input: { city: "Metz" }) { customer ${RECORD} }
        back: restoreCustomer(id: $id) { customer ${RECORD} }
      }`,
      { id },
    );

    const seen = (name: string, ...contacts: string[]) => ({
      customer: {
        id,
        name,
        city: 'Lyon',
        contacts: { totalCount: contacts.length, nodes: contacts.map((lastName) => ({ lastName })) },
      },
    });
    expect(failuresOf(answer)).toEqual(['stale VERSION_CONFLICT', 'wrong VALIDATION_FAILED', 'late NOT_FOUND']);
    expect(bodyOf(answer).data).toEqual({
      one: seen('Before'),
      two: { contact: seen('Before', 'Martin') },
      stale: null,
      wrong: null,
      three: { contact: seen('Before', 'Bernard', 'Martin') },
      four: seen('After', 'Bernard', 'Martin'),
      gone: { customer: { id, name: 'After' } },
      late: null,
      back: seen('After', 'Bernard', 'Martin'),
    });
  });

  test('an error by a limit or a right stops none of the others', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const document = `mutation { ${names.map((name) => `${name}: createCustomer(input: { name: "${name}" }) { customer { name } }`).join(' ')}
      g: deleteCustomer(id: "${newId()}") { customer { name } } }`;

    const answer = await client.graphql(document);
    const rejected = await as(service, tenant.readonly).graphql(document);

    expect(failuresOf(answer)).toEqual(['e QUOTA_EXCEEDED', 'f QUOTA_EXCEEDED', 'g NOT_FOUND']);
    expect(await namesOf()).toEqual(['a', 'b', 'c', 'd']);
    expect(failuresOf(rejected)).toEqual([...names, 'g'].map((name) => `${name} FORBIDDEN`));
    expect(new Set(Object.values(bodyOf(rejected).data ?? {}))).toEqual(new Set([null]));
  });

  test('an Idempotency-Key protects each by itself: a retry repeats none that was done, and tries again what failed', async () => {
    const headers = { 'idempotency-key': newId() };
    const document = `mutation {
      first: createCustomer(input: { name: "A" }) { customer { id name } }
      second: createCustomer(input: { name: "B", code: "TAKEN" }) { customer { id name } }
      third: createCustomer(input: { name: "C" }) { customer { id name } }
    }`;
    const holder = await client.graphql(
      'mutation { it: createCustomer(input: { name: "H", code: "TAKEN" }) { customer { id name } } }',
    );

    const once = await client.graphql(document, undefined, headers);
    await service.ask("UPDATE customers SET code = 'FREE' WHERE tenant_id = $1 AND id = $2", [
      tenant.id,
      bodyOf(holder).data?.it?.customer.id,
    ]);
    const twice = await client.graphql(document, undefined, headers);

    expect(failuresOf(once)).toEqual(['second DUPLICATE']);
    expect(failuresOf(twice)).toEqual([]);
    expect(twice.headers.get('idempotency-replayed')).toBe('true');
    expect(bodyOf(twice).data).toEqual({
      ...bodyOf(once).data,
      second: { customer: { id: bodyOf(twice).data?.second?.customer.id, name: 'B' } },
    });
    expect(await namesOf()).toEqual(['A', 'B', 'C', 'H']);
  });
});
