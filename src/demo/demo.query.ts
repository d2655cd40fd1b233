/** What the demo data needs of SQL beside the entity manager. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { CounterName } from '../access/writes/counters.js';
import { runStatement } from '../tenancy/open-transaction.js';
import { sql } from '../platform/postgres/sql.js';
import type { DemoTransition } from './demo-opportunities.js';

/** Whether the tenant exists. The policies apply to the owner too, so the tenant is set first. */
export async function tenantExists(client: pg.Client, tenantId: string): Promise<boolean> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT app.set_tenant($1)', [tenantId]);
    const { rowCount } = await client.query('SELECT FROM tenants WHERE id = $1', [tenantId]);
    return rowCount === 1;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Sets the counters of a new tenant. */
export async function setCounters(
  em: EntityManager,
  tenantId: string,
  counters: Partial<Record<CounterName, number>>,
): Promise<void> {
  const rows = Object.entries(counters).map(([name, value]) => ({ name, value }));
  await runStatement(
    em,
    sql`insert into counters (tenant_id, name, value)
      select ${tenantId}, c.name, c.value from jsonb_to_recordset(${JSON.stringify(rows)}) as c (name text, value bigint)`,
  );
}

/** Writes the transitions of a new tenant's opportunities. */
export async function insertTransitions(em: EntityManager, transitions: readonly DemoTransition[]): Promise<void> {
  await runStatement(
    em,
    sql`insert into opportunity_transitions (tenant_id, opportunity_id, version, from_status, to_status, probability, amount,
       currency, changed_at, changed_by)
     select t."tenantId", t."opportunityId", t.version, t."fromStatus", t."toStatus", t.probability, t.amount,
       t.currency, t."changedAt", t."changedBy"
     from jsonb_to_recordset(${JSON.stringify(transitions)}) as t ("tenantId" text, "opportunityId" uuid, version integer, "fromStatus" text, "toStatus" text,
       probability integer, amount numeric, currency text, "changedAt" timestamptz, "changedBy" uuid)`,
  );
}
