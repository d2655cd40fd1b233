import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf } from './customer-support.js';

const service = useService();
let tenant: TestTenant;
let client: Client;

/** Only read here, so that one tenant serves all tests of this file. */
beforeAll(async () => {
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
  await aCustomer(client, {
    code: 'A',
    name: 'Été',
    city: 'Lyon',
    email: 'Un@a.example',
    type: 'VIP',
    assigned_to: tenant.user.id,
  });
  await aCustomer(as(service, tenant.manager), { code: 'B', name: 'été 50%', city: 'Paris', country_code: 'BE' });
  await aCustomer(client, { code: 'C', name: 'Hiver', email: 'deux@b.example', is_active: false });
  await aCustomer(client, { code: 'D_1', name: 'Printemps', city: 'paris', assigned_to: tenant.manager.id });
  const days = { A: ['2026-01-01', 0], B: ['2026-01-02', 10], C: ['2026-01-03', 10.5], D_1: ['2026-01-04', 999.99] };
  for (const [code, [day, revenue]] of Object.entries(days)) {
    await service.ask(
      'UPDATE customers SET created_at = $3::timestamptz, updated_at = $3::timestamptz, total_revenue = $4 WHERE tenant_id = $1 AND code = $2',
      [tenant.id, code, `${day}T00:00:00Z`, revenue],
    );
  }
});

const LIST = 'query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount nodes { code } } }';

async function codesFor(filter: object): Promise<string> {
  const answer = await client.graphql(LIST, { filter });
  const { data, errors } = graphqlIn<{ customers: { totalCount: number; nodes: { code: string }[] } }>(answer);
  if (!data) return errors?.[0]?.extensions.code ?? '';
  expect(data.customers.totalCount).toBe(data.customers.nodes.length);
  return data.customers.nodes
    .map(({ code }) => code)
    .sort()
    .join(' ');
}

const ALL = 'A B C D_1';

