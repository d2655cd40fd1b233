import type { GraphQLSchema } from 'graphql';
import { newId } from '../../src/platform/values/ids.js';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { as } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { findBreaches, watchStatements, type StatementWatch } from '../support/statements.js';
import { nestedDocuments, type NestedDocument } from '../tenancy/selections.js';
import { GRAPHQL } from './surface/surface.js';
import { makeTarget, type Target } from './surface/target.js';

const service = useOwnService({ GRAPHQL_MAX_COST: '100000' });
let schema: GraphQLSchema;
let watch: StatementWatch;
/** The same company twice: with a few records, and with fifty that name fifty users. */
let few: { readonly tenant: TestTenant; readonly target: Target };
let many: { readonly tenant: TestTenant; readonly target: Target };

const MANY = 50;

beforeAll(async () => {
  // Changes below lists of histories cost more than one operation may.
  schema = buildGraphqlSchema();
  [few, many] = [await fill(3), await fill(MANY)];
  // The caller's identity is read once and then remembered.
  for (const { tenant } of [few, many]) await as(service, tenant.admin).get('/v1/auth/me');
  watch = watchStatements();
});

afterAll(() => {
  watch.stop();
});

async function fill(count: number): Promise<{ tenant: TestTenant; target: Target }> {
  const tenant = await service.aTenant();
  const target = await makeTarget(service, tenant);
  for (let made = 1; made < count; made += 1) {
    const { userId } = await makeTarget(service, tenant);
    const owner = { createdBy: userId, assignedTo: userId };
    await makeTarget(service, tenant, { customer: owner, children: owner });
  }
  return { tenant, target };
}

/** What one request sends: round trips, and statements beside the tenant setting. */
async function count(request: () => Promise<unknown>): Promise<{ trips: number; statements: number }> {
  watch.clear();
  await request();
  return { trips: watch.messages.length, statements: watch.messages.flatMap(({ texts }) => texts).length };
}

describe('one request', () => {
  const ask = (query: string) => count(() => as(service, many.tenant.admin).graphql(query));
  const get = (path: string) => count(() => as(service, many.tenant.admin).get(path));

  test('for a customer is one statement in one round trip', async () => {
    const { customerId, code } = many.target;

    expect(await ask(`{ customer(id: "${customerId}") { name } }`)).toEqual({ trips: 1, statements: 1 });
    expect(await ask(`{ customerByCode(code: "${code}") { name } }`)).toEqual({ trips: 1, statements: 1 });
    expect(await get(`/v1/commercial/customers/${customerId}`)).toEqual({ trips: 1, statements: 1 });
  });

  test('for a page is one statement, with the total two, in one round trip', async () => {
    expect(await ask('{ customers { nodes { name } } }')).toEqual({ trips: 1, statements: 1 });
    expect(await ask('{ customers { totalCount } }')).toEqual({ trips: 1, statements: 1 });
    expect(await ask('{ customers(first: 50) { totalCount nodes { name } pageInfo { endCursor } } }')).toEqual({
      trips: 1,
      statements: 2,
    });
    expect(await get('/v1/commercial/customers?page_size=50')).toEqual({ trips: 1, statements: 2 });
  });

  test('for a searched page with its total is one statement', async () => {
    expect(await ask('{ customers(search: "client") { totalCount nodes { name } } }')).toEqual({
      trips: 1,
      statements: 1,
    });
    expect(await get('/v1/commercial/customers?search=client')).toEqual({ trips: 1, statements: 1 });
  });

  test('for fifty customers with their two users is three statements', async () => {
    const query =
      '{ customers(first: 50) { totalCount nodes { name assignedTo { fullName } createdBy { fullName } } } }';

    expect(await ask(query)).toEqual({ trips: 2, statements: 3 });
  });

  test('that is rejected sends nothing', async () => {
    expect(await ask('{ customers(first: 101) { nodes { name } } }')).toEqual({ trips: 0, statements: 0 });
    expect(await ask('{ nothing }')).toEqual({ trips: 0, statements: 0 });
    expect(await get('/v1/commercial/customers?page_size=101')).toEqual({ trips: 0, statements: 0 });
  });
});

