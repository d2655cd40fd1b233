import { getNamedType, isEnumType, isInputObjectType } from 'graphql';
import { todayIn } from '../../src/platform/values/calendar.js';
import { inputPlanOf } from '../../src/platform/input/input-plan.js';
import { ROUTES } from './surface/surface.js';
import type { Target } from './surface/target.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { as, type Answer, type Client } from '../support/client.js';
import { askBoth, type Request } from './transports/ask.js';
import { difference } from './transports/compare.js';
import { CRM_PAIRS, fieldIn, isList, named, SCHEMA as schema, type Pair } from './transports/pairs.js';
import { inBoth, makeTwins, twinTenants } from './transports/twins.js';

const service = useOwnService();
let tenants: readonly [TestTenant, TestTenant];

beforeEach(async () => {
  tenants = await twinTenants(service);
});

/** Every parameter of a list with the arguments that mean the same. */
function listRequests(pair: Pair, target: Target): Request['list'][] {
  const conditions = conditionsOf(pair);
  const query = ROUTES.get(pair.route)?.query;
  const fields = query ? [...inputPlanOf(query).byName.values()] : [];
  return fields.flatMap(({ name, restName }): Request['list'][] => {
    const [, base = name, end] = /^(\w+)(From|To)$/.exec(name) ?? [];
    const type = conditions.get(base);
    if (type === undefined) return [];
    const operator = end === 'From' ? 'gte' : end === 'To' ? 'lte' : 'eq';
    return valuesOf(type, base, target).map((value) => ({
      query: `?page=1&${restName}=${encodeURIComponent(String(value))}`,
      args: { filter: { [base]: { [operator]: value } } },
    }));
  });
}

/** Fields of a list's filter, with the names of their types. */
function conditionsOf(pair: Pair): ReadonlyMap<string, string> {
  const argument = fieldIn(schema, pair).args.find(({ name }) => name === 'filter');
  const filter = argument && getNamedType(argument.type);
  if (!isInputObjectType(filter)) return new Map();
  return new Map(Object.values(filter.getFields()).map(({ name, type }) => [name, String(type)]));
}

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  BooleanFilter: [true, false],
  DateTimeFilter: ['2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.001Z'],
  TextFilter: ['FR', 'BE'],
};

/** Values of a filter's kind: of an enum every word. */
function valuesOf(type: string, name: string, target: Target): readonly unknown[] {
  const { customerId, contactId, opportunityId, userId, deletedId, code, opportunityCode } = target;
  const ids: Readonly<Record<string, string>> = { customerId, contactId, opportunityId };
  if (type === 'SearchedTextFilter') return [code, opportunityCode, 'nobody@example.org'];
  return type === 'IdFilter' ? [ids[name] ?? userId, deletedId] : (VALUES[type] ?? wordsOf(type));
}

function wordsOf(type: string): string[] {
  const filter = schema.getType(type);
  const equal = isInputObjectType(filter) ? filter.getFields().eq : undefined;
  const words = equal && getNamedType(equal.type);
  if (!isEnumType(words)) throw new Error(`What can be compared with ${type}?`);
  return words.getValues().map((word) => word.name);
}

/** `sort=-name` and `orderBy: { field: NAME, direction: DESC }`. */
function orderRequests(pair: Pair): Request['list'][] {
  return orderFieldsOf(pair).flatMap((name) => [
    { query: `?page=1&sort=${name.toLowerCase()}`, args: { orderBy: [{ field: name }] } },
    { query: `?page=1&sort=-${name.toLowerCase()}`, args: { orderBy: [{ field: name, direction: 'DESC' }] } },
  ]);
}

function orderFieldsOf(pair: Pair): string[] {
  const argument = fieldIn(schema, pair).args.find(({ name }) => name === 'orderBy');
  const order = argument && getNamedType(argument.type);
  const field = isInputObjectType(order) ? order.getFields().field : undefined;
  const words = field && getNamedType(field.type);
  return isEnumType(words) ? words.getValues().map(({ name }) => name) : [];
}

const TEXTS = ['client', 'contact', 'affaire', 'appel', '0611223344', '%'];

/** What the search of a list is asked for; activities have none in REST. */
function searchRequests({ route }: Pair, { code, opportunityCode }: Target): Request['list'][] {
  const query = ROUTES.get(route)?.query;
  const isSearched = query !== undefined && inputPlanOf(query).byName.has('search');
  return (isSearched ? [...TEXTS, code, opportunityCode] : []).map((search) => ({
    query: `?page=1&search=${encodeURIComponent(search)}`,
    args: { search },
  }));
}

describe('both transports list the same:', () => {
  test.each(named(CRM_PAIRS.filter(isList)))('%s', async (_field, pair) => {
    const twins = await makeTwins(service, tenants, ({ user }) => ({ children: { assignedTo: user.id } }));
    for (let made = 0; made < 3; made += 1) await makeTwins(service, tenants);
    await inBoth(service, twins, LATE);
    const { target } = twins.rest;
    const lists: Request['list'][] = [
      { query: '?page=1', args: {} },
      { query: '?page=1&page_size=2', args: { first: 2 } },
      { query: '?page=1&page_size=101', args: { first: 101 } },
      ...listRequests(pair, target),
      ...orderRequests(pair),
      ...searchRequests(pair, target),
    ];
    const differences: string[] = [];
    let found = 0;
    for (const list of lists) {
      const outcomes = await askBoth(service, schema, pair, twins, { list });
      if (JSON.stringify(outcomes.rest).includes('"id"')) found += 1;
      differences.push(...difference(JSON.stringify(list), outcomes));
    }

    expect(differences).toEqual([]);
    expect(found).toBeGreaterThan(8);
  });
});

