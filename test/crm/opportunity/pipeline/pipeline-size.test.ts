/** However many groups there are, the pipeline has all of its totals or none, and never more than its price. */
import { as, type Client } from '../../../support/client.js';
import { useService } from '../../../support/use-service.js';
import { aCustomer, graphqlIn } from '../../customer/customer-support.js';

const service = useService();

/** As the schema says. */
const MAX_TOTALS = 600;

/** A company with so many opportunities, each from a source of its own, that were there in spring. */
async function aShop(sources: number): Promise<Client & { readonly tenantId: string }> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const { id: customerId } = await aCustomer(client);
  await service.ask(
    `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, source, created_at, updated_at)
     SELECT $1, gen_random_uuid(), $2, 'S-' || n, 'Vente', 'NEW', 10, n, 'EUR', 'Source ' || n, '2026-03-01', '2026-03-01'
     FROM generate_series(1, $3::integer) n`,
    [tenant.id, customerId, sources],
  );
  await service.ask(
    `INSERT INTO opportunity_transitions (tenant_id, opportunity_id, version, to_status, probability, amount, currency, changed_at)
     SELECT tenant_id, id, version, status, probability, amount, currency, created_at FROM opportunities WHERE tenant_id = $1`,
    [tenant.id],
  );
  return { ...client, tenantId: tenant.id };
}

const DOCUMENT = `query ($filter: OpportunityFilter, $asOf: Date) {
  pipeline(groupBy: SOURCE, filter: $filter, asOf: $asOf) { key count } }`;

interface Answered {
  readonly pipeline: readonly { readonly key: string }[];
}

const NOW_AND_THEN = [{}, { asOf: '2026-04-01' }];

test.each(NOW_AND_THEN)('as many totals as there may be are all answered, at their price: %j', async (variables) => {
  const client = await aShop(MAX_TOTALS);

  const answer = await client.graphql(DOCUMENT, variables, { 'x-cost': '1' });

  const { data, extensions } = answer.body as { data: Answered; extensions: unknown };
  expect(new Set(data.pipeline.map(({ key }) => key)).size).toBe(MAX_TOTALS);
  expect(extensions).toEqual({ cost: { requested: MAX_TOTALS, actual: MAX_TOTALS, limit: 10_000 } });
});

test.each(NOW_AND_THEN)('one more is rejected with their number, and a filter helps: %j', async (variables) => {
  const client = await aShop(MAX_TOTALS + 1);
  const filter = { source: { notIn: ['Source 1'] } };

  const rejected = graphqlIn<Answered | null>(await client.graphql(DOCUMENT, variables));
  const filtered = graphqlIn<Answered>(await client.graphql(DOCUMENT, { ...variables, filter }));

  expect(rejected).toMatchObject({
    data: null,
    errors: [
      {
        message: `This grouping gives ${MAX_TOTALS + 1} totals, the limit is ${MAX_TOTALS}: add a filter.`,
        extensions: { code: 'QUERY_TOO_COMPLEX', details: { groups: MAX_TOTALS + 1, limit: MAX_TOTALS } },
      },
    ],
  });
  expect(filtered.data?.pipeline).toHaveLength(MAX_TOTALS);
});

test('in REST, where nothing has a price, all are answered', async () => {
  const client = await aShop(MAX_TOTALS + 1);
  await service.ask(
    `UPDATE opportunities SET currency = 'X' || chr(65 + n / 26) || chr(65 + n % 26)
     FROM (SELECT id AS found, substr(code, 3)::integer AS n FROM opportunities WHERE tenant_id = $1) one
     WHERE tenant_id = $1 AND id = found`,
    [client.tenantId],
  );

  const answer = await client.get('/v1/commercial/pipeline/summary');

  expect(answer.status).toBe(200);
  expect((answer.body as { readonly items: readonly unknown[] }).items).toHaveLength(MAX_TOTALS + 1);
});