describe('the operators of a filter', () => {
  test.each<[object, string]>([
    [{ code: { eq: 'A' } }, 'A'],
    [{ code: { eq: 'a' } }, ''],
    [{ code: { neq: 'A' } }, 'B C D_1'],
    [{ code: { in: ['A', 'B', 'Z'] } }, 'A B'],
    [{ code: { in: [] } }, ''],
    [{ code: { notIn: ['A', 'B', 'Z'] } }, 'C D_1'],
    [{ code: { notIn: [] } }, ALL],
    [{ code: { startsWith: 'D_' } }, 'D_1'],
    [{ code: { contains: '_' } }, 'D_1'],
    [{ name: { contains: 'ete' } }, 'A B'],
    [{ name: { contains: 'ÉTÉ' } }, 'A B'],
    [{ name: { contains: '%' } }, 'B'],
    [{ name: { contains: 'é', startsWith: 'é' } }, 'B'],
    [{ name: { startsWith: 'É' } }, 'A'],
    [{ name: { startsWith: '%' } }, ''],
    [{ email: { contains: 'A.EX' } }, 'A'],
    [{ email: { eq: 'uN@A.example' } }, 'A'],
    [{ email: { neq: 'un@a.example' } }, 'B C D_1'],
    [{ email: { in: ['UN@a.example', 'DEUX@B.EXAMPLE'] } }, 'A C'],
    [{ email: { notIn: ['UN@a.example'] } }, 'B C D_1'],
    [{ email: { startsWith: 'un@' } }, 'A'],
    [{ email: { isNull: true } }, 'B D_1'],
    [{ email: { isNull: false } }, 'A C'],
    [{ city: { eq: 'Paris' } }, 'B'],
    [{ city: { neq: 'Paris' } }, 'A C D_1'],
    [{ city: { notIn: ['Paris', 'Lyon'] } }, 'C D_1'],
    [{ city: { contains: 'PARIS' } }, 'B D_1'],
    [{ city: { isNull: true } }, 'C'],
    [{ countryCode: { eq: 'BE' } }, 'B'],
    [{ countryCode: { startsWith: 'F' } }, 'A C D_1'],
    [{ type: { eq: 'VIP' } }, 'A'],
    [{ type: { neq: 'VIP' } }, 'B C D_1'],
    [{ type: { in: ['VIP', 'LEAD'] } }, 'A'],
    [{ type: { notIn: ['PROSPECT'] } }, 'A'],
    [{ isActive: { eq: false } }, 'C'],
    [{ isActive: { neq: false } }, 'A B D_1'],
    [{ assignedToId: { isNull: true } }, 'B C'],
    [{ totalRevenue: { eq: '10' } }, 'B'],
    [{ totalRevenue: { eq: 10.5 } }, 'C'],
    [{ totalRevenue: { gt: '10' } }, 'C D_1'],
    [{ totalRevenue: { gte: '10.00' } }, 'B C D_1'],
    [{ totalRevenue: { lt: 10.5 } }, 'A B'],
    [{ totalRevenue: { lte: '10.5' } }, 'A B C'],
    [{ totalRevenue: { between: ['10', '10.5'] } }, 'B C'],
    [{ totalRevenue: { between: ['11', '10'] } }, ''],
    [{ totalRevenue: { in: ['0', 999.99] } }, 'A D_1'],
    [{ createdAt: { gt: '2026-01-02T00:00:00Z' } }, 'C D_1'],
    [{ createdAt: { gte: '2026-01-02T01:00:00+01:00' } }, 'B C D_1'],
    [{ createdAt: { lt: '2026-01-02T00:00:00Z' } }, 'A'],
    [{ createdAt: { lte: '2026-01-02T00:00:00Z' } }, 'A B'],
    [{ createdAt: { between: ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'] } }, 'B C'],
    [{ updatedAt: { eq: '2026-01-03T00:00:00.000Z' } }, 'C'],
  ])('%j', async (filter, codes) => {
    expect(await codesFor(filter)).toBe(codes);
  });

  test('ids: of the responsible, of the creator, of the record', async () => {
    expect(await codesFor({ assignedToId: { eq: tenant.user.id } })).toBe('A');
    expect(await codesFor({ assignedToId: { neq: tenant.user.id } })).toBe('B C D_1');
    expect(await codesFor({ assignedToId: { in: [tenant.user.id, tenant.manager.id.toUpperCase()] } })).toBe('A D_1');
    expect(await codesFor({ assignedToId: { notIn: [tenant.user.id] } })).toBe('B C D_1');
    expect(await codesFor({ createdById: { eq: tenant.manager.id } })).toBe('B');
    expect(await codesFor({ id: { eq: tenant.id.padEnd(36, '0') } })).toBe('VALIDATION_FAILED');
  });
});

describe('combinations', () => {
  test.each<[object, string]>([
    [{}, ALL],
    [{ code: null, name: null }, ALL],
    [{ and: [] }, ALL],
    [{ or: [] }, ''],
    [{ not: {} }, ALL],
    [{ not: { or: [] } }, ALL],
    [{ not: { or: [{}] } }, ALL],
    [{ not: { and: [{}, { not: { name: null } }] } }, ALL],
    [{ not: { or: [{ type: { eq: 'VIP' } }, {}] } }, ALL],
    [{ not: { and: [{ city: { eq: 'Paris' } }, {}] } }, 'A C D_1'],
    [{ and: [{ type: { eq: 'VIP' } }, { city: { eq: 'Paris' } }] }, ''],
    [{ or: [{ type: { eq: 'VIP' } }, { city: { eq: 'Paris' } }] }, 'A B'],
    [{ or: [{ type: { eq: 'VIP' } }, {}] }, ALL],
    [{ not: { city: { eq: 'Paris' } } }, 'A C D_1'],
    [{ not: { not: { city: { eq: 'Paris' } } } }, 'B'],
    [{ not: { and: [{ isActive: { eq: true } }, { city: { isNull: false } }] } }, 'C'],
    [{ isActive: { eq: true }, or: [{ code: { eq: 'A' } }, { code: { eq: 'C' } }] }, 'A'],
    [{ or: [{ and: [{ code: { eq: 'A' } }, { type: { eq: 'VIP' } }] }, { not: { isActive: { eq: true } } }] }, 'A C'],
  ])('%j', async (filter, codes) => {
    expect(await codesFor(filter)).toBe(codes);
  });

  test('a filter and a search hold together', async () => {
    const answer = await client.graphql(
      '{ customers(search: "ete", filter: { city: { eq: "Lyon" } }) { totalCount nodes { code } } }',
    );

    expect(answer.body).toEqual({ data: { customers: { totalCount: 1, nodes: [{ code: 'A' }] } } });
  });
});

describe('a filter that is too much or malformed', () => {
  const many = (count: number): object[] => Array.from({ length: count }, () => ({ code: { eq: 'A' } }));

  test('may have 100 conditions and lists of 100, not more', async () => {
    expect(await codesFor({ or: many(100) })).toBe('A');
    expect(await codesFor({ or: many(101) })).toBe('VALIDATION_FAILED');
    expect(await codesFor({ or: [{ and: many(51) }, { not: { or: many(51) } }] })).toBe('VALIDATION_FAILED');
    expect(await codesFor({ code: { in: Array<string>(100).fill('A') } })).toBe('A');
    expect(await codesFor({ code: { in: Array<string>(101).fill('A') } })).toBe('VALIDATION_FAILED');
  });

  test('may look for five parts of texts, not more, relations included', async () => {
    const parts = (count: number): object[] => Array.from({ length: count }, () => ({ code: { contains: 'A' } }));
    const ofContacts = {
      contacts: { none: { and: [{ lastName: { contains: 'e' } }, { firstName: { contains: 'e' } }] } },
    };

    expect(await codesFor({ or: parts(5) })).toBe('A');
    expect(await codesFor({ or: parts(6) })).toBe('VALIDATION_FAILED');
    expect(await codesFor({ and: [ofContacts, { not: { or: parts(4) } }] })).toBe('VALIDATION_FAILED');
    const nested = await client.graphql(
      `query ($filter: OpportunityFilter) { customers { nodes { opportunities(filter: $filter) { totalCount } } } }`,
      { filter: { and: Array<object>(6).fill({ name: { contains: 'A' } }) } },
      { 'accept-language': 'en' },
    );
    const summed = await client.graphql(
      'query ($filter: OpportunityFilter) { pipeline(filter: $filter) { count } }',
      { filter: { and: Array<object>(6).fill({ name: { contains: 'A' } }) } },
      { 'accept-language': 'fr' },
    );
    expect([nested.text, summed.text]).toEqual([
      expect.stringContaining('A filter has at most 5 `contains` conditions.'),
      expect.stringContaining('Un filtre a au plus 5 conditions « contains ».'),
    ]);
  });

  test('counts combinations that ask for nothing too', async () => {
    expect(await codesFor({ or: Array<object>(1500).fill({}) })).toBe('VALIDATION_FAILED');
    expect(await codesFor({ and: Array<object>(1500).fill({ code: null }) })).toBe('VALIDATION_FAILED');
  });

  test.each<[object, string]>([
    [{ id: { eq: 'x' } }, 'VALIDATION_FAILED'],
    [{ assignedToId: { in: ['x'] } }, 'VALIDATION_FAILED'],
    [{ totalRevenue: { between: ['1'] } }, 'VALIDATION_FAILED'],
    [{ totalRevenue: { between: ['1', '2', '3'] } }, 'VALIDATION_FAILED'],
    [{ name: { eq: 'a\0b' } }, 'VALIDATION_FAILED'],
    [{ name: { contains: '\ud800' } }, 'VALIDATION_FAILED'],
    [{ code: { in: ['\0'] } }, 'VALIDATION_FAILED'],
    [{ or: [{ not: { city: { startsWith: '\0' } } }] }, 'VALIDATION_FAILED'],
    [{ totalRevenue: { eq: '1.234' } }, 'BAD_USER_INPUT'],
    [{ totalRevenue: { eq: {} } }, 'BAD_USER_INPUT'],
    [{ createdAt: { gt: '2026-02-30T00:00:00Z' } }, 'BAD_USER_INPUT'],
    [{ createdAt: { gt: '2026-01-01' } }, 'BAD_USER_INPUT'],
    [{ type: { eq: 'X' } }, 'BAD_USER_INPUT'],
    [{ name: { eq: { eq: 'x' } } }, 'BAD_USER_INPUT'],
    [{ name: { like: 'x' } }, 'BAD_USER_INPUT'],
    [{ countryCode: { contains: 'F' } }, 'BAD_USER_INPUT'],
    [{ notes: { eq: 'x' } }, 'BAD_USER_INPUT'],
    [{ tenantId: { eq: 'x' } }, 'BAD_USER_INPUT'],
    [{ deletedAt: { isNull: false } }, 'BAD_USER_INPUT'],
    [{ code: { in: [null] } }, 'BAD_USER_INPUT'],
  ])('%j is rejected', async (filter, code) => {
    expect(await codesFor(filter)).toBe(code);
  });

  test('an order of more keys than there are fields is rejected', async () => {
    const orderBy = Array<object>(50).fill({ field: 'NAME' });

    const answer = await client.graphql(
      'query ($orderBy: [CustomerOrder!]) { customers(orderBy: $orderBy) { totalCount } }',
      { orderBy },
    );

    expect(['VALIDATION_FAILED', 'BAD_USER_INPUT']).toContain(graphqlOutcomeOf(answer));
  });
});
