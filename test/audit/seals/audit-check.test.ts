import type { RequestContext } from '../../../src/access/identity/request-context.js';
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { recordEvents } from '../../../src/audit/events/audit-event.js';
import { checkChain } from '../../../src/audit/log/audit-log.service.js';
import { operatorOrigin } from '../../../src/audit/events/origin.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { sql } from '../../../src/platform/postgres/sql.js';
import { aCustomer, outcomeOf } from '../../crm/customer/customer-support.js';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { asAdmin, runAs } from '../support.js';

const VERIFY = '/v1/audit/verify';

const service = useOwnService();

/** A tenant with so many sealed events, one to a seal, and their ids. */
async function aChain(count: number): Promise<{ tenant: TestTenant; ids: readonly string[] }> {
  const tenant = await service.aTenant();
  for (let made = 0; made < count; made += 1) {
    await aCustomer(as(service, tenant.admin));
    await sealTenant(service.database, tenant.id);
  }
  const rows = await service.ask<{ id: string }>('SELECT id FROM audit_events WHERE tenant_id = $1 ORDER BY id', [
    tenant.id,
  ]);
  return { tenant, ids: rows.map(({ id }) => id) };
}

/** As the owner of the tables, with the rights that the service does not have. */
async function edit(tenant: TestTenant, ...statements: string[]): Promise<void> {
  await runAs(service.test.ownerUrl, tenant.id, statements);
}

async function check(tenant: TestTenant, query = '', headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const answer = await as(service, tenant.admin).get(VERIFY + query, headers);
  expect(answer.status).toBe(200);
  return answer.body as unknown;
}

/** The context as a request of its own would have it, with so much time. */
function inOwnRequest(ctx: RequestContext, deadline: number): RequestContext {
  const database = service.database.until(deadline);
  const reader = database.reader(ctx.reader.tenantId);
  return { ...ctx, database, reader };
}

