import { Role } from '../../../src/access/identity/user.entity.js';
import { makeTarget, type Target, type TargetOptions } from '../../contract/surface/target.js';
import { as, type Client } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import { startTestService, type TestService, type TestTenant, type TestUser } from '../../support/service.js';
import { watchStatements } from '../../support/statements.js';
import { graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';

let service: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.aTenant();
});

afterAll(() => service.close());

interface Rights {
  readonly update: boolean;
  readonly delete: boolean;
  readonly export: boolean;
  readonly reason: string | null;
}

interface Kind {
  readonly noun: string;
  readonly many: string;
  readonly id: (target: Target) => string;
  /** Updates by whatever name, each with its arguments; all of them leave the record as it may be asked again. */
  readonly updates: readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    noun: 'Customer',
    many: 'customers',
    id: (t) => t.customerId,
    updates: ['updateCustomer(id: $id, input: { city: "Lyon" })', 'convertCustomer(id: $id)'],
  },
  {
    noun: 'Contact',
    many: 'contacts',
    id: (t) => t.contactId,
    updates: ['updateContact(id: $id, input: { title: "Mme" })'],
  },
  {
    noun: 'Opportunity',
    many: 'opportunities',
    id: (t) => t.opportunityId,
    updates: [
      'updateOpportunity(id: $id, input: { team: "Nord" })',
      'winOpportunity(id: $id)',
      'reopenOpportunity(id: $id)',
      'loseOpportunity(id: $id, reason: "Budget")',
    ],
  },
  {
    noun: 'Activity',
    many: 'activities',
    id: (t) => t.activityId,
    updates: [
      'updateActivity(id: $id, input: { durationMinutes: 5 })',
      'completeActivity(id: $id)',
      'reopenActivity(id: $id)',
    ],
  },
];

/** Whose a record is. Contacts are assigned to nobody. */
const OWNERSHIPS: readonly { whose: string; by: (user: TestUser) => TargetOptions; except?: string }[] = [
  { whose: 'somebody else’s', by: () => ({}) },
  { whose: 'of a customer that they created', by: ({ id }) => ({ customer: { createdBy: id } }) },
  { whose: 'of a customer that is theirs', by: ({ id }) => ({ customer: { assignedTo: id } }) },
  { whose: 'created by them', by: ({ id }) => ({ children: { createdBy: id } }), except: 'Customer' },
  { whose: 'assigned to them', by: ({ id }) => ({ children: { assignedTo: id } }), except: 'Customer' },
];

const SITUATIONS = KINDS.flatMap((kind) =>
  OWNERSHIPS.filter(({ except }) => except !== kind.noun).flatMap((ownership) =>
    Object.values(Role).map((role) => ({ noun: kind.noun, whose: ownership.whose, role, kind, ownership })),
  ),
);

const CAN = 'viewerCan { update delete export reason }';

async function rightsOf(client: Client, { noun }: Kind, id: string): Promise<Rights> {
  const answer = await client.graphql(`query ($id: ID!) { node(id: $id) { ... on ${noun} { ${CAN} } } }`, { id });
  const rights = graphqlIn<{ node: { viewerCan: Rights } | null }>(answer).data?.node?.viewerCan;
  if (!rights) throw new Error(answer.text);
  return rights;
}

/** What really happens: each action is tried. */
async function tried(client: Client, { noun, many, updates }: Kind, id: string): Promise<Omit<Rights, 'reason'>> {
  const mutate = async (field: string): Promise<boolean> => {
    const outcome = graphqlOutcomeOf(await client.graphql(`mutation ($id: ID!) { ${withRecord(field)} }`, { id }));
    expect(outcome).toMatch(/^(?:OK|FORBIDDEN)$/);
    return outcome === 'OK';
  };
  const { status, text } = await client.get(`/v1/commercial/export/${many}`);
  const outcomes: boolean[] = [];
  for (const update of updates) outcomes.push(await mutate(update));
  expect(new Set(outcomes).size).toBe(1);
  return {
    update: outcomes.includes(true),
    export: status === 200 && text.includes(id),
    delete: await mutate(`delete${noun}(id: $id)`),
  };
}

describe('viewerCan says what really happens', () => {
  test.each(SITUATIONS)('$noun $whose, asked by $role', async ({ role, kind, ownership }) => {
    const target = await makeTarget(service, tenant, ownership.by(tenant[role]));
    const client = as(service, tenant[role]);
    const id = kind.id(target);

    const { reason, ...said } = await rightsOf(client, kind, id);

    expect(said).toEqual(await tried(client, kind, id));
    expect(reason === null).toBe(said.update && said.delete && said.export);
  });
});

describe('the reason', () => {
  const [customers] = KINDS as [Kind];
  const reasonFor = async (role: Role, options: TargetOptions, language: string): Promise<string | null> => {
    const { customerId } = await makeTarget(service, tenant, options);
    const answer = await as(service, tenant[role]).graphql(
      `query ($id: ID!) { customer(id: $id) { ${CAN} } }`,
      { id: customerId },
      { 'accept-language': language },
    );
    return graphqlIn<{ customer: { viewerCan: Rights } }>(answer).data?.customer.viewerCan.reason ?? null;
  };

  test('is of the role, of the ownership, or of both, in the language of the request', async () => {
    const own = { customer: { createdBy: tenant.user.id } };

    expect(await reasonFor('admin', {}, 'en')).toBeNull();
    expect(await reasonFor('manager', {}, 'en')).toBe('Not allowed for your role: delete.');
    expect(await reasonFor('user', own, 'fr')).toBe('Non permis à votre rôle : supprimer.');
    expect(await reasonFor('user', {}, 'en')).toBe(
      'Not allowed for your role: delete. Limited to your own records: update, export.',
    );
    expect(await reasonFor('readonly', own, 'fr')).toBe('Non permis à votre rôle : modifier, supprimer, exporter.');
  });

  test('comes with what a mutation answers as well', async () => {
    const { customerId } = await makeTarget(service, tenant, { customer: { assignedTo: tenant.user.id } });
    const input = { customerId, firstName: 'Ada', lastName: 'Lovelace' };
    const answer = await as(service, tenant.user).graphql(
      `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { ${CAN} customer { ${CAN} } } } }`,
      { input },
    );
    const can = { update: true, delete: false, export: true, reason: 'Not allowed for your role: delete.' };

    expect(graphqlIn(answer).data).toEqual({
      createContact: { contact: { viewerCan: can, customer: { viewerCan: can } } },
    });
    expect(customers.noun).toBe('Customer');
  });
});

describe('a page of records', () => {
  const QUERY = `{ customers(first: 50) { nodes { id ${CAN} contacts(first: 2) { nodes { ${CAN} } } } }
    activities(first: 50) { nodes { id ${CAN} } } opportunities(first: 50) { nodes { id ${CAN} } } }`;

  const statementsOf = async (user: TestUser): Promise<number> => {
    const client = as(service, user);
    await client.graphql('{ viewer { user { id } } }');
    const watch = watchStatements();
    const answer = await client.graphql(QUERY);
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

  test('costs one for each record that says what may be done with it', async () => {
    const answer = await as(service, tenant.user).graphql(
      '{ customers(first: 10) { nodes { viewerCan { update } } } }',
      {},
      { 'x-cost': '1' },
    );
    const { cost } = (answer.body as { extensions: { cost: { requested: number; actual: number } } }).extensions;

    expect(cost.requested).toBe(1 + 10 * 2);
    expect(cost.actual).toBeLessThanOrEqual(cost.requested);
  });
});
