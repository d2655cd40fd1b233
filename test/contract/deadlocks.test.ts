/** Writes by chance, many at once on the same few records: nobody waits in a circle, nobody is turned away, every count is right. */
import fc from 'fast-check';
import { as, type Answer, type Client } from '../support/client.js';
import { deadlocksOf } from '../support/locks.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { aContact, contactAddress, CONTACTS } from '../crm/contact/contact-support.js';
import { aCustomer, addressOf, CUSTOMERS, outcomeOf } from '../crm/customer/customer-support.js';
import { addressOf as saleAddress, anOpportunity, OPPORTUNITIES } from '../crm/opportunity/opportunity-support.js';

const ACTIVITIES = '/v1/commercial/activities';
const LIMITS = { limit_customers: 4, limit_active_opportunities: 7, limit_contacts_per_customer: 3 };

/** Whoever has locked something keeps it a moment longer, so that writes meet which would seldom do so. */
const LINGER = `
  CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.015 * random()); RETURN NULL; END $$;
  ${['counters', 'opportunities', 'customers', 'contacts']
    .map((table) => `CREATE TRIGGER z_linger AFTER INSERT OR UPDATE ON ${table} EXECUTE FUNCTION linger();`)
    .join('\n')}`;

interface Scene {
  readonly client: Client;
  readonly customers: string[];
  readonly sales: string[];
  readonly contacts: string[];
  readonly activities: string[];
}

const service = useOwnService();
let tenant: TestTenant;
let scene: Scene;

beforeAll(async () => {
  tenant = await service.aTenant(LIMITS);
  scene = await makeScene(as(service, tenant.admin));
  await service.ask(LINGER);
});

/** Three customers, of whom the last is deleted and has opportunities with the codes of the first. */
async function makeScene(client: Client): Promise<Scene> {
  const made: Scene = { client, customers: [], sales: [], contacts: [], activities: [] };
  for (const codes of [['B', 'A'], ['C'], ['A', 'B']]) {
    const customer = await aCustomer(client, { code: `K-${codes.join('')}` });
    const { id: customer_id } = customer;
    made.customers.push(customer_id);
    if (made.customers.length < 3) made.contacts.push((await aContact(client, customer, { is_primary: true })).id);
    made.contacts.push((await aContact(client, customer)).id);
    if (codes[0] === 'A') for (const sale of made.sales.slice(0, 2)) await client.delete(saleAddress({ id: sale }));
    for (const code of codes) made.sales.push((await anOpportunity(client, { customer_id, code })).id);
    const about = { customer_id, contact_id: made.contacts.at(-1), opportunity_id: made.sales.at(-1) };
    const activity = await client.post(ACTIVITIES, { ...about, type: 'CALL', subject: 'Appel' });
    made.activities.push((activity.body as { id: string }).id);
  }
  await client.delete(addressOf({ id: made.customers[2] ?? '' }));
  return made;
}

/** Two numbers choose the records; the codes are few, so that they are wanted by several. */
type Write = (scene: Scene, a: number, b: number) => Promise<Answer>;
const pick = (ids: readonly string[], index: number): { id: string } => ({ id: ids[index % ids.length] ?? '' });
const restored = (address: string): string => `${address}/restore`;

const saleDoor =
  (door: 'win' | 'lose' | 'reopen'): Write =>
  ({ client, sales }, a) =>
    client.post(`${saleAddress(pick(sales, a))}/${door}`);

const WRITES: Readonly<Record<string, Write>> = {
  'delete customer': ({ client, customers }, a) => client.delete(addressOf(pick(customers, a))),
  'restore customer': ({ client, customers }, a) => client.post(restored(addressOf(pick(customers, a)))),
  'restore customer, GraphQL': ({ client, customers }, a) =>
    client.graphql('mutation ($id: ID!) { restoreCustomer(id: $id) { customer { id } } }', pick(customers, a)),
  'create customer': ({ client }, a) => client.post(CUSTOMERS, { name: 'X', ...(a % 2 && { code: 'K-BA' }) }),
  'update customer': ({ client, customers }, a, b) =>
    client.put(addressOf(pick(customers, a)), { city: `${b}`, type: b % 2 ? 'LEAD' : 'CUSTOMER' }),
  'create opportunity': ({ client, customers }, a, b) =>
    client.post(OPPORTUNITIES, {
      name: 'X',
      customer_id: pick(customers, a).id,
      ...(b % 3 && { code: b % 2 ? 'A' : 'B' }),
      status: b % 5 === 0 ? 'WON' : 'NEW',
    }),
  'update opportunity': ({ client, sales }, a, b) =>
    client.put(saleAddress(pick(sales, a)), { amount: b, ...(b % 2 && { status: b % 3 ? 'NEW' : 'WON' }) }),
  win: saleDoor('win'),
  'win, GraphQL': ({ client, sales }, a) =>
    client.graphql('mutation ($id: ID!) { winOpportunity(id: $id) { opportunity { id } } }', pick(sales, a)),
  lose: saleDoor('lose'),
  reopen: saleDoor('reopen'),
  'delete opportunity': ({ client, sales }, a) => client.delete(saleAddress(pick(sales, a))),
  'restore opportunity': ({ client, sales }, a) => client.post(restored(saleAddress(pick(sales, a)))),
  'create contact': ({ client, customers }, a, b) =>
    client.post(CONTACTS, {
      customer_id: pick(customers, a).id,
      first_name: 'A',
      last_name: 'B',
      is_primary: b % 2 === 0,
    }),
  'make contact primary': ({ client, contacts }, a) =>
    client.put(contactAddress(pick(contacts, a)), { is_primary: true }),
  'update contact': ({ client, contacts }, a, b) => client.put(contactAddress(pick(contacts, a)), { title: `${b}` }),
  'delete contact': ({ client, contacts }, a) => client.delete(contactAddress(pick(contacts, a))),
  'restore contact': ({ client, contacts }, a) => client.post(restored(contactAddress(pick(contacts, a)))),
  'create activity': ({ client, customers, sales, contacts }, a, b) =>
    client.post(ACTIVITIES, {
      customer_id: pick(customers, a).id,
      opportunity_id: pick(sales, a * 2).id,
      contact_id: pick(contacts, b).id,
      type: 'CALL',
      subject: 'Appel',
    }),
  'complete activity': ({ client, activities }, a) => client.post(`${ACTIVITIES}/${pick(activities, a).id}/complete`),
  'delete activity': ({ client, activities }, a) => client.delete(`${ACTIVITIES}/${pick(activities, a).id}`),
  'restore activity': ({ client, activities }, a) => client.post(`${ACTIVITIES}/${pick(activities, a).id}/restore`),
};

