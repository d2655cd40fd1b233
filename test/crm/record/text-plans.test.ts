/** No condition on a text compares a row with a list that grows with the table, wherever it stands: the plans, as the service's role. */
import pg from 'pg';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { onEachStatement, type SentStatement } from '../../support/statements.js';
import { textQuestions, type TextQuestion } from './text-filters.js';
import { onOneNode } from '../../support/one-node.js';
import { planOf, rowsLookedAt, type PlanNode } from '../../support/plans.js';

const { testOnOneNode } = onOneNode();

const ROWS = 1500;
const TABLES = ['customers', 'contacts', 'opportunities', 'activities'];
/** In every row, and in one row in a hundred. */
const COMMON = 'commun';
const RARE = 'rare-07';

let tenant: TestTenant;
let client: pg.Client;

// Before the service, which drops its database.
afterAll(() => client.end());

const service = useOwnService();

beforeAll(async () => {
  tenant = await service.aTenant();
  await fill(tenant.id);
  for (const table of TABLES) await service.ask(`ANALYZE ${table}`);
  client = new pg.Client({ connectionString: service.test.appUrl });
  await client.connect();
}, 120_000);

/** Every row holds the common text in each of its texts. */
async function fill(tenantId: string): Promise<void> {
  const text = (place: string): string => `'Commun ${place} ' || n || ' rare-' || lpad((n % 100)::text, 2, '0')`;
  const id = (table: string): string => `md5('${table}' || n)::uuid`;
  const inserts: readonly (readonly [table: string, columns: string, values: string])[] = [
    [
      'customers',
      'code, name, email, city, type, country_code, payment_terms, currency',
      `'COMMUN-' || n, ${text('client')}, 'commun' || n || '@x.example', ${text('ville')}, 'VIP', 'FR', 'NET_30', 'EUR'`,
    ],
    [
      'contacts',
      'customer_id, first_name, last_name, email',
      `${id('customers')}, ${text('prénom')}, ${text('nom')}, 'commun' || n || '@y.example'`,
    ],
    [
      'opportunities',
      'customer_id, code, name, status, probability, currency',
      `${id('customers')}, 'COMMUN-' || n, ${text('affaire')}, 'NEW', 10, 'EUR'`,
    ],
    [
      'activities',
      'customer_id, contact_id, opportunity_id, type, subject, date',
      `${id('customers')}, ${id('contacts')}, ${id('opportunities')}, 'CALL', ${text('appel')}, now() - n * interval '1 hour'`,
    ],
  ];
  for (const [table, columns, values] of inserts)
    await service.ask(
      `INSERT INTO ${table} (tenant_id, id, ${columns}, created_at, updated_at)
       SELECT '${tenantId}', ${id(table)}, ${values}, now(), now() FROM generate_series(1, ${ROWS}) n`,
    );
}

/** Conditions that are asked of each row: all but those of an index. */
const PER_ROW = ['Filter', 'Join Filter', 'Recheck Cond', 'One-Time Filter'];
/** A list that a part of the statement made, `ANY ((InitPlan 1).col1)`: nothing bounds it. */
const UNBOUNDED = /= ANY \(+(?:InitPlan|SubPlan)/;
/** Rows that a statement may look at, of all tables together. */
const MOST_ROWS = 8 * ROWS;

/** What is wrong with a plan, if anything. */
function faultOf(nodes: readonly PlanNode[]): string | undefined {
  for (const node of nodes)
    for (const name of PER_ROW)
      if (UNBOUNDED.test(JSON.stringify(node[name] ?? '')))
        return `${node['Node Type']}: ${JSON.stringify(node[name])}`;
  const rows = rowsLookedAt(nodes);
  return rows > MOST_ROWS ? `${rows} rows` : undefined;
}

async function statementsFor({ name, query, variables }: TextQuestion, faults: string[]): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const stop = onEachStatement((statement) => sent.push(statement));
  const { text } = await as(service, tenant.admin).graphql(query, variables);
  stop();
  if (text.includes('"errors"')) faults.push(`${name}: ${text}`);
  return sent.filter((one) => /\bFROM (?:customers|contacts|opportunities|activities|app\.search)/.test(one.text));
}

async function faultsOf(questions: readonly TextQuestion[], mode: 'custom' | 'generic'): Promise<string[]> {
  const faults: string[] = [];
  for (const question of questions) {
    const statements = await statementsFor(question, faults);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      const fault = faultOf(await planOf(client, tenant.id, statement, mode));
      if (fault !== undefined) faults.push(`${question.name}: ${fault}`);
    }
  }
  return faults;
}

testOnOneNode.each(['generic', 'custom'] as const)(
  '%s plans',
  async (mode) => {
    const questions = textQuestions(mode === 'generic' ? [COMMON, RARE] : [RARE, COMMON]);

    expect(questions.length).toBeGreaterThan(100);
    expect(await faultsOf(questions, mode)).toEqual([]);
  },
  120_000,
);
