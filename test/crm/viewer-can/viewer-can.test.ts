import { Role } from '../../../src/access/identity/user.entity.js';
import { makeTarget, type TargetOptions } from '../../contract/surface/target.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';
import { CHECKED_TYPES, makeRecords, mutationOf, type CheckedRecord, type CheckedType } from './checked-records.js';

const service = useOwnService();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await service.aTenant();
});

interface Check {
  readonly allowed: boolean;
  readonly code: string | null;
  readonly reason: string | null;
}
type Checks = Readonly<Record<string, Check>>;

const allOf = (operations: readonly string[]): string =>
  `viewerCan { ${operations.map((operation) => `${operation} { allowed code reason }`).join(' ')} }`;

function inChunks<T>(values: readonly T[], size: number): T[][] {
  const count = Math.ceil(values.length / size);
  return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size));
}

/** What is said of each record's own operation. */
async function said(client: Client, type: CheckedType, records: readonly CheckedRecord[]): Promise<Check[]> {
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type.name} { ${allOf(type.operations)} } } }`;
  const pages = await Promise.all(
    inChunks(records, 100).map(async (page) => {
      const answer = await client.graphql(query, { ids: page.map(({ id }) => id) });
      const nodes = graphqlIn<{ nodes: readonly { viewerCan: Checks }[] }>(answer).data?.nodes ?? [];
      return page.map(({ operation }, index) => nodes[index]?.viewerCan[operation]);
    }),
  );
  return pages.flat().map((check) => {
    if (!check) throw new Error('A record without an answer.');
    return check;
  });
}

const ALLOWED: Check = { allowed: true, code: null, reason: null };

interface Failed {
  readonly path: readonly string[];
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** What really happens: each record's own operation is done. */
async function done(client: Client, type: CheckedType, records: readonly CheckedRecord[]): Promise<Map<string, Check>> {
  const outcomes = new Map<string, Check>();
  for (const page of inChunks(records, 15)) {
    const fields = page.map(
      ({ operation, id }, index) => `m${index}: ${mutationOf(type, operation, id)} { __typename }`,
    );
    const answer = await client.graphql(`mutation { ${fields.join(' ')} }`);
    const { data, errors = [] } = answer.body as { data?: Record<string, object | null>; errors?: Failed[] };
    page.forEach(({ id }, index) => {
      const failed = errors.find(({ path }) => path[0] === `m${index}`);
      if (!failed && !data?.[`m${index}`]) throw new Error(answer.text);
      outcomes.set(id, failed ? { allowed: false, code: failed.extensions.code, reason: failed.message } : ALLOWED);
    });
  }
  return outcomes;
}

/** The file holds what may be exported; what it leaves out is somebody else's. */
function exported(file: Answer, { id }: CheckedRecord): Omit<Check, 'reason'> {
  if (file.status === 200) return file.text.includes(id) ? ALLOWED : { allowed: false, code: 'FORBIDDEN' };
  return { allowed: false, code: (file.body as { code: string }).code };
}

const COLLECTIONS: Readonly<Record<string, string>> = {
  ...{ Customer: 'customers', Contact: 'contacts', Opportunity: 'opportunities', Activity: 'activities' },
};

describe('viewerCan says what the operation answers, of every owner and in every state:', () => {
  test('of the four record types, with all their operations', () => {
    expect(CHECKED_TYPES.map(({ name, operations }) => [name, operations.toSorted().join(' ')])).toEqual([
      ['Activity', 'complete delete export reopen restore update'],
      ['Contact', 'delete export restore update'],
      ['Customer', 'convert delete export restore update'],
      ['Opportunity', 'delete export lose reopen restore update win'],
    ]);
  });

  const cases = CHECKED_TYPES.flatMap((type) => Object.values(Role).map((role) => ({ name: type.name, role, type })));

  test.each(cases)('$name, asked by $role', async ({ type, role }) => {
    const company = await service.aTenant();
    const [me, other] = [company[role], role === 'user' ? company.manager : company.user];
    const client = as(service, me);
    const records = await makeRecords(service, company, type, { me, other });

    const checks = await said(client, type, records);
    const file = await client.get(`/v1/commercial/export/${COLLECTIONS[type.name] ?? ''}`);
    const outcomes = await done(client, type, records.filter(({ operation }) => operation !== 'export')); // prettier-ignore

    const wrong = records.flatMap((record, index) => {
      const { reason, ...check } = checks[index] ?? ALLOWED;
      const real = outcomes.get(record.id) ?? { reason, ...exported(file, record) };
      const isSame = real.allowed === check.allowed && real.code === check.code && real.reason === reason;
      return isSame && (reason === null) === check.allowed ? [] : [{ ...record, said: { ...check, reason }, real }];
    });
    expect(wrong).toEqual([]);
    expect(new Set(checks.map(({ allowed }) => allowed)).has(role !== 'readonly')).toBe(true);
  });
});

describe('a check', () => {
  const CAN = 'viewerCan { update { allowed code reason } delete { allowed code reason } }';
  const checksFor = async (role: Role, options: TargetOptions, language: string): Promise<Checks | undefined> => {
    const { customerId } = await makeTarget(service, tenant, options);
    const answer = await as(service, tenant[role]).graphql(
      `query ($id: ID!) { customer(id: $id) { ${CAN} } }`,
      { id: customerId },
      { 'accept-language': language },
    );
    return graphqlIn<{ customer: { viewerCan: Checks } }>(answer).data?.customer.viewerCan;
  };

  test('says its reason in the language of the request', async () => {
    expect(await checksFor('user', {}, 'fr')).toEqual({
      update: { allowed: false, code: 'FORBIDDEN', reason: 'Cette action est limitée à vos propres fiches.' },
      delete: { allowed: false, code: 'FORBIDDEN', reason: "Votre rôle n'autorise pas cette action." },
    });
    expect(await checksFor('readonly', { customer: { createdBy: tenant.readonly.id } }, 'en')).toMatchObject({
      update: { allowed: false, reason: 'Your role does not allow this action.' },
    });
  });

  test('of a state says what the state machine says', async () => {
    const { wonOpportunityId: id } = await makeTarget(service, tenant);
    const answer = await as(service, tenant.admin).graphql(
      `query ($id: ID!) { opportunity(id: $id) { viewerCan { win { allowed } lose { code reason } reopen { allowed } } } }`,
      { id },
      { 'accept-language': 'en' },
    );

    expect(graphqlIn(answer).data).toEqual({
      opportunity: {
        viewerCan: {
          win: { allowed: true },
          lose: { code: 'ILLEGAL_TRANSITION', reason: 'The opportunity is won: reopen it first.' },
          reopen: { allowed: true },
        },
      },
    });
  });

  test('comes with what a mutation answers as well', async () => {
    const { customerId } = await makeTarget(service, tenant, { customer: { assignedTo: tenant.user.id } });
    const input = { customerId, firstName: 'Ada', lastName: 'Lovelace' };
    const can = 'viewerCan { update { allowed } delete { allowed } }';
    const answer = await as(service, tenant.user).graphql(
      `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { ${can} customer { ${can} } } } }`,
      { input },
    );
    const viewerCan = { update: { allowed: true }, delete: { allowed: false } };

    expect(graphqlIn(answer).data).toEqual({ createContact: { contact: { viewerCan, customer: { viewerCan } } } });
  });

  test('of what a mutation has just deleted knows restore alone, also when the answer is given again', async () => {
    const target = await makeTarget(service, tenant);
    const ids = { Activity: target.activityId, Opportunity: target.opportunityId, Contact: target.contactId };
    for (const [name, id] of Object.entries({ ...ids, Customer: target.customerId })) {
      const type = CHECKED_TYPES.find((one) => one.name === name);
      const operations = type?.operations ?? [];
      const headers = { 'idempotency-key': `delete ${id}` };
      for (const replayed of [null, 'true']) {
        const answer = await as(service, tenant.admin).graphql(
          `mutation ($id: ID!) { gone: delete${name}(id: $id) { record: ${name.toLowerCase()} { ${allOf(operations)} } } }`,
          { id },
          headers,
        );
        const { gone } = graphqlIn<{ gone: { record: { viewerCan: Checks } } }>(answer).data ?? {};
        const codes = operations.map((operation) => [operation, gone?.record.viewerCan[operation]?.code]);

        expect(answer.headers.get('idempotency-replayed')).toBe(replayed);
        expect(codes).toEqual(operations.map((operation) => [operation, operation === 'restore' ? null : 'NOT_FOUND']));
      }
    }
  });
});

describe('a page of records', () => {
  const CAN = 'viewerCan { update { allowed } export { allowed } }';
  const QUERY = `{ customers(first: 50) { nodes { id ${CAN} contacts(first: 2) { nodes { ${CAN} } } } }
    activities(first: 50) { nodes { id ${CAN} } } opportunities(first: 50) { nodes { id ${CAN} } } }`;

  const statementsOf = async (user: TestUser, query = QUERY): Promise<number> => {
    const client = as(service, user);
    await client.graphql('{ viewer { user { id } } }');
    const watch = watchStatements();
    const answer = await client.graphql(query);
    watch.stop();
    expect(graphqlOutcomeOf(answer)).toBe('OK');
    return watch.messages.flatMap(({ texts }) => texts).length;
  };

  test('costs a user one statement more for its customers, on each level, however many they are', async () => {
    const company = await service.aTenant();
    await makeTarget(service, company);
    const few = [await statementsOf(company.admin), await statementsOf(company.user)];
    for (let more = 0; more < 12; more += 1) await makeTarget(service, company);
    const many = [await statementsOf(company.admin), await statementsOf(company.user)];

    expect(few[0]).toBe(4);
    expect(many).toEqual(few);
    expect(many[1]).toBeLessThanOrEqual(4 + 3);
  });

  test('costs nothing more for operations that do not depend on the owner', async () => {
    const query = '{ activities(first: 50) { nodes { viewerCan { delete { allowed } restore { allowed } } } } }';

    expect(await statementsOf(tenant.user, query)).toBe(1);
  });

  test('costs one for each record that says what can be done with it, and one for each operation', async () => {
    const answer = await as(service, tenant.user).graphql(
      '{ customers(first: 10) { nodes { viewerCan { update { allowed } delete { code } } } } }',
      {},
      { 'x-cost': '1' },
    );
    const { cost } = (answer.body as { extensions: { cost: { requested: number; actual: number } } }).extensions;

    expect(cost.requested).toBe(1 + 10 * (1 + 1 + 2));
    expect(cost.actual).toBeLessThanOrEqual(cost.requested);
  });
});
