/** `npm run key:create`: the first key of a company's programs. */
import { jest } from '../../support/jest.js';
import { as } from '../../support/client.js';
import { useCommands } from '../../support/processes/commands.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { eventsOf } from './support.js';

// A process that loads the service takes some seconds, on a busy machine many.
jest.setTimeout(120_000);

const service = useOwnService();
const runCommand = useCommands();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

async function create(
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string; readonly key: string }> {
  const databases = { DATABASE_URL: service.test.appUrl, DATABASE_MIGRATION_URL: service.test.ownerUrl };
  const { code, output } = await runCommand('key-create', args, databases);
  return { code, output, key: /shown this once: (\S+)/.exec(output)?.[1] ?? '' };
}

function accounts(): Promise<object[]> {
  return service.ask(`SELECT full_name, role FROM users WHERE tenant_id = $1 AND kind = 'SERVICE'`, [tenant.id]);
}

it('makes an account and its key, and of the same account another key', async () => {
  const first = await create(tenant.id, '--service', 'Portail', '--role', 'admin', '--days', '7');
  const list = 'customer:read,user:impersonate';
  const second = await create(tenant.id, '--service', 'Portail', '--role', 'admin', '--permissions', list);

  expect([first.code, second.code]).toEqual([0, 0]);
  const me = await as(service, { token: first.key, tenantId: tenant.id }).get('/v1/auth/me');
  expect(me.body).toMatchObject({ full_name: 'Portail', email: null, role: 'admin' });
  const acting = await as(service, { token: second.key, tenantId: tenant.id }).get('/v1/auth/me', {
    'x-on-behalf-of': tenant.user.id,
  });
  expect(acting.body).toMatchObject({ id: tenant.user.id, permissions: ['customer:read'] });
  expect(await accounts()).toEqual([{ full_name: 'Portail', role: 'admin' }]);
  const events = await eventsOf(service, tenant.id);
  expect(events.map(({ action, actor_kind }) => `${action} ${actor_kind}`)).toEqual([
    'user.created operator',
    'api_key.created operator',
    'api_key.created operator',
  ]);
});

it('says in one sentence what is wrong, and makes nothing', async () => {
  const refused = [
    await create('nobody', '--service', 'Portail', '--role', 'admin'),
    await create(tenant.id, '--service', 'Portail', '--role', 'chief'),
    await create(tenant.id, '--service', 'Portail', '--role', 'user', '--permissions', 'customer:delete'),
    await create(tenant.id, '--service', 'Portail', '--role', 'user', '--days', '400'),
    await create(tenant.id, '--service', 'Portail'),
  ];

  expect(refused.map(({ code, output }) => [code, output.trim().split('\n').length])).toEqual(
    refused.map(() => [1, 1]),
  );
  expect(refused[0]?.output).toBe('This tenant is unknown.');
  expect(refused[2]?.output).toMatch(/^--permissions: /);
  expect(refused[4]?.output).toMatch(/^Usage: npm run key:create/);
  expect(await accounts()).toEqual([]);
});
