/** A narrow key is not told the names of records that it may not read, where other records are shown with them. */
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aServiceKey, codeOf, idOf } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
  const admin = as(service, tenant.admin);
  const customer_id = idOf(await admin.post('/v1/commercial/customers', { name: 'Dupont' }));
  const contact = { customer_id, first_name: 'Jeanne', last_name: 'Martin' };
  const contact_id = idOf(await admin.post('/v1/commercial/contacts', contact));
  const opportunity = { customer_id, name: 'Terrasse Martin', amount: 1 };
  const opportunity_id = idOf(await admin.post('/v1/commercial/opportunities', opportunity));
  const activity = { customer_id, contact_id, opportunity_id, type: 'CALL', subject: 'Appel Martin' };
  expect((await admin.post('/v1/commercial/activities', activity)).status).toBe(201);
});

it.each([
  ['contacts', 'contact', ['customer']],
  ['opportunities', 'opportunity', ['customer']],
  ['activities', 'activity', ['customer', 'opportunity', 'contact']],
])('a file of %s takes the right to read what it names', async (file, recordType, named) => {
  const reading = named.map((other) => `${other}:read`);
  for (const missing of reading) {
    const permissions = [`${recordType}:export`, ...reading.filter((right) => right !== missing)];
    const narrow = await as(service, await aServiceKey(service, tenant, permissions)).get(
      `/v1/commercial/export/${file}`,
    );
    expect(narrow.status).toBe(403);
    expect(narrow.body).toMatchObject({ code: 'FORBIDDEN', details: { permission: missing } });
  }
  const wide = await aServiceKey(service, tenant, [`${recordType}:export`, ...reading]);
  const answer = await as(service, wide).get(`/v1/commercial/export/${file}`);
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('Dupont');
});

it('a search leaves the names of customers out for those who may not read them', async () => {
  const query = `{ search(query: "Martin", types: [CONTACT, OPPORTUNITY, ACTIVITY]) { totalCount nodes { title subtitle } } }`;
  const permissions = ['contact:read', 'opportunity:read', 'activity:read'];
  const narrow = await as(service, await aServiceKey(service, tenant, permissions)).graphql(query);
  const wide = await as(service, await aServiceKey(service, tenant, [...permissions, 'customer:read'])).graphql(query);

  expect(codeOf(narrow)).toBeUndefined();
  expect(narrow.body).toMatchObject({ data: { search: { totalCount: 3 } } });
  expect(narrow.text).toContain('"title":"Jeanne Martin","subtitle":null');
  expect(narrow.text).not.toContain('Dupont');
  expect(wide.text.match(/"subtitle":"Dupont"/g)).toHaveLength(3);
});