/** Relations below the records of the root: connections below connections, both with their totals. */
const DEPTH = 2;
/** One statement looks the text up before the others, in all tables that it is searched in. */
const LOOKUPS: Readonly<Record<string, number>> = { search: 1 };

test('the number of statements does not grow with the number of records, for every query field and all below it', async () => {
  const grown: string[] = [];
  const all = nestedDocuments(schema, DEPTH);
  for (const document of all) {
    const most = document.levels + (LOOKUPS[document.root] ?? 0);
    const isConstant = async (): Promise<boolean> => {
      const [small, large] = [await run(document, few), await run(document, many)];
      if (small === large && large <= most) return true;
      grown.push(`${small} → ${large}, ${most} at most: ${document.query}`);
      return false;
    };
    // A second time: now and then a request reads the caller's identity anew.
    if (!(await isConstant()) && (await isConstant())) grown.pop();
  }
  expect(all.length).toBeGreaterThan(250);
  expect(grown).toEqual([]);
}, 120_000);

test('a list of customers with contacts, activities and owner is five statements in three round trips at most', async () => {
  const query = `{ customers(first: 20) { nodes { name
    contacts(first: 5) { nodes { firstName lastName } } activities(first: 5) { nodes { subject date } } assignedTo { fullName } } } }`;

  for (const { tenant } of [few, many]) {
    const { trips, statements } = await count(async () => {
      expect((await as(service, tenant.admin).graphql(query)).text).not.toContain('"errors"');
    });

    expect(statements).toBeLessThanOrEqual(5);
    expect(trips).toBeLessThanOrEqual(3);
  }
});

/** @returns the number of statements */
async function run({ root, query }: NestedDocument, { tenant, target }: typeof few): Promise<number> {
  const variables = (await GRAPHQL[`Query.${root}`]?.variables?.(target)) ?? {};
  const { statements } = await count(async () => {
    const { text } = await as(service, tenant.admin).graphql(query, variables);
    expect(text).not.toContain('"errors"');
  });
  return statements;
}

describe('the guard that every suite runs under', () => {
  const TABLES = new Set(['customers', 'users', 'tenants']);

  test.each([
    'SELECT c.name FROM customers c WHERE c.tenant_id = $1 AND c.id = $2',
    'select "c0".* from "customers" as "c0" where "c0"."tenant_id" = \'t\' and "c0"."id" = \'x\'',
    'update "customers" set "name" = \'a\' where ("tenant_id", "id") in ((\'t\', \'x\'))',
    'insert into "customers" ("tenant_id", "id") values (\'t\', \'x\')',
    'SELECT t.id FROM tenants t LEFT JOIN users u ON u.tenant_id = t.id AND u.tenant_id = $1 WHERE t.id = $1',
    'SELECT u.id FROM users u JOIN customers c ON u.tenant_id = c.tenant_id WHERE c.tenant_id = $1',
    'SELECT app.tenant_ids()',
    'SELECT count(*) FROM throttle_buckets',
  ])('lets pass: %s', (text) => {
    expect(findBreaches(text, TABLES)).toEqual([]);
  });

  test.each([
    'SELECT c.name FROM customers c WHERE c.id = $1',
    'SELECT c.tenant_id FROM customers c WHERE c.id = $1',
    'select "c0".* from "customers" as "c0" where "c0"."id" = \'x\'',
    'SELECT u.id FROM customers c, users u WHERE c.tenant_id = $1 AND u.id = c.created_by',
    'SELECT c.id FROM customers c LEFT JOIN users u ON u.id = c.assigned_to WHERE c.tenant_id = $1',
    'update customers set name = $1 where id = $2',
    'delete from customers',
    "insert into customers (id, name) values ('x', 'tenant_id')",
    'select name from tenants',
    "select 1; select * from users where full_name = 'tenant_id = '",
  ])('stops: %s', (text) => {
    expect(findBreaches(text, TABLES)).toHaveLength(1);
  });

  test('sees what the service sends', async () => {
    const { messages } = watch;
    watch.clear();
    await as(service, few.tenant.admin).post('/v1/commercial/customers', { name: newId() });

    const sent = messages.flatMap(({ texts }) => texts).join('\n');

    expect(sent).toMatch(/insert into "customers"/i);
    expect(sent).toMatch(/insert into audit_events/i);
  });
});
