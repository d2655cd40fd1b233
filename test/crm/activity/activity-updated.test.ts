import { as } from '../../support/client.js';
import { useService } from '../../support/use-service.js';

const service = useService();

test('activities are filtered and ordered by their last change, over both transports', async () => {
  const { id, admin } = await service.aTenant();
  const client = as(service, admin);
  const customer = await client.post('/v1/commercial/customers', { name: 'Un' });
  const body = { customer_id: (customer.body as { readonly id: string }).id, type: 'CALL' };
  for (const subject of ['a', 'b', 'c']) await client.post('/v1/commercial/activities', { ...body, subject });
  for (const [subject, at] of Object.entries({ a: '2026-03-02', b: '2026-03-03', c: '2026-03-01' }))
    await service.ask('UPDATE activities SET updated_at = $3 WHERE tenant_id = $1 AND subject = $2', [id, subject, at]);

  const document = `{ activities(filter: { updatedAt: { gte: "2026-03-01T12:00:00Z" } }, orderBy: [{ field: UPDATED_AT, direction: DESC }]) { nodes { subject } } }`;
  const graphql = await client.graphql(document);
  const rest = await client.get('/v1/commercial/activities?page=1&sort=updated_at');

  expect(graphql.body).toMatchObject({ data: { activities: { nodes: [{ subject: 'b' }, { subject: 'a' }] } } });
  expect(rest.body).toMatchObject({ items: [{ subject: 'c' }, { subject: 'a' }, { subject: 'b' }] });
});
