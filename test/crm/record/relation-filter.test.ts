import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements, type StatementWatch } from '../../support/statements.js';
import { aChild, type ChildTable } from './child-rows.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';

const service = useOwnService({ GRAPHQL_MAX_COST: '1000000' });
let watch: StatementWatch;
let tenant: TestTenant;
let client: Client;

const DELETED = { deleted_at: '2026-02-01T00:00:00Z' } as const;
const WON = { status: 'WON', probability: 100, actual_close_date: '2026-02-01' } as const;

/** Only read here, so that one tenant serves all tests of this file. */
beforeAll(async () => {
  // The bounds of a filter itself are looked at here, also where its cost comes first.
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
  const customer = async (name: string, fields: object): Promise<string> =>
    (await aCustomer(client, { code: name, name, ...fields })).id;
  const child = (table: ChildTable, customerId: string, fields: Parameters<typeof aChild>[4]): Promise<string> =>
    aChild(service, tenant, table, customerId, fields);
  const a = await customer('A', { type: 'VIP', city: 'Lyon', assigned_to: tenant.user.id });
  const b = await customer('B', { city: 'Paris' });
  const c = await customer('C', {});
  const anne = await child('contacts', a, { first_name: 'Anne', last_name: 'Été', email: 'Anne@a.example' });
  await child('contacts', b, { first_name: 'Bob' });
  const carl = await child('contacts', b, { first_name: 'Carl', is_active: false });
  const dora = await child('contacts', c, { first_name: 'Dora', ...DELETED });
  const one = await child('opportunities', a, { name: 'Un', assigned_to: tenant.user.id });
  const two = await child('opportunities', a, { name: 'Deux', amount: '500.00', ...WON });
  await child('opportunities', b, { name: 'Trois', amount: '900.00' });
  const four = await child('opportunities', c, { name: 'Quatre', ...DELETED });
  await child('activities', a, { subject: 'appel', opportunity_id: one, contact_id: anne });
  await child('activities', a, { subject: 'visite', type: 'MEETING', opportunity_id: two });
  await child('activities', b, { subject: 'carl', type: 'TASK', contact_id: carl });
  await child('activities', c, { subject: 'perdu', opportunity_id: four, contact_id: dora });
  await child('activities', c, { subject: 'seul', type: 'NOTE' });
  await child('activities', a, { subject: 'effacé', type: 'EMAIL', opportunity_id: one, contact_id: anne, ...DELETED });
  await copyElsewhere();
  await as(service, tenant.admin).get('/v1/auth/me');
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

/** Another company's records under the very same ids: live, active, all of them of a VIP that others lack. */
async function copyElsewhere(): Promise<void> {
  const { id } = await service.aTenant();
  const stamps = "'2026-01-01T00:00:00Z'::timestamptz, '2026-01-01T00:00:00Z'::timestamptz";
  const copies: readonly (readonly [table: string, columns: string, values: string])[] = [
    ['customers', 'code, name, type, country_code, payment_terms, currency', "code, 'Z', 'VIP', 'FR', 'NET_30', 'EUR'"],
    ['contacts', 'customer_id, first_name, last_name', "customer_id, 'Zoé', 'Z'"],
    [
      'opportunities',
      'customer_id, code, name, status, probability, currency',
      "customer_id, code, 'Z', 'NEW', 7, 'EUR'",
    ],
    [
      'activities',
      'customer_id, opportunity_id, contact_id, type, subject, date',
      "customer_id, opportunity_id, contact_id, 'FOLLOW_UP', 'Z', date",
    ],
  ];
  for (const [table, columns, values] of copies)
    await service.ask(
      `INSERT INTO ${table} (tenant_id, id, ${columns}, created_at, updated_at)
       SELECT $2, id, ${values}, ${stamps} FROM ${table} WHERE tenant_id = $1`,
      [tenant.id, id],
    );
}

const LISTS = {
  customers: ['CustomerFilter', 'name'],
  contacts: ['ContactFilter', 'firstName'],
  opportunities: ['OpportunityFilter', 'name'],
  activities: ['ActivityFilter', 'subject'],
} as const;
type List = keyof typeof LISTS;

/** @returns the names in alphabetical order, or the code of the error */
async function namesFor(list: List, filter: object): Promise<string> {
  const [type, name] = LISTS[list];
  const query = `query ($filter: ${type}) { ${list}(filter: $filter) { totalCount nodes { name: ${name} } } }`;
  const { data, errors } = graphqlIn<Record<string, { totalCount: number; nodes: { name: string }[] }>>(
    await client.graphql(query, { filter }),
  );
  const page = data?.[list];
  if (!page) return errors?.[0]?.extensions.code ?? '';
  expect(page.totalCount).toBe(page.nodes.length);
  return page.nodes
    .map((node) => node.name)
    .sort()
    .join(' ');
}

const named = (firstName: string): object => ({ firstName: { eq: firstName } });
const typed = (type: string): object => ({ type: { eq: type } });
const inStatus = (status: string): object => ({ status: { eq: status } });
const ANYBODY = { isActive: { isNull: false } };

describe('a relation to many', () => {
  test.each<[List, object, string]>([
    ['customers', { contacts: { some: {} } }, 'A B'],
    ['customers', { contacts: { none: {} } }, 'C'],
    ['customers', { contacts: { some: named('Anne') } }, 'A'],
    ['customers', { contacts: { none: named('Anne') } }, 'B C'],
    ['customers', { contacts: { some: named('Dora') } }, ''],
    ['customers', { contacts: { some: {}, none: named('Anne') } }, 'B'],
    ['customers', { contacts: { some: null, none: null } }, 'A B C'],
    ['customers', { contacts: null }, 'A B C'],
    ['customers', { opportunities: { some: {} } }, 'A B'],
    ['customers', { opportunities: { none: {} } }, 'C'],
    ['customers', { opportunities: { some: inStatus('WON') } }, 'A'],
    ['customers', { opportunities: { none: inStatus('WON') } }, 'B C'],
    ['customers', { opportunities: { some: { amount: { gt: '100' } } } }, 'A B'],
    ['customers', { activities: { some: typed('CALL') } }, 'A C'],
    ['customers', { activities: { none: typed('CALL') } }, 'B'],
    ['customers', { activities: { some: typed('EMAIL') } }, ''],
    ['customers', { activities: { none: {} } }, ''],
    ['opportunities', { activities: { some: {} } }, 'Deux Un'],
    ['opportunities', { activities: { some: typed('MEETING') } }, 'Deux'],
    ['opportunities', { activities: { none: typed('MEETING') } }, 'Trois Un'],
    ['opportunities', { activities: { none: {} } }, 'Trois'],
    ['opportunities', { activities: { some: typed('EMAIL') } }, ''],
    ['contacts', { activities: { some: {} } }, 'Anne'],
    ['contacts', { activities: { some: {} }, ...ANYBODY }, 'Anne Carl'],
    ['contacts', { activities: { none: {} } }, 'Bob'],
    ['contacts', { activities: { some: typed('EMAIL') } }, ''],
  ])('%s %j', async (list, filter, names) => {
    expect(await namesFor(list, filter)).toBe(names);
  });

  test('to contacts is to active ones unless the condition on them names isActive, as their list is', async () => {
    expect(await namesFor('customers', { contacts: { some: named('Carl') } })).toBe('');
    expect(await namesFor('customers', { contacts: { some: { ...named('Carl'), ...ANYBODY } } })).toBe('B');
    expect(await namesFor('customers', { contacts: { some: { isActive: { eq: false } } } })).toBe('B');
    expect(await namesFor('customers', { contacts: { none: { not: { isActive: { eq: true } } } } })).toBe('A C');
  });
});

describe('a relation to one', () => {
  test.each<[List, object, string]>([
    ['contacts', { customer: typed('VIP') }, 'Anne'],
    ['contacts', { customer: { city: { eq: 'Paris' } } }, 'Bob'],
    ['contacts', { customer: { city: { eq: 'Paris' } }, ...ANYBODY }, 'Bob Carl'],
    ['contacts', { customer: { name: { eq: 'Z' } } }, ''],
    ['contacts', { customer: null }, 'Anne Bob'],
    ['opportunities', { customer: typed('VIP') }, 'Deux Un'],
    ['opportunities', { customer: typed('VIP'), ...inStatus('NEW') }, 'Un'],
    ['activities', { customer: { city: { isNull: true } } }, 'perdu seul'],
    ['activities', { opportunity: inStatus('NEW') }, 'appel'],
    ['activities', { opportunity: { probability: { eq: 7 } } }, ''],
    ['activities', { contact: named('Anne') }, 'appel'],
    ['activities', { contact: named('Carl') }, 'carl'],
    ['activities', { contact: named('Zoé') }, ''],
  ])('%s %j', async (list, filter, names) => {
    expect(await namesFor(list, filter)).toBe(names);
  });

  test.each<[object, string]>([
    [{ opportunity: {} }, 'appel visite'],
    [{ contact: {} }, 'appel carl'],
    [{ not: { opportunity: {} } }, 'carl perdu seul'],
    [{ opportunityId: { isNull: false } }, 'appel perdu visite'],
    [{ opportunity: { name: { eq: 'Quatre' } } }, ''],
    [{ contact: named('Dora') }, ''],
    [{ not: { opportunity: inStatus('NEW') } }, 'carl perdu seul visite'],
    [{ opportunity: { not: inStatus('NEW') } }, 'visite'],
    [{ not: { opportunity: { not: inStatus('NEW') } } }, 'appel carl perdu seul'],
    [{ not: { contact: { email: { eq: 'anne@a.example' } } } }, 'carl perdu seul visite'],
  ])('that is missing or deleted holds for no condition: activities %j', async (filter, names) => {
    expect(await namesFor('activities', filter)).toBe(names);
  });
});

describe('with the rest of a filter', () => {
  test.each<[List, object, string]>([
    ['customers', { or: [{ contacts: { none: {} } }, typed('VIP')] }, 'A C'],
    ['customers', { not: { contacts: { some: named('Anne') } } }, 'B C'],
    ['customers', { not: { contacts: { none: {} } } }, 'A B'],
    ['customers', { and: [{ contacts: { some: {} } }, { city: { eq: 'Paris' } }] }, 'B'],
    ['customers', { opportunities: { some: { and: [inStatus('NEW'), inStatus('WON')] } } }, ''],
    [
      'customers',
      { and: [{ opportunities: { some: inStatus('NEW') } }, { opportunities: { some: inStatus('WON') } }] },
      'A',
    ],
    ['customers', { opportunities: { some: { or: [inStatus('WON'), { amount: { eq: '900' } }] } } }, 'A B'],
    ['customers', { opportunities: { some: { not: inStatus('NEW') } } }, 'A'],
    ['customers', { opportunities: { none: { or: [] } } }, 'A B C'],
    ['activities', { or: [{ contact: named('Anne') }, { opportunity: inStatus('WON') }] }, 'appel visite'],
    ['customers', { contacts: { some: { lastName: { contains: 'ETE' } } } }, 'A'],
    ['customers', { contacts: { some: { email: { eq: 'ANNE@A.example' } } } }, 'A'],
    ['contacts', { customer: { name: { contains: 'a' } } }, 'Anne'],
    ['opportunities', { customer: { not: { name: { contains: 'a' } } } }, 'Trois'],
    ['contacts', { customer: { name: { contains: 'z' } } }, ''],
  ])('%s %j', async (list, filter, names) => {
    expect(await namesFor(list, filter)).toBe(names);
  });

  test.each<[object, string]>([
    [{ opportunities: { none: { or: [] } } }, 'A B C'],
    [{ opportunities: { some: { and: [inStatus('NEW'), { or: [] }] } } }, ''],
    [{ or: [{ contacts: { some: { or: [{ or: [] }] } } }, typed('VIP')] }, 'A'],
    [{ not: { activities: { some: { opportunity: { or: [] } } } } }, 'A B C'],
  ])('what no record can meet never reaches a related table: customers %j', async (filter, names) => {
    const watch = watchStatements();
    expect(await namesFor('customers', filter)).toBe(names);
    watch.stop();

    const texts = watch.messages.flatMap((message) => message.texts).filter((text) => text.includes('FROM customers'));
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).not.toMatch(/EXISTS/);
  });

  test('people of the related record are asked for by their ids', async () => {
    const own = { assignedToId: { eq: tenant.user.id } };

    expect(await namesFor('contacts', { customer: own })).toBe('Anne');
    expect(await namesFor('customers', { opportunities: { some: own } })).toBe('A');
    expect(await namesFor('customers', { opportunities: { none: own } })).toBe('B C');
    expect(await namesFor('customers', { contacts: { some: { createdById: { neq: tenant.admin.id } } } })).toBe('');
  });

  test('a search holds as well, and so does the list below a record', async () => {
    const filter = { contacts: { some: {} } };
    const query =
      'query ($filter: CustomerFilter) { customers(filter: $filter, search: "lyon") { totalCount nodes { name } } }';
    const below = `{ customers { nodes { activities(filter: { opportunity: { customer: { type: { eq: VIP } } } }) { totalCount } } } }`;

    expect((await client.graphql(query, { filter })).body).toEqual({
      data: { customers: { totalCount: 1, nodes: [{ name: 'A' }] } },
    });
    expect((await client.graphql(query, { filter: { contacts: { none: {} } } })).body).toMatchObject({
      data: { customers: { totalCount: 0 } },
    });
    expect((await client.graphql(below)).body).toEqual({
      data: { customers: { nodes: [2, 0, 0].map((totalCount) => ({ activities: { totalCount } })) } },
    });
  });

  test.each(['', ', asOf: "2026-03-01"'])('the pipeline is narrowed alike%s', async (asOf) => {
    const query = `query ($filter: OpportunityFilter) { pipeline(filter: $filter${asOf}) { key count amount } }`;
    const sums = async (filter: object): Promise<unknown> => (await client.graphql(query, { filter })).body;

    expect(await sums({ customer: { city: { eq: 'Paris' } } })).toEqual({
      data: { pipeline: [{ key: 'NEW', count: 1, amount: '900.00' }] },
    });
    expect(await sums({ activities: { some: { subject: { contains: 'visite' } } } })).toEqual({
      data: { pipeline: [{ key: 'WON', count: 1, amount: '500.00' }] },
    });
  });
});

describe('two relations, one after the other', () => {
  test.each<[List, object, string]>([
    ['customers', { contacts: { some: { activities: { some: typed('CALL') } } } }, 'A'],
    ['customers', { contacts: { none: { activities: { none: {} } } } }, 'A C'],
    ['customers', { contacts: { some: { customer: typed('VIP') } } }, 'A'],
    ['customers', { activities: { some: { opportunity: inStatus('WON') } } }, 'A'],
    ['customers', { activities: { some: { not: { opportunity: {} } } } }, 'B C'],
    ['contacts', { customer: { contacts: { some: named('Bob') } } }, 'Bob'],
    ['contacts', { customer: { contacts: { some: named('Bob') } }, ...ANYBODY }, 'Bob Carl'],
    ['contacts', { customer: { contacts: { some: named('Bob') } }, ...named('Carl'), ...ANYBODY }, 'Carl'],
    ['contacts', { customer: { opportunities: { some: inStatus('WON') } } }, 'Anne'],
    ['contacts', { customer: { opportunities: { none: inStatus('WON') } } }, 'Bob'],
    ['opportunities', { customer: { contacts: { some: named('Bob') } } }, 'Trois'],
    ['opportunities', { activities: { some: { contact: named('Anne') } } }, 'Un'],
    ['opportunities', { customer: { opportunities: { some: inStatus('WON') } }, ...inStatus('NEW') }, 'Un'],
    ['activities', { opportunity: { customer: typed('VIP') } }, 'appel visite'],
    ['activities', { contact: { activities: { none: typed('CALL') } } }, 'carl'],
    ['activities', { customer: { activities: { some: typed('NOTE') } } }, 'perdu seul'],
  ])('%s %j', async (list, filter, names) => {
    expect(await namesFor(list, filter)).toBe(names);
  });

  test('cost no statement of their own', async () => {
    watch.clear();
    await client.graphql(
      '{ contacts(filter: { customer: { contacts: { some: { firstName: { contains: "bo" } } } } }) { nodes { id } } }',
    );

    const texts = watch.messages.flatMap((message) => message.texts);
    expect(texts).toHaveLength(1);
    // The tenant is named for each of the three tables, none of which hides another's alias.
    expect([...(texts[0] ?? '').matchAll(/\b(\w+)\.tenant_id = \$/g)].map(([, alias]) => alias).sort()).toEqual([
      'c1',
      'k',
      'k2',
    ]);
  });
});

interface Rejection {
  readonly code: string;
  readonly message: string;
}

interface Rejected {
  readonly errors: readonly [{ readonly extensions: { readonly fields: readonly [Wrong] } }];
}

interface Wrong extends Rejection {
  readonly path: readonly string[];
}

/** `code path` of what is wrong with a filter of contacts, with its sentence. */
async function rejectionOf(filter: object, language = 'en'): Promise<Rejection> {
  watch.clear();
  const answer = await client.graphql(
    'query ($filter: ContactFilter) { contacts(filter: $filter) { totalCount } }',
    { filter },
    { 'accept-language': language },
  );
  expect(graphqlOutcomeOf(answer)).toBe('VALIDATION_FAILED');
  expect(watch.messages).toEqual([]);
  const [wrong] = (answer.body as Rejected).errors[0].extensions.fields;
  return { code: `${wrong.code} ${wrong.path.join('.')}`, message: wrong.message };
}

describe('before any statement', () => {
  test('a third relation is rejected, in the words of the caller, wherever it stands', async () => {
    const third = { customer: { contacts: { some: { customer: {} } } } };

    expect(await rejectionOf(third)).toEqual({
      code: 'TOO_DEEP filter.customer.contacts.some.customer',
      message: expect.stringContaining('two relations at most') as string,
    });
    expect((await rejectionOf(third, 'fr')).message).toContain('deux relations au plus');
    for (const filter of [
      { or: [{}, { not: third }] },
      { not: { customer: { and: [{ opportunities: { none: { not: { activities: { some: {} } } } } }] } } },
    ])
      expect((await rejectionOf(filter)).code).toContain('TOO_DEEP');
  });

  test('the hundred conditions are shared by all relations, each of which is one', async () => {
    const many = (count: number): object[] => Array.from({ length: count }, () => named('Anne'));
    const inside = (count: number): object => ({ customer: { contacts: { some: { ...ANYBODY, or: many(count) } } } });

    // The two relations, and isActive of both lists.
    expect(await namesFor('contacts', inside(96))).toBe('Anne');
    expect((await rejectionOf(inside(97))).code).toMatch(/^TOO_MANY_ITEMS/);
    expect(
      (await rejectionOf({ or: Array<object>(100).fill({ customer: {}, activities: { some: {} } }) })).code,
    ).toMatch(/^TOO_MANY_ITEMS/);
  });

  test('a malformed id is told by its path', async () => {
    const filter = { customer: { contacts: { some: { id: { eq: 'x' } } } } };

    expect((await rejectionOf(filter)).code).toBe('INVALID_UUID filter.customer.contacts.some.id.eq');
  });
});

describe('a walk', () => {
  const PAGE = `query ($filter: ActivityFilter, $first: Int, $after: String, $last: Int, $before: String) {
    activities(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { subject } pageInfo { startCursor endCursor } } }`;
  const filter = { customer: { opportunities: { some: {} } } };

  interface Page {
    readonly nodes: readonly { readonly subject: string }[];
    readonly pageInfo: { readonly startCursor: string | null; readonly endCursor: string | null };
  }

  async function page(variables: object): Promise<Page | undefined> {
    return graphqlIn<{ activities: Page }>(await client.graphql(PAGE, { filter, ...variables })).data?.activities;
  }

  test('along the cursors of such a list meets each record once, both ways', async () => {
    const forward: string[] = [];
    const backward: string[] = [];
    for (let at = await page({ first: 1 }); at && at.nodes.length > 0;) {
      forward.push(...at.nodes.map(({ subject }) => subject));
      at = await page({ first: 1, after: at.pageInfo.endCursor });
    }
    for (let at = await page({ last: 1 }); at && at.nodes.length > 0;) {
      backward.unshift(...at.nodes.map(({ subject }) => subject));
      at = await page({ last: 1, before: at.pageInfo.startCursor });
    }

    expect([...forward].sort()).toEqual(['appel', 'carl', 'visite']);
    expect(backward).toEqual(forward);
  });

  test('keeps to its filter', async () => {
    const first = await page({ first: 1 });
    const other = { customer: { opportunities: { none: {} } } };
    const answer = await client.graphql(PAGE, { filter: other, first: 1, after: first?.pageInfo.endCursor });

    expect(graphqlOutcomeOf(answer)).toBe('INVALID_CURSOR');
  });
});
