/** Conditions on texts give what comparing every row would give, wherever they stand and however the rows are found. */
import { ACTIVITY_FILTER_COLUMNS } from '../../../src/crm/activity/activity.filter.js';
import { CONTACT_FILTER_COLUMNS } from '../../../src/crm/contact/contact.filter.js';
import { CUSTOMER_FILTER_COLUMNS } from '../../../src/crm/customer/customer.filter.js';
import { OPPORTUNITY_FILTER_COLUMNS } from '../../../src/crm/opportunity/opportunity.filter.js';
import type { Filter, FilterColumns } from '../../../src/platform/lists/filter-columns.js';
import { filterSql } from '../../../src/platform/lists/filters.js';
import { literalText, rawSql, sql } from '../../../src/platform/postgres/sql.js';
import { Random } from '../../drill/random.js';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aCustomer, graphqlIn } from '../customer/customer-support.js';
import { aChild } from './child-rows.js';

const SEED = 20_261_129;
const FILTERS = 60;

interface List {
  readonly table: string;
  readonly alias: string;
  readonly type: string;
  readonly columns: FilterColumns;
  readonly texts: readonly string[];
  /** Fields that lead to other lists. */
  readonly related: Readonly<Record<string, { readonly list: string; readonly toMany: boolean }>>;
}

const many = (list: string) => ({ list, toMany: true });
const one = (list: string) => ({ list, toMany: false });
const LISTS: Readonly<Record<string, List>> = {
  customers: {
    table: 'customers',
    alias: 'c',
    type: 'CustomerFilter',
    columns: CUSTOMER_FILTER_COLUMNS,
    texts: ['name', 'code', 'email', 'city'],
    related: { contacts: many('contacts'), opportunities: many('opportunities'), activities: many('activities') },
  },
  contacts: {
    table: 'contacts',
    alias: 'k',
    type: 'ContactFilter',
    columns: CONTACT_FILTER_COLUMNS,
    texts: ['firstName', 'lastName', 'email'],
    related: { customer: one('customers'), activities: many('activities') },
  },
  opportunities: {
    table: 'opportunities',
    alias: 'o',
    type: 'OpportunityFilter',
    columns: OPPORTUNITY_FILTER_COLUMNS,
    texts: ['name', 'code'],
    related: { customer: one('customers'), activities: many('activities') },
  },
  activities: {
    table: 'activities',
    alias: 'a',
    type: 'ActivityFilter',
    columns: ACTIVITY_FILTER_COLUMNS,
    texts: ['subject'],
    related: { customer: one('customers'), contact: one('contacts') },
  },
};

const WORDS = ['Café', 'ÉTÉ', 'Straße', 'œuvre', 'relance', 'ab', '100 %', 'a_b', 'Ünal', '0612345678', 'x'];
/** Parts of those words, and what runs over from one column into the next. */
const QUERIES = [
  'cafe',
  'été',
  'strasse',
  'oeuv',
  'lanc',
  'e',
  'ab',
  '0 %',
  '_',
  'unal',
  '612345',
  'x',
  'xx',
  'abcafe',
  '%',
];

const service = useService();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await service.aTenant();
  await fill(new Random(SEED));
});

async function fill(random: Random): Promise<void> {
  const text = (): string => `${random.pick(WORDS)} ${random.pick(WORDS)}`;
  for (let made = 0; made < 30; made += 1) {
    const { id } = await aCustomer(as(service, tenant.admin), {
      name: text(),
      code: `${random.pick(['AB', 'X', 'CAFE'])}-${made}`,
      city: random.chance(0.7) ? text() : null,
      email: random.chance(0.5) ? `Cafe${made}@ete.example` : null,
      phone: '06 12 34 56 78',
    });
    const contact_id = await aChild(service, tenant, 'contacts', id, {
      first_name: random.pick(WORDS),
      last_name: random.pick(WORDS),
      email: random.chance(0.5) ? `x${made}@ab.example` : null,
    });
    await aChild(service, tenant, 'opportunities', id, { name: text() });
    for (let more = random.integer(0, 2); more > 0; more -= 1)
      await aChild(service, tenant, 'activities', id, { subject: text(), contact_id });
  }
}

