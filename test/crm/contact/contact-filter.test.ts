import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aContact, contactAddress } from './contact-support.js';
import { aCustomer, graphqlIn, type CustomerJson } from '../customer/customer-support.js';

const service = useService();
let tenant: TestTenant;
let client: Client;
let customers: readonly [CustomerJson, CustomerJson];

/** Only read here, so that one tenant serves all tests of this file. */
beforeAll(async () => {
  tenant = await service.aTenant();
  client = as(service, tenant.admin);
  customers = [await aCustomer(client), await aCustomer(client)];
  const [one, two] = customers;
  await aContact(client, one, { first_name: 'Été', last_name: 'A', email: 'Un@a.example', is_primary: true });
  await aContact(as(service, tenant.manager), one, { first_name: 'été 50%', last_name: 'B' });
  await aContact(client, two, { first_name: 'Hiver', last_name: 'C', email: 'deux@b.example', is_active: false });
  await aContact(client, two, { first_name: 'Printemps', last_name: 'D_1' });
  await client.delete(contactAddress(await aContact(client, two, { last_name: 'E' })));
  const days = { A: '2026-01-01', B: '2026-01-02', C: '2026-01-03', D_1: '2026-01-04' };
  for (const [name, day] of Object.entries(days)) {
    await service.ask(
      'UPDATE contacts SET created_at = $3::timestamptz, updated_at = $3::timestamptz WHERE tenant_id = $1 AND last_name = $2',
      [tenant.id, name, `${day}T00:00:00Z`],
    );
  }
});

const LIST =
  'query ($filter: ContactFilter, $search: String) { contacts(filter: $filter, search: $search) { totalCount nodes { lastName } } }';

async function namesFor(filter: object | null, search?: string): Promise<string> {
  const answer = await client.graphql(LIST, { filter, search });
  const { data, errors } = graphqlIn<{ contacts: { totalCount: number; nodes: { lastName: string }[] } }>(answer);
  if (!data) return errors?.[0]?.extensions.code ?? '';
  expect(data.contacts.totalCount).toBe(data.contacts.nodes.length);
  return data.contacts.nodes.map(({ lastName }) => lastName).join(' ');
}

const BOTH = { isActive: { isNull: false } };
const ALL = 'A B C D_1';

describe('a list of contacts', () => {
  test.each<[object | null, string]>([
    [null, 'A B D_1'],
    [{}, 'A B D_1'],
    [{ isActive: null }, 'A B D_1'],
    [{ and: [], not: null, or: null }, 'A B D_1'],
    [{ lastName: { neq: 'A' } }, 'B D_1'],
    [{ or: [{ lastName: { eq: 'A' } }, { lastName: { eq: 'C' } }] }, 'A'],
    [{ not: { lastName: { eq: 'A' } } }, 'B D_1'],
  ])('holds active contacts only where isActive is not named: %j', async (filter, names) => {
    expect(await namesFor(filter)).toBe(names);
  });

  test.each<[object, string]>([
    [{ isActive: { eq: true } }, 'A B D_1'],
    [{ isActive: { eq: false } }, 'C'],
    [{ isActive: { neq: true } }, 'C'],
    [{ isActive: { isNull: false } }, ALL],
    [{ or: [{ isActive: { eq: false } }, { lastName: { eq: 'A' } }] }, 'A C'],
    [{ and: [{ or: [{ isActive: { eq: true } }, { isActive: { eq: false } }] }] }, ALL],
    [{ not: { isActive: { eq: true } } }, 'C'],
    [{ not: { and: [{ isActive: { eq: false } }] } }, 'A B D_1'],
  ])('follows isActive wherever it is named: %j', async (filter, names) => {
    expect(await namesFor(filter)).toBe(names);
  });

  test('leaves inactive contacts out of a search too', async () => {
    expect(await namesFor(null, 'hiver')).toBe('');
    expect(await namesFor(BOTH, 'hiver')).toBe('C');
    expect(await namesFor({ email: { contains: 'A.EX' } }, 'ete')).toBe('A');
  });
});

