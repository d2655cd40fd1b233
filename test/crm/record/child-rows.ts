/** Contacts, opportunities and activities put straight into the tables, and what the tables hold of them. */
import { newId } from '../../../src/platform/values/ids.js';
import type { TestService, TestTenant } from '../../support/service.js';

type Fields = Readonly<Record<string, string | number | boolean | null | Date>>;
export type ChildTable = 'contacts' | 'opportunities' | 'activities';

const DEFAULTS: Readonly<Record<ChildTable, Fields>> = {
  contacts: { first_name: 'Anne', last_name: 'Martin' },
  opportunities: { name: 'Vente', status: 'NEW', probability: 10, amount: '100.00', currency: 'EUR' },
  activities: { type: 'CALL', subject: 'Appel', date: '2026-11-22T10:00:00Z' },
};

/** A row below a customer, created by the tenant's admin. @returns its id */
export async function aChild(
  service: TestService,
  tenant: TestTenant,
  table: ChildTable,
  customerId: string,
  fields: Fields = {},
): Promise<string> {
  const id = newId();
  const row: Fields = {
    ...DEFAULTS[table],
    ...(table === 'opportunities' && { code: `O-${id.slice(-8)}` }),
    tenant_id: tenant.id,
    id,
    customer_id: customerId,
    created_by: tenant.admin.id,
    created_at: '2026-01-15T10:00:00Z',
    updated_at: '2026-01-15T10:00:00Z',
    ...fields,
  };
  const names = Object.keys(row);
  const places = names.map((_, index) => `$${index + 1}`);
  await service.ask(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`, Object.values(row));
  if (table === 'opportunities') await bookOpportunity(service, tenant.id, id);
  return id;
}

/** The transition of its creation, and its place under the limit while it is active. */
async function bookOpportunity(service: TestService, tenantId: string, id: string): Promise<void> {
  await service.ask(
    `INSERT INTO opportunity_transitions (tenant_id, opportunity_id, version, to_status, probability, amount, currency, changed_at)
     SELECT tenant_id, id, version, status, probability, amount, currency, created_at FROM opportunities WHERE id = $1`,
    [id],
  );
  await service.ask(
    `INSERT INTO counters AS c (tenant_id, name, value)
     SELECT $1, 'opportunity.live', 1 FROM opportunities WHERE id = $2 AND deleted_at IS NULL AND status NOT IN ('WON', 'LOST')
     ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + 1`,
    [tenantId, id],
  );
}

export interface ChildRow extends Record<string, unknown> {
  readonly id: string;
  readonly version: number;
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
  readonly deleted_with: string | null;
}

/** The whole row as the database holds it, past tenant isolation. */
export async function childRow(service: TestService, table: ChildTable, id: string): Promise<ChildRow> {
  const [row] = await service.ask<ChildRow>(`SELECT * FROM ${table} WHERE id = $1`, [id]);
  if (!row) throw new Error(`There is no row ${id} in ${table}.`);
  return row;
}

export interface TransitionRow extends Record<string, unknown> {
  readonly version: number;
  readonly from_status: string | null;
  readonly to_status: string | null;
  readonly changed_at: Date;
}

/** An opportunity's transitions, oldest first. */
export function transitionsOf(service: TestService, id: string): Promise<TransitionRow[]> {
  return service.ask('SELECT * FROM opportunity_transitions WHERE opportunity_id = $1 ORDER BY version', [id]);
}

/** How many places of active opportunities are taken, and how many opportunities are active: both are to be the same. */
export async function activeCapacity(
  service: TestService,
  { id }: TestTenant,
): Promise<{ taken: number; active: number }> {
  const [row] = await service.ask<{ taken: number; active: number }>(
    `SELECT coalesce((SELECT value::integer FROM counters WHERE tenant_id = $1 AND name = 'opportunity.live'), 0) AS taken,
       (SELECT count(*)::integer FROM opportunities
        WHERE tenant_id = $1 AND deleted_at IS NULL AND status NOT IN ('WON', 'LOST')) AS active`,
    [id],
  );
  return row ?? { taken: -1, active: -1 };
}