describe('GET /v1/audit/verify', () => {
  test('says that an untouched trail is whole, and what to keep', async () => {
    const { tenant } = await aChain(3);
    await aCustomer(as(service, tenant.admin));

    const answer = await as(service, tenant.manager).get(VERIFY);

    const head = { seq: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string };
    const walked_at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/) as string;
    const found = { problem_count: 0, problems: [] };
    expect(answer.body).toEqual({ ok: true, complete: true, walked_at, seals: 3, events: 3, head, ...found });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('is whole before the first seal', async () => {
    expect(await check(await service.aTenant())).toEqual({
      ok: true,
      complete: true,
      walked_at: expect.any(String) as string,
      seals: 0,
      events: 0,
      head: null,
      problem_count: 0,
      problems: [],
    });
  });

  test.each([
    ['en', (id: string) => `Event ${id} was edited.`],
    ['fr', (id: string) => `L'événement ${id} a été modifié.`],
  ])('names an event that was edited, in %s', async (language, sentence) => {
    const { tenant, ids } = await aChain(3);
    const [, id = ''] = ids;
    await edit(
      tenant,
      `UPDATE audit_events SET user_email = 'bob@dupont.example' WHERE tenant_id = '${tenant.id}' AND id = '${id}'`,
    );

    const body = await check(tenant, '', { 'accept-language': language });

    const problem = { kind: 'event_edited', seq: 2, event_id: id, message: sentence(id) };
    expect(body).toMatchObject({ ok: false, events: 3, problem_count: 1, problems: [problem] });
  });

  test('names what was removed', async () => {
    const { tenant, ids } = await aChain(3);
    await edit(tenant, `DELETE FROM audit_events WHERE tenant_id = '${tenant.id}' AND id = '${ids[0] ?? ''}'`);

    expect(await check(tenant)).toMatchObject({
      ok: false,
      events: 2,
      problems: [{ kind: 'event_removed', event_id: ids[0] }],
    });
  });

  test('shows a cut end to who kept the head', async () => {
    const { tenant, ids } = await aChain(2);
    const { head } = (await check(tenant)) as { head: { seq: number; hash: string } };
    const kept = `?head=${head.seq}:${head.hash}`;
    expect(await check(tenant, kept)).toMatchObject({ ok: true });
    expect(await check(tenant, `?head=2:${'0'.repeat(64)}`)).toMatchObject({
      ok: false,
      problems: [{ kind: 'head_different', seq: 2, event_id: null }],
    });

    await edit(
      tenant,
      `DELETE FROM audit_seals WHERE tenant_id = '${tenant.id}' AND seq = 2`,
      `DELETE FROM audit_events WHERE tenant_id = '${tenant.id}' AND id = '${ids[1] ?? ''}'`,
    );

    expect(await check(tenant)).toMatchObject({ ok: true, seals: 1 });
    expect(await check(tenant, kept)).toMatchObject({
      ok: false,
      problem_count: 1,
      problems: [{ kind: 'head_missing' }],
    });
  });

  test.each(['head=x', 'head=0:00', `head=1:${'G'.repeat(64)}`, 'full=x', 'tenant=other'])(
    'refuses %s',
    async (query) => {
      const { admin } = await service.aTenant();

      expect(outcomeOf(await as(service, admin).get(`${VERIFY}?${query}`))).toBe('422 VALIDATION_FAILED');
    },
  );

  test('checks the caller’s own trail only', async () => {
    const [{ tenant, ids }, other] = [await aChain(1), await aChain(2)];
    await edit(
      tenant,
      `UPDATE audit_events SET action = 'x.y' WHERE tenant_id = '${tenant.id}' AND id = '${ids[0] ?? ''}'`,
    );

    expect(await check(other.tenant)).toMatchObject({ ok: true, events: 2 });
  });

  test('shows a hundred problems and counts a thousand', async () => {
    const { tenant } = await aChain(1);
    await edit(
      tenant,
      `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, action, entity_type, request_id, success, values_digest, digest)
       SELECT '${tenant.id}', gen_random_uuid(), '2020-01-01', 'operator', 'a.b', 'a', 'r', true, '', '' FROM generate_series(1, 1100)`,
    );

    const { problem_count, problems } = (await check(tenant)) as {
      problem_count: number;
      problems: object[];
    };

    expect([problem_count, problems.length]).toEqual([1000, 100]);
  });

  test('reads on from page to page', async () => {
    const tenant = await service.aTenant();
    const inputs = Array.from(
      { length: 2500 },
      () => ({ action: 'a.b', entityType: 'customer', entityId: null }) as const,
    );
    await inTenantTransaction(service.database, tenant.id, (em) => {
      recordEvents(em, operatorOrigin(), inputs);
      return Promise.resolve();
    });
    while ((await sealTenant(service.database, tenant.id)) > 0);
    expect(await check(tenant)).toMatchObject({ ok: true, seals: 3, events: 2500, head: { seq: 3 } });

    await edit(
      tenant,
      `UPDATE audit_events SET success = NOT success WHERE id = (SELECT max(id::text)::uuid FROM audit_events
      WHERE tenant_id = '${tenant.id}') AND tenant_id = '${tenant.id}'`,
    );

    expect(await check(tenant)).toMatchObject({ problem_count: 1, problems: [{ kind: 'event_edited', seq: 3 }] });
  });

  test('is one check for all who ask while it runs, and another one later', async () => {
    const ctx = asAdmin(service, (await aChain(2)).tenant.id);
    const inRequest = () => inOwnRequest(ctx, performance.now() + 60_000);

    const [one, other] = await Promise.all([checkChain(inRequest()), checkChain(inRequest())]);

    expect(other).toBe(one);
    expect(await checkChain(inRequest())).not.toBe(one);
  });

  test('may take longer than other requests', async () => {
    const ctx = asAdmin(service, (await aChain(1)).tenant.id);
    const late = inOwnRequest(ctx, performance.now() - 1);
    await expect(late.reader.rows(sql`SELECT 1`)).rejects.toThrow('The time of the request is over.');

    expect(await checkChain(late, { keptHead: { seq: 1, hash: '' } })).toMatchObject({
      events: 1,
      problems: [{ kind: 'head_different' }],
    });
  });
});