describe('the operators of a filter', () => {
  test.each<[object, string]>([
    [{ lastName: { eq: 'A' } }, 'A'],
    [{ lastName: { eq: 'a' } }, ''],
    [{ lastName: { in: ['A', 'B', 'Z'] } }, 'A B'],
    [{ lastName: { notIn: ['A', 'B', 'Z'] } }, 'C D_1'],
    [{ lastName: { startsWith: 'D_' } }, 'D_1'],
    [{ lastName: { contains: '_' } }, 'D_1'],
    [{ firstName: { contains: 'ete' } }, 'A B'],
    [{ firstName: { contains: 'ÉTÉ' } }, 'A B'],
    [{ firstName: { contains: '%' } }, 'B'],
    [{ firstName: { startsWith: 'É' } }, 'A'],
    [{ firstName: { startsWith: '%' } }, ''],
    [{ email: { contains: 'A.EX' } }, 'A'],
    [{ email: { eq: 'uN@A.example' } }, 'A'],
    [{ email: { neq: 'un@a.example' } }, 'B C D_1'],
    [{ email: { in: ['UN@a.example', 'DEUX@B.EXAMPLE'] } }, 'A C'],
    [{ email: { isNull: true } }, 'B D_1'],
    [{ email: { isNull: false } }, 'A C'],
    [{ isPrimary: { eq: true } }, 'A'],
    [{ isPrimary: { neq: true } }, 'B C D_1'],
    [{ createdAt: { gt: '2026-01-02T00:00:00Z' } }, 'C D_1'],
    [{ createdAt: { gte: '2026-01-02T01:00:00+01:00' } }, 'B C D_1'],
    [{ createdAt: { between: ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'] } }, 'B C'],
    [{ updatedAt: { eq: '2026-01-03T00:00:00.000Z' } }, 'C'],
    [{ or: [{ isPrimary: { eq: true } }, { email: { isNull: true } }] }, 'A B D_1'],
    [{ not: { email: { isNull: true } } }, 'A C'],
  ])('%j', async (filter, names) => {
    expect(await namesFor({ ...BOTH, ...filter })).toBe(names);
  });

  test('ids: of the customer, of the creator, of the record', async () => {
    const [one, two] = customers;
    expect(await namesFor({ ...BOTH, customerId: { eq: one.id } })).toBe('A B');
    expect(await namesFor({ ...BOTH, customerId: { in: [one.id.toUpperCase(), two.id] } })).toBe(ALL);
    expect(await namesFor({ ...BOTH, customerId: { notIn: [one.id] } })).toBe('C D_1');
    expect(await namesFor({ createdById: { eq: tenant.manager.id } })).toBe('B');
    expect(await namesFor({ id: { eq: one.id } })).toBe('');
  });
});

describe('a filter that is too much or malformed', () => {
  const many = (count: number): object[] => Array.from({ length: count }, () => ({ lastName: { eq: 'A' } }));

  test('may have 100 conditions, that of active contacts included', async () => {
    expect(await namesFor({ ...BOTH, or: many(99) })).toBe('A');
    expect(await namesFor({ ...BOTH, or: many(100) })).toBe('VALIDATION_FAILED');
    expect(await namesFor({ or: many(99) })).toBe('A');
    expect(await namesFor({ or: many(100) })).toBe('VALIDATION_FAILED');
  });

  test.each<[object, string]>([
    [{ id: { eq: 'x' } }, 'VALIDATION_FAILED'],
    [{ customerId: { in: ['x'] } }, 'VALIDATION_FAILED'],
    [{ createdAt: { between: ['2026-01-02T00:00:00Z'] } }, 'VALIDATION_FAILED'],
    [{ firstName: { eq: 'a\0b' } }, 'VALIDATION_FAILED'],
    [{ or: [{ not: { lastName: { contains: '\ud800' } } }] }, 'VALIDATION_FAILED'],
    [{ createdAt: { gt: '2026-02-30T00:00:00Z' } }, 'BAD_USER_INPUT'],
    [{ isActive: { in: [true] } }, 'BAD_USER_INPUT'],
    [{ isActive: true }, 'BAD_USER_INPUT'],
    [{ notes: { eq: 'x' } }, 'BAD_USER_INPUT'],
    [{ tenantId: { eq: 'x' } }, 'BAD_USER_INPUT'],
    [{ deletedAt: { isNull: false } }, 'BAD_USER_INPUT'],
  ])('%j is rejected', async (filter, code) => {
    expect(await namesFor(filter)).toBe(code);
  });
});
