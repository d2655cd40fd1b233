/** What the opportunity tests share. */
import type { Answer, Client } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';
import { aCustomer } from '../customer/customer-support.js';

export const OPPORTUNITIES = '/v1/commercial/opportunities';
export const EXPORT = '/v1/commercial/export/opportunities';

/** An opportunity as REST answers it; tests name the fields that they look at. */
export interface OpportunityJson {
  readonly id: string;
  readonly code: string;
  readonly customer_id: string;
  readonly name: string;
  readonly status: string;
  readonly probability: number;
  readonly version: number;
  readonly [field: string]: unknown;
}

export function opportunityIn(answer: Answer): OpportunityJson {
  return answer.body as OpportunityJson;
}

/** Creates one over REST, of a customer of its own unless one is named. */
export async function anOpportunity(client: Client, fields: object = {}): Promise<OpportunityJson> {
  const customer_id = 'customer_id' in fields ? fields.customer_id : (await aCustomer(client)).id;
  const answer = await client.post(OPPORTUNITIES, { name: 'Projet ERP', ...fields, customer_id });
  if (answer.status !== 201) throw new Error(`The opportunity was not created: ${answer.text}`);
  return opportunityIn(answer);
}

export function addressOf({ id }: Pick<OpportunityJson, 'id'>): string {
  return `${OPPORTUNITIES}/${id}`;
}

/** The opportunity's whole row as the database holds it, past tenant isolation. */
export async function rowOf(service: TestService, id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await service.ask<Record<string, unknown>>('SELECT * FROM opportunities WHERE id = $1', [id]);
  return row;
}

export interface StoredTransition extends Record<string, unknown> {
  readonly version: number;
  readonly from_status: string | null;
  readonly to_status: string | null;
}

/** As the database holds them, the oldest first. */
export function transitionsOf(service: TestService, id: string): Promise<StoredTransition[]> {
  return service.ask<StoredTransition>(
    'SELECT * FROM opportunity_transitions WHERE opportunity_id = $1 ORDER BY version',
    [id],
  );
}

/** `NEW→WON`, `∅→NEW` for a creation or restoration, `WON→∅` for a deletion. */
export async function stepsOf(service: TestService, id: string): Promise<string[]> {
  return (await transitionsOf(service, id)).map(
    ({ from_status, to_status }) => `${from_status ?? '∅'}→${to_status ?? '∅'}`,
  );
}

/** Value of the tenant's counter of active opportunities, and how many there are. */
export async function activeOf(service: TestService, { id }: Pick<TestTenant, 'id'>): Promise<[number, number]> {
  const [row] = await service.ask<{ counted: number; live: number }>(
    `SELECT coalesce((SELECT value::integer FROM counters WHERE tenant_id = $1 AND name = 'opportunity.live'), 0) AS counted,
       (SELECT count(*)::integer FROM opportunities
        WHERE tenant_id = $1 AND deleted_at IS NULL AND status NOT IN ('WON', 'LOST')) AS live`,
    [id],
  );
  return [row?.counted ?? -1, row?.live ?? -1];
}

/** The day of a zone, as the database sees it. */
export async function dayOf(service: TestService, timeZone: string): Promise<string> {
  const [row] = await service.ask<{ day: string }>('SELECT (now() AT TIME ZONE $1)::date::text AS day', [timeZone]);
  return row?.day ?? '';
}
