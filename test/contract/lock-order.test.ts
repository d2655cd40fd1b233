/** Every operation takes its locks in the order that src/access/writes/transaction.ts lists: told by the statements that it sends. */
import { as } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { isTenantSetting, onEachStatement, type SentStatement } from '../support/statements.js';
import { callRoute, REST } from './surface/surface.js';
import { makeTarget } from './surface/target.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const LOCK = /\bfor (share|no key update|update|key share)\b/;

/** The first that fits counts. */
const STEPS: readonly (readonly [name: string, fits: (statement: SentStatement) => boolean])[] = [
  ['key', ({ text }) => text.startsWith('insert into idempotency_keys')],
  ['tenant', ({ text }) => LOCK.test(text) && /\bfrom "?tenants"?/.test(text)],
  ['users', ({ text }) => LOCK.test(text) && /\bfrom "?users"?/.test(text)],
  ['sessions', ({ text }) => LOCK.test(text) && /\bfrom "?sessions"?/.test(text)],
  ['customer', ({ text }) => LOCK.test(text) && /(\bfrom|\bjoin) "?customers"?/.test(text)],
  ['its records', ({ text }) => LOCK.test(text)],
  [
    'code',
    ({ text, values }) =>
      /^(insert into|update) counters/.test(text) && values.some((v) => String(v).endsWith('.code')),
  ],
  ['limits', ({ text }) => /^(insert into|update) counters/.test(text)],
  ['rows', ({ text }) => /\b(insert into|update|delete from) (?!counters)/.test(text)],
];
const ORDER = ['key', 'tenant', 'users', 'sessions', 'customer', 'its records', 'code', 'rows', 'limits'];

function stepOf(statement: SentStatement): string | undefined {
  const lower = { ...statement, text: statement.text.toLowerCase().trim() };
  // Counters of tries stand outside of transactions.
  if (lower.text.includes('throttle_buckets')) return undefined;
  return STEPS.find(([, fits]) => fits(lower))?.[0];
}

/** Runs the request. @returns the steps of each transaction that was committed, in the order taken; counters with their name */
async function stepsOf(request: () => Promise<unknown>): Promise<string[][]> {
  const transactions: string[][] = [];
  const stop = onEachStatement((statement) => {
    if (isTenantSetting(statement.text)) transactions.push([]);
    if (LOCK.test(statement.text) && /for (update|key share)/i.test(statement.text)) transactions.push(['too strong']);
    const step = stepOf(statement);
    const name =
      step === 'limits' ? `limits ${String(statement.values.find((v) => String(v).endsWith('.live')))}` : step;
    if (name !== undefined) transactions.at(-1)?.push(name);
  });
  await request();
  stop();
  return transactions.filter((steps) => steps.length > 0);
}

/** The steps as they should have been taken; the counters of limits in the order of their names. */
function inOrder(steps: readonly string[]): string[] {
  const rank = (step: string): number => ORDER.indexOf(step.startsWith('limits ') ? 'limits' : step);
  return [...steps].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

const WRITES = Object.keys(REST).filter((name) => !name.startsWith('GET ') && !name.endsWith('/logout'));

test.each(WRITES)('%s', async (name) => {
  const target = await makeTarget(service, tenant);
  await as(service, tenant.admin).get('/v1/auth/me');
  const headers = { 'idempotency-key': 'k' };

  const transactions = await stepsOf(async () => {
    const answer = await callRoute(service, name, tenant.admin, target, { headers });
    expect(answer.status).toBeLessThan(300);
  });

  expect(transactions.flat().length).toBeGreaterThan(0);
  for (const steps of transactions) expect(steps).toEqual(inOrder(steps));
});

test('a restoration of a customer with its records, and its deletion', async () => {
  const { customerId } = await makeTarget(service, tenant);
  const address = `/v1/commercial/customers/${customerId}`;
  const client = as(service, tenant.admin);

  const [deletion = []] = await stepsOf(() => client.delete(address));
  const [restoration = []] = await stepsOf(() => client.post(`${address}/restore`));

  const limits = ['limits customer.live', 'limits opportunity.live'];
  // Opportunities, the other records, transitions, the customer, its event, the queue of the sealer.
  const rows = Array.from({ length: 6 }, () => 'rows');
  expect(deletion).toEqual(['customer', ...rows, ...limits]);
  expect(restoration).toEqual(['tenant', 'customer', ...rows, ...limits]);
});

test('a main contact takes the place of the one before', async () => {
  const { contactId, customerId: customer_id } = await makeTarget(service, tenant);
  const client = as(service, tenant.admin);
  await client.post('/v1/commercial/contacts', { customer_id, first_name: 'A', last_name: 'B', is_primary: true });

  const [steps = []] = await stepsOf(() => client.put(`/v1/commercial/contacts/${contactId}`, { is_primary: true }));

  expect(steps.slice(0, 4)).toEqual(['customer', 'its records', 'its records', 'rows']);
  expect(steps).toEqual(inOrder(steps));
});