const anyWrite = fc.constantFrom(...Object.keys(WRITES));
/** Those that take the most locks. */
const greedy = fc.constantFrom('delete customer', 'restore customer', 'create opportunity', 'delete opportunity');

const writes = fc.array(fc.tuple(fc.oneof(anyWrite, greedy), fc.nat(11), fc.nat(29)), {
  minLength: 30,
  maxLength: 40,
});

/** What must hold of the tenant's rows, and does not. */
const BREACHES = `
  SELECT 'customers are counted' AS breach WHERE
    (SELECT value FROM counters WHERE tenant_id = $1 AND name = 'customer.live') <>
    (SELECT count(*) FROM customers WHERE tenant_id = $1 AND deleted_at IS NULL)
  UNION ALL SELECT 'active opportunities are counted' WHERE
    (SELECT value FROM counters WHERE tenant_id = $1 AND name = 'opportunity.live') <>
    (SELECT count(*) FROM opportunities WHERE tenant_id = $1 AND deleted_at IS NULL AND status NOT IN ('WON', 'LOST'))
  UNION ALL SELECT 'limits are kept' FROM counters WHERE tenant_id = $1 AND
    (name = 'customer.live' AND value > ${LIMITS.limit_customers} OR
     name = 'opportunity.live' AND value > ${LIMITS.limit_active_opportunities})
  UNION ALL SELECT 'contacts are limited' FROM contacts WHERE tenant_id = $1 AND deleted_at IS NULL
    GROUP BY customer_id HAVING count(*) > ${LIMITS.limit_contacts_per_customer}
  UNION ALL SELECT 'what is live has a live customer' FROM
    (SELECT customer_id, deleted_at FROM contacts WHERE tenant_id = $1
     UNION ALL SELECT customer_id, deleted_at FROM opportunities WHERE tenant_id = $1
     UNION ALL SELECT customer_id, deleted_at FROM activities WHERE tenant_id = $1) child
    JOIN customers c ON c.tenant_id = $1 AND c.id = child.customer_id
    WHERE child.deleted_at IS NULL AND c.deleted_at IS NOT NULL
  UNION ALL SELECT 'the history ends with the state' FROM opportunities o WHERE tenant_id = $1 AND
    (CASE WHEN deleted_at IS NULL THEN status END) IS DISTINCT FROM
    (SELECT to_status FROM opportunity_transitions t WHERE t.tenant_id = $1 AND t.opportunity_id = o.id
     ORDER BY version DESC LIMIT 1)`;

/** An error that says what is wrong with the request, never that the service could not. */
const RIGHT = /^(20[014]|404 NOT_FOUND|409 (DUPLICATE|ILLEGAL_TRANSITION|QUOTA_EXCEEDED)|422 VALIDATION_FAILED)$/;

test('PostgreSQL has no deadlock to break, nobody gets a 503, and all counts and rules hold', async () => {
  await fc.assert(
    fc.asyncProperty(writes, async (drawn) => {
      const answers = await Promise.all(drawn.map(async ([name, a, b]) => WRITES[name]?.(scene, a, b)));
      const wrong = answers.flatMap((answer, index) => {
        const said = answer ? outcomeOf(answer) : 'no answer';
        return RIGHT.test(said) && !/UNAVAILABLE|INTERNAL/.test(answer?.text ?? '')
          ? []
          : [`${drawn[index]?.[0]}: ${said}`];
      });
      expect(wrong).toEqual([]);
      expect(await service.ask(BREACHES, [tenant.id])).toEqual([]);
    }),
    { numRuns: 25, seed: 20261129, endOnFailure: true },
  );
  expect(await deadlocksOf(service)).toBe(0);
});
