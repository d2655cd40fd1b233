import { getNamedType, getNullableType, isCompositeType, isListType, isObjectType, type GraphQLSchema } from 'graphql';
import { boundOf } from '../../src/platform/bounded-list.js';
import { buildGraphqlSchema } from '../../src/schema.js';
import { nestedDocuments } from '../access/selections.js';
import { GRAPHQL } from '../access/surface.js';
import { makeTarget, type Target } from '../access/surface/target.js';
import { aCustomer } from '../crm/support.js';
import { as, type Client } from '../support/client.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';

let service: TestService;
let schema: GraphQLSchema;
let tenant: TestTenant;
let target: Target;
let client: Client;

/** Enough for pages that are full, and for groups of their own. */
const RECORDS = 25;

beforeAll(async () => {
  [service, schema] = await Promise.all([startTestService(), buildGraphqlSchema()]);
  tenant = await service.aTenant();
  target = await makeTarget(service, tenant);
  for (let made = 1; made < RECORDS; made += 1) {
    const { userId } = await makeTarget(service, tenant);
    const owner = { createdBy: userId, assignedTo: userId };
    await makeTarget(service, tenant, { customer: owner, children: owner });
  }
  client = as(service, tenant.admin);
});

afterAll(() => service.close());

interface Cost {
  readonly requested: number;
  readonly actual: number;
}

async function costOf(query: string, variables: object = {}): Promise<Cost> {
  const answer = await client.graphql(query, variables, { 'x-cost': '1' });
  const { errors, extensions } = answer.body as { errors?: unknown; extensions: { cost: Cost } };
  expect(errors).toBeUndefined();
  return extensions.cost;
}

test('each list of objects is as long as its arguments say, or declares how long it may be', () => {
  const unbounded = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__') && !name.endsWith('Connection'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })))
    .filter(({ field }) => isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type)))
    .filter(
      ({ field }) => !field.args.some(({ name }) => name === 'first' || name === 'ids') && boundOf(field) === undefined,
    );

  expect(unbounded.map(({ name }) => name)).toEqual([]);
});

test('no answer holds more than the price said, of every query field and all below it', async () => {
  const dearer: string[] = [];
  let largest = 0;
  for (const { root, query } of nestedDocuments(schema, 2)) {
    const variables = (await GRAPHQL[`Query.${root}`]?.variables?.(target)) ?? {};
    const { requested, actual } = await costOf(query, variables);
    if (actual > requested) dearer.push(`${actual} > ${requested}: ${query}`);
    largest = Math.max(largest, actual);
  }

  expect(dearer).toEqual([]);
  expect(largest).toBeGreaterThan(50);
}, 120_000);

const SEARCH = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { contacts { nodes { id } } } }
  search(query: "client", first: 50) { record { id ... on Customer { contacts { nodes { id } } } } } viewer { limits { resource used } } }`;

test('nor of lists that are no connections', async () => {
  const { requested, actual } = await costOf(SEARCH, { ids: [target.customerId, target.contactId] });

  expect(actual).toBeGreaterThan(10);
  expect(actual).toBeLessThanOrEqual(requested);
});

describe('the pipeline', () => {
  /** One opportunity in a group of its own, so many times. */
  async function groups(count: number): Promise<Client> {
    const company = await service.aTenant();
    const { id } = await aCustomer(as(service, company.admin));
    await service.ask(
      `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, currency, source, created_at, updated_at)
       SELECT $1, gen_random_uuid(), $2, 'G' || n, 'X', 'NEW', 10, 'EUR', 'Source ' || n, now(), now() FROM generate_series(1, $3) n`,
      [company.id, id, count],
    );
    return as(service, company.admin);
  }

  test('costs as much as it may hold at most, and holds that much', async () => {
    client = await groups(500);

    expect(await costOf('{ pipeline(groupBy: SOURCE) { key count } }')).toEqual({
      requested: 500,
      actual: 500,
      limit: 10_000,
    });
    expect(await costOf('{ pipeline { key count } }')).toEqual({ requested: 500, actual: 1, limit: 10_000 });
  });

  test('of more groups is refused, not cut short', async () => {
    const answer = await (await groups(501)).graphql('{ pipeline(groupBy: SOURCE) { key } }');

    expect(answer.body).toMatchObject({
      errors: [
        {
          extensions: {
            code: 'VALIDATION_FAILED',
            fields: [
              { path: ['groupBy'], code: 'TOO_MANY_GROUPS', message: 'More than 500 totals: narrow the filter.' },
            ],
          },
        },
      ],
    });
  });
});