/** A filter by chance: texts, connectives, and relations so many levels deep. */
function aFilter(random: Random, { texts, related }: List, depth: number, relations: number): Filter {
  const inner = (): Filter => aFilter(random, { texts, related } as List, depth - 1, relations);
  const text = (): Filter => ({ [random.pick(texts)]: { contains: random.pick(QUERIES) } });
  if (depth === 0) return text();
  switch (random.integer(0, 5)) {
    case 0:
      return { not: inner() };
    case 1:
      return { or: [inner(), text(), inner()] };
    case 2:
      return { and: [inner(), text()] };
    case 3:
      return relations > 0 ? aRelation(random, related, depth, relations) : text();
    default:
      return text();
  }
}

/** More are rejected. */
const MAX_CONTAINS = 5;

function countContains(filter: Filter): number {
  return JSON.stringify(filter).split('"contains"').length - 1;
}

function aRelation(random: Random, related: List['related'], depth: number, relations: number): Filter {
  const [name, { list, toMany }] = random.pick(Object.entries(related));
  const other = LISTS[list];
  if (!other) throw new Error(list);
  const filter = aFilter(random, other, depth - 1, relations - 1);
  return { [name]: toMany ? { [random.pick(['some', 'none'])]: filter } : filter };
}

/** The ids by a statement that folds and compares every value, past the service. */
async function idsByComparing(list: List, filter: Filter): Promise<string[]> {
  const condition = filterSql(tenant.id, filter, list.columns) ?? sql`TRUE`;
  const { table, alias } = list;
  const statement = literalText(
    sql`SELECT ${rawSql(`${alias}.id`)} FROM ${rawSql(`${table} ${alias}`)} WHERE ${rawSql(alias)}.tenant_id = ${tenant.id}
      AND ${rawSql(alias)}.deleted_at IS NULL AND ${condition}`,
  );
  const held = String.raw`CASE (\w+)\.search_text LIKE (\(SELECT app\.like_pattern\('(?:[^']|'')*'\)\)) WHEN true THEN true WHEN false THEN false END`;
  const folding = statement
    .replaceAll(new RegExp(String.raw`\(${held}\)`, 'g'), '(app.fold($1.subject) LIKE $2)')
    .replaceAll(new RegExp(`${held} AND `, 'g'), '');
  expect(folding).not.toContain('search_text');
  return (await service.ask<{ id: string }>(folding)).map(({ id }) => id).sort();
}

async function idsByTheService(name: string, { type }: List, filter: Filter): Promise<string[]> {
  const query = `query ($filter: ${type}) { ${name}(first: 100, filter: $filter) { totalCount nodes { id } } }`;
  const answer = await as(service, tenant.admin).graphql(query, { filter });
  const page = graphqlIn<Record<string, { totalCount: number; nodes: { id: string }[] }>>(answer).data?.[name];
  if (!page) throw new Error(answer.text);
  expect(page.totalCount).toBe(page.nodes.length);
  return page.nodes.map(({ id }) => id).sort();
}

test.each(Object.entries(LISTS))('%s: filters made by chance', async (name, list) => {
  const random = new Random(SEED + name.length);
  const results = new Set<string>();
  for (let made = 0; made < FILTERS; made += 1) {
    const filter = aFilter(random, list, random.integer(0, 3), 2);
    if (countContains(filter) > MAX_CONTAINS) continue;
    // Lists of contacts are of active ones, and all of these are.
    const ids = await idsByTheService(name, list, filter);
    expect([filter, ids]).toEqual([filter, await idsByComparing(list, filter)]);
    results.add(ids.join());
  }
  expect(results.size).toBeGreaterThan(FILTERS / 4);
});
