/** Closed sets of words are enums in GraphQL: the words of REST in capitals. */
import { as } from '../support/client.js';
import { ask, bodyOf, rowsIn, textOf } from './replies.js';
import { PASSWORD } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();

const capitals = (word: unknown): string => String(word).toUpperCase().replaceAll(':', '_');

test.each(['admin', 'manager', 'user', 'readonly'] as const)('the rights of %s', async (role) => {
  const client = as(service, (await service.aTenant())[role]);

  const body = await ask(client, '{ viewer { permissions } }');
  const permissions = rowsIn(bodyOf(await client.get('/v1/auth/me')).permissions);

  expect(permissions.length).toBeGreaterThan(3);
  expect(body).toEqual({ data: { viewer: { permissions: permissions.map(capitals) } } });
});

test('the limits', async () => {
  const client = as(service, (await service.aTenant()).readonly);

  const { data } = await ask(client, '{ viewer { limits { resource limit } } }');
  const limits = rowsIn(bodyOf(await client.get('/v1/meta/limits')).limits);

  expect(data?.viewer?.limits).toEqual(limits.map(({ resource, limit }) => ({ resource: capitals(resource), limit })));
});

test('what audit events are about', async () => {
  const { admin, user } = await service.aTenant();
  const client = as(service, admin);
  await as(service, user).graphql('{ auditEvents { totalCount } }');
  await as(service, user).get('/v1/users');
  await client.get('/v1/commercial/export/customers');
  await client.post('/v1/commercial/customers', { name: 'Dupont' });
  await client.post('/v1/auth/logout');

  const reader = as(service, await signInAgain(admin.email, admin.tenantId));
  const { data } = await ask(reader, '{ auditEvents { nodes { id entityType } } }');
  const logs = rowsIn(bodyOf(await reader.get('/v1/audit/logs')).logs);
  const about = await ask(
    reader,
    '{ auditEvents(filter: { entityType: { in: [AUDIT, CUSTOMER] } }) { nodes { entityType action } } }',
  );

  const nodes = rowsIn(data?.auditEvents?.nodes);
  expect(nodes).toEqual(logs.map(({ id, entity_type }) => ({ id, entityType: capitals(entity_type) })));
  expect(new Set(nodes.map(({ entityType }) => textOf(entityType)))).toEqual(
    new Set(['AUDIT', 'USER', 'EXPORT', 'CUSTOMER', 'SESSION']),
  );
  expect(about.data?.auditEvents?.nodes).toEqual([
    { entityType: 'CUSTOMER', action: 'customer.created' },
    { entityType: 'AUDIT', action: 'access.denied' },
  ]);
});

async function signInAgain(email: string, tenantId: string): Promise<{ token: string; tenantId: string }> {
  const answer = await as(service).post('/v1/auth/login', { email, password: PASSWORD, tenant_id: tenantId });
  return { token: textOf(bodyOf(answer).access_token), tenantId };
}