const MADE_ON_THE_TENTH = `UPDATE opportunity_transitions SET changed_at = '2026-11-10T12:00:00Z' WHERE tenant_id = $1`;

/** Values that differ, for the orders; without one here and there. */
const LATE = `
  UPDATE customers SET city = CASE WHEN id::text < 'a' THEN NULL ELSE 'Lyon' END WHERE tenant_id = $1`;

describe('both transports answer the same in another form:', () => {
  type Row = Readonly<Record<string, unknown>>;
  const admins = (): { rest: Client; graphql: Client } => {
    const [rest, graphql] = tenants;
    return { rest: as(service, rest.admin), graphql: as(service, graphql.admin) };
  };
  const read = (answer: Answer): unknown => (answer.body as { data?: unknown }).data;

  const today = todayIn('Europe/Paris');

  test.each([
    ['', 2],
    [today, 2],
    ['2026-11-01', 0],
    ['2099-01-01', 2],
  ])('the pipeline, as of "%s"', async (asOf, groups) => {
    const twins = await makeTwins(service, tenants);
    await makeTwins(service, tenants);
    await inBoth(service, twins, `UPDATE opportunities SET currency = 'USD' WHERE tenant_id = $1 AND status = 'WON'`);
    await inBoth(service, twins, MADE_ON_THE_TENTH);
    const { rest, graphql } = admins();

    const inRest = await rest.get(`/v1/commercial/pipeline/summary${asOf === '' ? '' : `?as_of=${asOf}`}`);
    const query =
      'query ($asOf: Date) { pipeline(asOf: $asOf) { status: key currency count amount weighted_amount: weightedAmount } }';
    const { pipeline } = read(await graphql.graphql(query, { asOf: asOf === '' ? null : asOf })) as { pipeline: Row[] };

    const items = (inRest.body as { items: Row[] }).items;
    const exact = items.map((item) => ({
      ...item,
      amount: Number(item.amount).toFixed(2),
      weighted_amount: Number(item.weighted_amount).toFixed(2),
    }));
    expect(exact).toEqual(pipeline);
    expect(items.length).toBe(groups);
  });

  test('the transitions of an opportunity', async () => {
    const twins = await makeTwins(service, tenants);
    const { target } = twins.rest;
    const { rest, graphql } = admins();
    const address = `/v1/commercial/opportunities/${target.opportunityId}`;
    const win = 'mutation ($id: ID!) { winOpportunity(id: $id) { opportunity { id } } }';
    const query = `query ($id: ID!) { opportunity(id: $id) { transitions { nodes {
      fromStatus toStatus probability amount weightedAmount currency changedBy { id } } } } }`;

    await rest.post(`${address}/win`);
    await graphql.graphql(win, { id: target.opportunityId });
    const inRest = (await rest.get(`${address}/history`)).body as Row[];
    const { opportunity } = read(await graphql.graphql(query, { id: target.opportunityId })) as {
      opportunity: { transitions: { nodes: (Row & { changedBy: { id: string } })[] } };
    };

    const [first, second] = tenants;
    const people = new Map([
      [first.admin.id, 'admin'],
      [second.admin.id, 'admin'],
    ]);
    const who = (id: unknown): string => people.get(String(id)) ?? String(id);
    expect(
      inRest.map((row) => [
        row.from_status,
        row.to_status,
        row.probability,
        row.amount,
        row.currency,
        row.weighted_amount,
        who(row.changed_by),
      ]),
    ).toEqual(
      opportunity.transitions.nodes.map((row) => [
        row.fromStatus,
        row.toStatus,
        row.probability,
        Number(row.amount),
        row.currency,
        Number(row.weightedAmount),
        who(row.changedBy.id),
      ]),
    );
    expect(inRest).toHaveLength(2);
  });

  test('the contacts of a customer', async () => {
    const { rest: side } = await makeTwins(service, tenants);
    const { customerId } = side.target;
    const { rest, graphql } = admins();
    const names = ['Zoé', 'Abel', 'Élise'];
    for (const last_name of names) {
      const is_primary = last_name === 'Zoé';
      await rest.post('/v1/commercial/contacts', { customer_id: customerId, first_name: 'A', last_name, is_primary });
      const input = { customerId, firstName: 'A', lastName: last_name, isPrimary: is_primary };
      await graphql.graphql(
        'mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { id } } }',
        {
          input,
        },
      );
    }

    const inRest = (await rest.get(`/v1/commercial/customers/${customerId}/contacts`)).body as Row[];
    const query = 'query ($id: ID!) { customer(id: $id) { contacts { nodes { lastName isPrimary } } } }';
    const { customer } = read(await graphql.graphql(query, { id: customerId })) as {
      customer: { contacts: { nodes: Row[] } };
    };

    const byName = (a: unknown, b: unknown): number => String(a).localeCompare(String(b), 'fr');
    expect(inRest[0]).toMatchObject({ last_name: 'Zoé', is_primary: true });
    expect(inRest.map((row) => row.last_name).sort(byName)).toEqual(
      customer.contacts.nodes.map((row) => row.lastName).sort(byName),
    );
    expect(inRest).toHaveLength(4);
  });
});
