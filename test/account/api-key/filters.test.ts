/** A narrow key learns nothing of records that it may not read from filters that go through them. */
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aKey, codeOf } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const SOME = '{ lastName: { startsWith: "D" } }';

it.each([
  ['to many', `{ customers(filter: { contacts: { some: ${SOME} } }) { totalCount } }`],
  ['to none', `{ customers(filter: { contacts: { none: ${SOME} } }) { totalCount } }`],
  [
    'below connectives',
    `{ customers(filter: { or: [{ not: { and: [{ contacts: { some: ${SOME} } }] } }] }) { totalCount } }`,
  ],
  ['through another', `{ opportunities(filter: { customer: { contacts: { some: ${SOME} } } }) { totalCount } }`],
  [
    'below a list',
    `{ customers { nodes { opportunities(filter: { customer: { contacts: { some: ${SOME} } } }) { totalCount } } } }`,
  ],
  ['in the pipeline', `{ pipeline(filter: { customer: { contacts: { some: ${SOME} } } }) { count } }`],
])('a relation %s takes the right to read what it leads to', async (_how, query) => {
  const permissions = ['customer:read', 'opportunity:read'];
  const [narrow, wide] = [
    await aKey(service, tenant.user, { permissions }),
    await aKey(service, tenant.user, { permissions: [...permissions, 'contact:read'] }),
  ];
  await as(service, tenant.user).post('/v1/commercial/customers', { name: 'Dupont' });

  expect(codeOf(await as(service, narrow).graphql(query))).toBe('FORBIDDEN');
  expect(codeOf(await as(service, wide).graphql(query))).toBeUndefined();
  expect(codeOf(await as(service, tenant.readonly).graphql(query))).toBeUndefined();
});

it('so does a record that another one names', async () => {
  const key = await aKey(service, tenant.user, { permissions: ['contact:read'] });
  const customer = await as(service, tenant.user).post('/v1/commercial/customers', { name: 'Dupont' });
  const names = { customer_id: (customer.body as { id: string }).id, first_name: 'Jean', last_name: 'Dupont' };
  await as(service, tenant.user).post('/v1/commercial/contacts', names);

  const answer = await as(service, key).graphql('{ contacts { nodes { lastName customer { name } } } }');

  expect(codeOf(answer)).toBe('FORBIDDEN');
  expect(answer.text).not.toContain('"name":"Dupont"');
});
