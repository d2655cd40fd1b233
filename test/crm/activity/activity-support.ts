/** What the activity tests share: addresses, what answers look like, and the records that an activity is about. */
import { newId } from '../../../src/platform/values/ids.js';
import type { Answer, Client } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';
import { valueIn } from '../customer/customer-support.js';

export const ACTIVITIES = '/v1/commercial/activities';
export const ACTIVITY_EXPORT = '/v1/commercial/export/activities';

/** An activity as REST answers it; tests name the fields that they look at. */
export interface ActivityJson {
  readonly id: string;
  readonly subject: string;
  readonly date: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

export interface ActivityPageJson {
  readonly items: readonly ActivityJson[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
  readonly pages: number;
  readonly next_cursor: string | null;
}

export function activityIn(answer: Answer): ActivityJson {
  return answer.body as ActivityJson;
}

/** The bare array. */
export function activitiesIn(answer: Answer): readonly ActivityJson[] {
  if (!Array.isArray(answer.body)) throw new Error(`There is no array in ${answer.text}`);
  return answer.body as readonly ActivityJson[];
}

/** The envelope. */
export function activityPageIn(answer: Answer): ActivityPageJson {
  return answer.body as ActivityPageJson;
}

/** The activity that stands in `data` at `activity` or `updateActivity.activity`. */
export function activityField(answer: Answer, path: string): ActivityJson {
  return valueIn(answer, path) as ActivityJson;
}

export function activityAddress({ id }: Pick<ActivityJson, 'id'>): string {
  return `${ACTIVITIES}/${id}`;
}

/** What tests point activities at: two customers, each with an opportunity and a contact. */
export interface Scene {
  readonly customerId: string;
  readonly opportunityId: string;
  readonly contactId: string;
  readonly otherCustomerId: string;
  readonly othersOpportunityId: string;
  readonly othersContactId: string;
}

/** Makes them past the service, as somebody else's unless told otherwise. */
export async function aScene(
  service: TestService,
  { id: tenantId, admin }: TestTenant,
  createdBy = admin.id,
): Promise<Scene> {
  const [customerId, otherCustomerId] = [
    await storeCustomer(service, tenantId, createdBy, 'Dupont SA'),
    await storeCustomer(service, tenantId, createdBy, 'Martin SARL'),
  ];
  return {
    customerId,
    opportunityId: await storeOpportunity(service, tenantId, customerId),
    contactId: await storeContact(service, tenantId, customerId),
    otherCustomerId,
    othersOpportunityId: await storeOpportunity(service, tenantId, otherCustomerId),
    othersContactId: await storeContact(service, tenantId, otherCustomerId),
  };
}

async function storeCustomer(service: TestService, tenantId: string, createdBy: string, name: string): Promise<string> {
  const id = newId();
  await service.ask(
    `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_by, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'VIP', 'FR', 'NET_30', 'EUR', $5, now(), now())`,
    [tenantId, id, `C-${id.slice(-12)}`, name, createdBy],
  );
  return id;
}

async function storeOpportunity(service: TestService, tenantId: string, customerId: string): Promise<string> {
  const id = newId();
  await service.ask(
    `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, currency, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'Projet ERP', 'NEW', 10, 'EUR', now(), now())`,
    [tenantId, id, customerId, `O-${id.slice(-12)}`],
  );
  return id;
}

async function storeContact(service: TestService, tenantId: string, customerId: string): Promise<string> {
  const id = newId();
  await service.ask(
    `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, created_at, updated_at)
     VALUES ($1, $2, $3, 'Marie', 'Curie', now(), now())`,
    [tenantId, id, customerId],
  );
  return id;
}

/** Deletes a record of any kind past the service. */
export function hide(
  service: TestService,
  table: 'customers' | 'opportunities' | 'contacts',
  id: string,
): Promise<unknown> {
  return service.ask(`UPDATE ${table} SET deleted_at = now() WHERE id = $1`, [id]);
}

/** Creates one over REST; any fields on top of these. */
export async function anActivity(
  client: Client,
  customerId: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<ActivityJson> {
  const answer = await client.post(ACTIVITIES, { customer_id: customerId, type: 'CALL', subject: 'Appel', ...fields });
  if (answer.status !== 201) throw new Error(`The activity was not created: ${answer.text}`);
  return activityIn(answer);
}

/** The activity's whole row as the database holds it, past tenant isolation. */
export async function activityRow(service: TestService, id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await service.ask<Record<string, unknown>>('SELECT * FROM activities WHERE id = $1', [id]);
  return row;
}

export async function countOfActivities(service: TestService, { id }: Pick<TestTenant, 'id'>): Promise<number> {
  const [row] = await service.ask<{ count: number }>(
    'SELECT count(*)::integer AS count FROM activities WHERE tenant_id = $1',
    [id],
  );
  return row?.count ?? -1;
}
