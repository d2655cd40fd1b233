/** A company in which no list of any field is short: what an answer holds is as much as it may. */
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { makeTarget, type Target } from '../surface/target.js';
import { as, type Client } from '../../support/client.js';
import type { OwnService, TestTenant } from '../../support/service.js';
import type { Known } from './documents.js';

export interface Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly target: Target;
  readonly known: Known;
}

/** More than a page has unless it says so. */
const MANY = 35;

export async function aScene(service: OwnService): Promise<Scene> {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const owner = { createdBy: tenant.admin.id, assignedTo: tenant.admin.id };
  const target = await makeTarget(service, tenant, { customer: owner, children: owner });
  for (let made = 1; made < MANY; made += 1) await makeTarget(service, tenant, { customer: owner, children: owner });
  await multiply(service, tenant, target);
  await change(client, target);
  while ((await sealTenant(service.database, tenant.id)) > 0);
  const { customerId, contactId, opportunityId, activityId, userId } = target;
  const ids = {
    Customer: customerId,
    Contact: contactId,
    Opportunity: opportunityId,
    Activity: activityId,
    User: userId,
    OpportunityTransition: await transitionOf(service, opportunityId),
    AuditEvent: target.auditEventId,
  };
  const codes = { Customer: target.code, Opportunity: target.opportunityCode };
  return { tenant, client, target, known: { ids, codes, query: 'client' } };
}

async function transitionOf(service: OwnService, opportunityId: string): Promise<string> {
  const [row] = await service.ask<{ id: string }>(
    'SELECT id FROM opportunity_transitions WHERE opportunity_id = $1 LIMIT 1',
    [opportunityId],
  );
  return row?.id ?? '';
}

/** The target's rows, many times over: each opportunity of another month, source and currency, with many transitions. */
async function multiply(service: OwnService, { id: tenantId }: TestTenant, target: Target): Promise<void> {
  const rows = {
    contacts: [target.contactId, "'{}'"],
    activities: [target.activityId, "'{}'"],
    opportunities: [
      target.opportunityId,
      `jsonb_build_object('code', 'M' || n, 'source', 'Source ' || n, 'expected_close_date', date '2026-01-01' + 31 * n)`,
    ],
  };
  for (const [table, [id, own]] of Object.entries(rows)) {
    const columns = await service.ask<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    );
    const names = columns.map(({ name }) => name).join();
    await service.ask(
      `INSERT INTO ${table} (${names}) SELECT ${names} FROM (
         SELECT jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()) || ${own}::text::jsonb) AS made
         FROM ${table} r, generate_series(1, ${MANY}) n WHERE r.tenant_id = $1 AND r.id = $2) all_rows, LATERAL (SELECT (made).*) row`,
      [tenantId, id],
    );
  }
  await service.ask(
    `INSERT INTO opportunity_transitions
       (tenant_id, opportunity_id, version, from_status, to_status, probability, amount, currency, changed_at, changed_by)
     SELECT tenant_id, id, 100 + n, 'NEW', 'NEW', probability, amount, currency, created_at, created_by
     FROM opportunities, generate_series(1, ${MANY}) n WHERE tenant_id = $1`,
    [tenantId],
  );
}

/** Something that the log and the feed can tell of each record type. */
async function change(client: Client, target: Target): Promise<void> {
  const { customerId, contactId, opportunityId, activityId } = target;
  const records = [
    `customers/${customerId}`,
    `contacts/${contactId}`,
    `opportunities/${opportunityId}`,
    `activities/${activityId}`,
  ];
  for (const record of records) {
    for (const notes of ['Une', 'Deux', 'Trois']) {
      const field = record.startsWith('activities') ? 'description' : 'notes';
      const { status, text } = await client.put(`/v1/commercial/${record}`, { [field]: notes });
      if (status !== 200) throw new Error(text);
    }
  }
}
