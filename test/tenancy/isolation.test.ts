import { buildGraphqlSchema } from '../../src/app/schema.js';
import { as, type Answer } from '../support/client.js';
import { startTestService, type OwnService, type TestTenant } from '../support/service.js';
import { rewriteStatements } from '../support/statements.js';
import { nestedDocuments } from './selections.js';
import { callRoute, GRAPHQL, REST } from '../contract/surface/surface.js';
import { digestTenant, makeTarget, type Target } from '../contract/surface/target.js';

interface Company {
  readonly tenant: TestTenant;
  readonly target: Target;
}

/** What only the third company has in its names. */
const MARK = ' du voisin';

/** Two companies whose records look alike: same names, same codes. The ids of the first are those of a third one as well. */
async function threeCompanies(service: OwnService): Promise<[Company, Company, Company]> {
  const companies = [];
  for (const tenant of [await service.aTenant(), await service.aTenant()]) {
    const target = await makeTarget(service, tenant);
    await makeTarget(service, tenant);
    companies.push({ tenant, target: { ...target, code: 'SAME' } });
    await service.ask(`UPDATE customers SET code = 'SAME', name = 'Fleurs du Nord' WHERE id = $1`, [target.customerId]);
  }
  const [mine, theirs] = companies as [Company, Company];
  const tenant = await service.aTenant();
  const target = await makeTarget(service, tenant, { ids: mine.target, mark: MARK });
  return [mine, theirs, { tenant, target }];
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

/** Relations below the records of a root. */
const DEPTH = 1;

/** Everything that reads, one's own and somebody else's. @returns what was seen, as one text */
async function readEverything(service: OwnService, { tenant, target }: Company, foreign: Target): Promise<string> {
  const client = as(service, tenant.admin);
  const answers: Answer[] = [];
  for (const name of Object.keys(REST).filter((one) => one.startsWith('GET /v1/'))) {
    for (const asked of REST[name]?.id ? [target, foreign] : [target])
      answers.push(await callRoute(service, name, tenant.admin, asked));
  }
  for (const query of QUERIES) answers.push(await client.get(query(foreign)));
  for (const { root, query } of nestedDocuments(buildGraphqlSchema(), DEPTH)) {
    for (const variables of await variablesOf(root, [target, foreign]))
      answers.push(await client.graphql(query, variables));
  }
  return answers.map(({ status, text }) => `${status} ${text}`).join('\n');
}

/** The variables that point a query at each target; one without any is asked once. */
async function variablesOf(root: string, targets: readonly Target[]): Promise<object[]> {
  const pointAt = GRAPHQL[`Query.${root}`]?.variables;
  return pointAt ? Promise.all(targets.map(async (target) => pointAt(target))) : [{}];
}

const QUERIES: readonly ((foreign: Target) => string)[] = [
  () => '/v1/commercial/customers?page_size=100&sort=-created_at',
  () => '/v1/commercial/customers?search=fleurs',
  () => '/v1/commercial/customers?search=0611223344&type=PROSPECT',
  () => '/v1/commercial/contacts?search=jeanne&page_size=100',
  () => '/v1/commercial/opportunities?search=affaire&page_size=100',
  ({ customerId }) => `/v1/commercial/contacts?customer_id=${customerId}`,
  ({ contactId }) => `/v1/commercial/activities?contact_id=${contactId}`,
  () => '/v1/commercial/pipeline/summary?as_of=2026-11-01',
  () => '/v1/audit/logs?page_size=500',
  ({ customerId }) => `/v1/audit/logs?entity_id=${customerId}&search_text=${customerId}&from_date=2020-01-01`,
  () => `/v1/audit/verify?head=1:${'0'.repeat(64)}`,
];

/** Everything that changes somebody else's record. @returns the answers' statuses */
async function changeEverything(service: OwnService, { tenant }: Company, foreign: Target): Promise<string[]> {
  const changes = Object.keys(REST).filter((name) => !name.startsWith('GET ') && REST[name]?.id);
  const statuses: string[] = [];
  for (const name of changes) {
    const { status } = await callRoute(service, name, tenant.admin, foreign);
    statuses.push(`${status} ${name}`);
  }
  expect(statuses.length).toBeGreaterThan(20);
  return statuses;
}

async function expectIsolation(service: OwnService): Promise<void> {
  const [mine, theirs, twin] = await threeCompanies(service);
  const digests = (): Promise<string[]> =>
    Promise.all([theirs, twin].map(({ tenant }) => digestTenant(service, tenant.id, 'with trail')));
  const before = await digests();

  const seen = await readEverything(service, mine, theirs.target);
  const changed = await changeEverything(service, mine, theirs.target);

  expect(seen).toContain(mine.target.customerId);
  expect(seen.split('\n').filter((line) => /^500|"INTERNAL"/.test(line))).toEqual([]);
  for (const word of [...wordsOf(theirs), MARK]) expect(seen).not.toContain(word);
  expect(changed.filter((answer) => !answer.startsWith('404 '))).toEqual([]);
  await expectOwnChanges(service, mine);
  expect(await digests()).toEqual(before);
}

/** What of a company must not be seen elsewhere; an id that was asked for stands in `instance`, so names stand for it. */
function wordsOf({ tenant, target }: Company): string[] {
  const { customerId, contactId, opportunityId, activityId, userId } = target;
  const names = [`Contact ${contactId}`, `Affaire ${opportunityId}`, `Appel ${activityId}`, `Personne ${userId}`];
  return [tenant.id, tenant.admin.id, tenant.admin.email, ...names, `"id":"${customerId}"`];
}

/** The layer that is left stands in nobody's own way, and changes nobody else's record of the same id. */
async function expectOwnChanges(service: OwnService, { tenant, target }: Company): Promise<void> {
  const changes = Object.keys(REST).filter((name) => name.includes('/v1/commercial/') && !name.startsWith('GET '));
  const client = as(service, tenant.admin);
  const address = `/v1/commercial/customers/${target.customerId}`;
  const last = ['DELETE', '/win', '/lose'];
  const rejected: string[] = [];
  for (const name of changes.filter((one) => !last.some((word) => one.includes(word)))) {
    const { status, text } = await callRoute(service, name, tenant.admin, target);
    if (status >= 300) rejected.push(`${name}: ${text}`);
  }

  expect(rejected).toEqual([]);
  expect((await client.put(address, { assigned_to: target.userId })).status).toBe(200);
  expect((await client.post(`/v1/commercial/opportunities/${target.opportunityId}/win`)).status).toBe(200);
  expect((await client.delete(address)).status).toBe(204);
  expect((await client.post(`${address}/restore`)).status).toBe(200);
}

async function dropPolicies(service: OwnService): Promise<void> {
  const tables = await service.ask<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relrowsecurity AND relkind = 'r'",
  );
  for (const { name } of tables)
    await service.ask(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`);
  expect(tables.length).toBeGreaterThan(8);
}

describe('each layer of isolation holds alone', () => {
  let service: OwnService;

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
    expect(rewritten).toBeGreaterThan(200);
  });

  test('the filter and the predicates, when there is no row-level security', async () => {
    await dropPolicies(service);

    await expectIsolation(service);
  });

  test('and without both there is none: these tests see what they look for', async () => {
    await dropPolicies(service);
    const [mine, theirs] = await threeCompanies(service);

    const restore = rewriteStatements(withoutTenant);
    const seen = await readEverything(service, mine, theirs.target).finally(restore);

    for (const word of [...wordsOf(theirs).slice(1), MARK]) expect(seen).toContain(word);
  });
});
