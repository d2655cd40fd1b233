/** What the audit log says of API keys, and that its chain covers it without changing what was sealed before. */
import { createHash } from 'node:crypto';
import { canonicalJson, digestEvent, type PermanentValues } from '../../../src/audit/seals/chain-digest.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aServiceKey, eventsOf } from './support.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

interface Check {
  readonly ok: boolean;
  readonly problems: readonly { readonly kind: string; readonly event_id: string }[];
}

async function check(): Promise<Check> {
  return (await as(service, tenant.admin).get('/v1/audit/verify?full=true')).body as Check;
}

describe('the audit log', () => {
  it('shows the key, and whether it acted for the user, over both transports', async () => {
    const key = await aServiceKey(service, tenant, ['user:impersonate', 'customer:create']);
    await as(service, key).post('/v1/commercial/customers', { name: 'A' });
    await as(service, key).post('/v1/commercial/customers', { name: 'B' }, { 'x-on-behalf-of': tenant.user.id });
    await as(service, tenant.user).post('/v1/commercial/customers', { name: 'C' });
    const expected = [
      [tenant.user.id, null, false],
      [tenant.user.id, key.id, true],
      [key.userId, key.id, false],
    ];

    const rest = await as(service, tenant.admin).get('/v1/audit/logs?action=customer.created');
    const { logs } = rest.body as { logs: { user_id: string; api_key_id: string | null; on_behalf: boolean }[] };
    expect(logs.map(({ user_id, api_key_id, on_behalf }) => [user_id, api_key_id, on_behalf])).toEqual(expected);
    const graphql = await as(service, tenant.admin).graphql(
      '{ auditEvents(filter: { action: { eq: "customer.created" } }) { nodes { userId apiKeyId onBehalf } } }',
    );
    const { nodes } = (graphql.body as { data: { auditEvents: { nodes: readonly Record<string, unknown>[] } } }).data
      .auditEvents;
    expect(nodes.map((node) => Object.values(node))).toEqual(expected);
    expect((await eventsOf(service, tenant.id, 'customer.created')).map(({ actor_kind }) => actor_kind)).toEqual([
      'api_key',
      'api_key',
      'user',
    ]);
  });

  it.each([
    ['its key', 'api_key_id = NULL'],
    ['another key', `api_key_id = gen_random_uuid()`],
    ['that it acted for the user', 'on_behalf = NULL'],
    ['that it did not', 'on_behalf = false'],
  ])('cannot lose %s without the chain telling', async (_what, change) => {
    const key = await aServiceKey(service, tenant, ['user:impersonate', 'customer:create']);
    await as(service, key).post('/v1/commercial/customers', { name: 'B' }, { 'x-on-behalf-of': tenant.user.id });
    await sealTenant(service.database, tenant.id);
    expect(await check()).toMatchObject({ ok: true });
    const [event] = await service.ask<{ id: string }>(
      `SELECT id FROM audit_events WHERE tenant_id = $1 AND action = 'customer.created'`,
      [tenant.id],
    );
    await service.ask(`UPDATE audit_events SET ${change} WHERE tenant_id = $1 AND id = $2`, [tenant.id, event?.id]);

    expect((await check()).problems).toEqual([expect.objectContaining({ kind: 'event_edited', event_id: event?.id })]);
  });
});

describe('the digest of an event without a key', () => {
  it('is what it was before events had keys', () => {
    const before = {
      ...{ tenant_id: 't', id: 'i', created_at: 'c', user_id: 'u', user_role: 'admin' },
      actor_kind: 'user',
      ...{ action: 'a.b', entity_type: 'customer', entity_id: 'e', request_id: 'r', success: true, error_code: null },
    } as const;
    const event: PermanentValues = { ...before, api_key_id: null, on_behalf: null };

    expect(digestEvent(event, 'v')).toBe(
      createHash('sha256')
        .update(canonicalJson({ ...before, values_digest: 'v' }))
        .digest('hex'),
    );
    expect(digestEvent({ ...event, api_key_id: 'k' }, 'v')).not.toBe(digestEvent(event, 'v'));
  });
});
