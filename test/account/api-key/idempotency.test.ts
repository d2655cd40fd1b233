/** An Idempotency-Key belongs to a user and the credential that they used; whom a key acts for is part of the request. */
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aKey, aServiceKey, codeOf } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const CREATE = 'mutation { createCustomer(input: { name: "Dupont" }) { customer { id } } }';

type Send = (client: Client, headers?: Record<string, string>) => Promise<Answer>;

const SENDS: readonly [name: string, send: Send][] = [
  [
    'REST',
    (client, headers) =>
      client.post('/v1/commercial/customers', { name: 'Dupont' }, { 'idempotency-key': 'k'.repeat(255), ...headers }),
  ],
  ['GraphQL', (client, headers) => client.graphql(CREATE, {}, { 'idempotency-key': 'k'.repeat(255), ...headers })],
];

async function customers(): Promise<number> {
  const rows = await service.ask('SELECT 1 FROM customers WHERE tenant_id = $1', [tenant.id]);
  return rows.length;
}

function isReplay({ headers }: Answer): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

describe.each(SENDS)('an Idempotency-Key over %s', (_name, send) => {
  it('is a new one for each credential of a user, and repeats for the same', async () => {
    const [one, other] = [await aKey(service, tenant.user), await aKey(service, tenant.user)];
    const clients = [as(service, tenant.user), as(service, one), as(service, other)];

    for (const client of clients) expect(isReplay(await send(client))).toBe(false);
    expect(await customers()).toBe(3);
    for (const client of clients) expect(isReplay(await send(client))).toBe(true);
    expect(await customers()).toBe(3);
  });

  it('of a backend is for one person: for another the same request is another', async () => {
    const key = await aServiceKey(service, tenant, ['user:impersonate', 'customer:create', 'customer:read']);
    const client = as(service, key);
    const user = { 'x-on-behalf-of': tenant.user.id };

    expect(isReplay(await send(client, user))).toBe(false);
    expect(isReplay(await send(client, { 'x-on-behalf-of': tenant.user.id.toUpperCase() }))).toBe(true);
    expect(codeOf(await send(client, { 'x-on-behalf-of': tenant.manager.id }))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(codeOf(await send(client))).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(isReplay(await send(as(service, tenant.user)))).toBe(false);
    expect(await customers()).toBe(2);
  });
});
