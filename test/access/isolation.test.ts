import { as } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
import { rewriteStatements } from '../support/statements.js';
import { digestTenant, makeTarget, type Target } from './surface/target.js';

interface Company {
  readonly tenant: TestTenant;
  readonly target: Target;
}

/** Two companies whose records look alike: same names, same codes. */
async function twoCompanies(service: TestService): Promise<[Company, Company]> {
  const companies = [];
  for (const tenant of [await service.aTenant(), await service.aTenant()]) {
    const target = await makeTarget(service, tenant);
    await makeTarget(service, tenant);
    companies.push({ tenant, target: { ...target, code: 'SAME' } });
    await service.ask(`UPDATE customers SET code = 'SAME', name = 'Fleurs du Nord' WHERE id = $1`, [target.customerId]);
  }
  return companies as [Company, Company];
}

const TENANT_PREDICATES = [
  // Joins first: both sides are columns.
  /"?\w+"?\."?tenant_id"? = ("?\w+"?\."?(?:tenant_id|id)"?)(?!\w)/g,
  /(?:"?\w+"?\.)?"?tenant_id"? = (\$\d+|'(?:[^']|'')*'|\?)/g,
  /\bt\.id = (\$\d+|'(?:[^']|'')*')/g,
  /"t\d+"\."id" = (\$\d+|'(?:[^']|'')*')/g,
];

/** The same statement without a word of its tenant; a parameter stays in use, or PostgreSQL could not tell its type. */
function withoutTenant(text: string): string {
  return TENANT_PREDICATES.reduce(
    (left, predicate) =>
      left.replace(predicate, (_all, value: string) => (value.startsWith('$') ? `${value}::text IS NOT NULL` : 'TRUE')),
    text,
  );
}

/** Everything that reads, and everything that changes somebody else's record. @returns what was seen, as one text */
async function readEverything(service: TestService, { tenant }: Company, foreign: Target): Promise<string> {
  const client = as(service, tenant.admin);
  const { customerId, userId, auditEventId } = foreign;
  const answers = [
    await client.get('/v1/commercial/customers?page_size=100'),
    await client.get('/v1/commercial/customers?page_size=100&sort=-created_at'),
    await client.get('/v1/commercial/customers?search=fleurs'),
    await client.get('/v1/commercial/customers?search=0611223344&type=PROSPECT'),
    await client.get(`/v1/commercial/customers/${customerId}`),
    await client.get('/v1/commercial/export/customers'),
    await client.get('/v1/users?page_size=100'),
    await client.get(`/v1/users/${userId}`),
    await client.get('/v1/tenant'),
    await client.get('/v1/meta/limits'),
    await client.get('/v1/audit/logs?page_size=500'),
    await client.get(`/v1/audit/logs?entity_id=${customerId}&search_text=${customerId}&from_date=2020-01-01`),
    await client.get(`/v1/audit/logs/${auditEventId}`),
    await client.get(`/v1/audit/verify?head=1:${'0'.repeat(64)}`),
    await client.graphql(
      `query ($id: ID!) {
        customer(id: $id) { name } customerByCode(code: "SAME") { id assignedTo { fullName } createdBy { id fullName } }
        customers(first: 100, filter: { name: { contains: "Client" } }) {
          totalCount nodes { id name createdBy { id } history { totalCount nodes { id newValue actor { fullName } } } }
        }
        auditEvents(first: 100) { totalCount nodes { id userEmail newValue actor { fullName } } }
        viewer { user { email } tenant { id name } limits { used } } users { totalCount nodes { id email } }
      }`,
      { id: customerId },
    ),
  ];
  return answers.map(({ status, text }) => `${status} ${text}`).join('\n');
}

/** @returns the answers' statuses or codes */
async function changeEverything(
  service: TestService,
  { tenant }: Company,
  foreign: Target,
): Promise<(string | number)[]> {
  const client = as(service, tenant.admin);
  const address = `/v1/commercial/customers/${foreign.customerId}`;
  const answers = [
    await client.put(address, { city: 'Lille' }),
    await client.post(`${address}/convert`),
    await client.delete(address),
    await client.post(`/v1/commercial/customers/${foreign.deletedId}/restore`),
    await client.put(`/v1/users/${foreign.userId}`, { full_name: 'Pris' }),
    await client.delete(`/v1/users/${foreign.userId}`),
    await client.post(`/v1/users/${foreign.userId}/password`),
  ];
  return answers.map(({ status }) => status);
}

const EVERY_404 = Array.from({ length: 7 }, () => 404);

async function expectIsolation(service: TestService): Promise<void> {
  const [mine, theirs] = await twoCompanies(service);
  const before = await digestTenant(service, theirs.tenant.id, 'with trail');

  const seen = await readEverything(service, mine, theirs.target);
  const changed = await changeEverything(service, mine, theirs.target);

  expect(seen).toContain(mine.target.customerId);
  expect(seen).not.toMatch(/^500|INTERNAL/m);
  for (const word of wordsOf(theirs)) expect(seen).not.toContain(word);
  expect(seen).toContain('"totalCount":1,"nodes"');
  expect(changed).toEqual(EVERY_404);
  expect(await digestTenant(service, theirs.tenant.id, 'with trail')).toBe(before);
  await expectOwnChanges(service, mine);
}

/** What of a company must not be seen elsewhere; an id that was asked for stands in `instance`, so names stand for it. */
function wordsOf({ tenant, target }: Company): string[] {
  return [tenant.id, tenant.admin.id, tenant.admin.email, `Personne ${target.userId}`, `"id":"${target.customerId}"`];
}

/** The wall that is left stands in nobody's own way. */
async function expectOwnChanges(service: TestService, { tenant, target }: Company): Promise<void> {
  const client = as(service, tenant.admin);
  const address = `/v1/commercial/customers/${target.customerId}`;

  expect((await client.put(address, { city: 'Lyon', assigned_to: target.userId })).status).toBe(200);
  expect((await client.delete(address)).status).toBe(204);
  expect((await client.post(`${address}/restore`)).status).toBe(200);
  expect((await client.post('/v1/commercial/customers', { name: 'Neuf' })).status).toBe(201);
}

async function dropPolicies(service: TestService): Promise<void> {
  const tables = await service.ask<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relrowsecurity AND relkind = 'r'",
  );
  for (const { name } of tables)
    await service.ask(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`);
  expect(tables.length).toBeGreaterThan(8);
}

describe('each wall holds alone', () => {
  let service: TestService;

  beforeEach(async () => {
    service = await startTestService();
  });

  afterEach(() => service.close());

  test('row-level security, when no statement names its tenant', async () => {
    let rewritten = 0;
    const restore = rewriteStatements((text) => {
      const changed = withoutTenant(text);
      if (changed !== text) rewritten += 1;
      // Only inserts still name it: a row has to belong to somebody.
      expect(changed).not.toMatch(/tenant_id"? = /);
      return changed;
    });
    try {
      await expectIsolation(service);
    } finally {
      restore();
    }
    expect(rewritten).toBeGreaterThan(30);
  });

  test('the filter and the predicates, when there is no row-level security', async () => {
    await dropPolicies(service);

    await expectIsolation(service);
  });

  test('and without both there is none: these tests see what they look for', async () => {
    await dropPolicies(service);
    const [mine, theirs] = await twoCompanies(service);

    const restore = rewriteStatements(withoutTenant);
    const seen = await readEverything(service, mine, theirs.target).finally(restore);

    for (const word of wordsOf(theirs).slice(1)) expect(seen).toContain(word);
  });
});
