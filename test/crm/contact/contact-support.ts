/** What the contact tests share: addresses, what answers look like, and the few steps that most of them begin with. */
import type { Answer, Client } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';
import { aCustomer, valueIn, type CustomerJson } from '../customer/customer-support.js';

export const CONTACTS = '/v1/commercial/contacts';
export const CONTACT_EXPORT = '/v1/commercial/export/contacts';

/** A contact as REST answers it; tests name the fields that they look at. */
export interface ContactJson {
  readonly id: string;
  readonly customer_id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

export interface ContactPage {
  readonly items: readonly ContactJson[];
  readonly total: number;
  readonly pages: number;
  readonly next_cursor: string | null;
}

export function contactIn(answer: Answer): ContactJson {
  return answer.body as ContactJson;
}

export function contactsIn(answer: Answer): ContactPage {
  return answer.body as ContactPage;
}

/** The bare array of a customer's contacts. */
export function arrayIn(answer: Answer): readonly ContactJson[] {
  return answer.body as readonly ContactJson[];
}

/** The contact that stands in `data` at `contact` or `updateContact.contact`. */
export function contactField(answer: Answer, path: string): ContactJson {
  return valueIn(answer, path) as ContactJson;
}

/** Creates one over REST; any fields on top of its customer and its names. */
export async function aContact(
  client: Client,
  { id }: Pick<CustomerJson, 'id'>,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<ContactJson> {
  const answer = await client.post(CONTACTS, {
    customer_id: id,
    first_name: 'Jean',
    last_name: 'Dupont',
    ...fields,
  });
  if (answer.status !== 201) throw new Error(`The contact was not created: ${answer.text}`);
  return contactIn(answer);
}

/** A contact of a new customer. */
export async function aContactOfItsOwn(
  client: Client,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<ContactJson> {
  return aContact(client, await aCustomer(client), fields);
}

export function contactAddress({ id }: Pick<ContactJson, 'id'>): string {
  return `${CONTACTS}/${id}`;
}

export function contactsAddressOf({ id }: Pick<CustomerJson, 'id'>): string {
  return `/v1/commercial/customers/${id}/contacts`;
}

/** The contact's whole row as the database holds it, past tenant isolation. */
export async function contactRow(service: TestService, id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await service.ask<Record<string, unknown>>('SELECT * FROM contacts WHERE id = $1', [id]);
  return row;
}

/** Live or not. */
export async function countOfContacts(service: TestService, tenant: Pick<TestTenant, 'id'>): Promise<number> {
  const [row] = await service.ask<{ count: number }>(
    'SELECT count(*)::integer AS count FROM contacts WHERE tenant_id = $1',
    [tenant.id],
  );
  return row?.count ?? -1;
}

/** The ids of the customer's live main contacts. */
export async function primariesOf(service: TestService, { id }: Pick<CustomerJson, 'id'>): Promise<string[]> {
  const rows = await service.ask<{ id: string }>(
    'SELECT id FROM contacts WHERE customer_id = $1 AND is_primary AND deleted_at IS NULL',
    [id],
  );
  return rows.map((row) => row.id);
}
