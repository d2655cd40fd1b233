import type { EntityManager } from '@mikro-orm/postgresql';
import { requireCapacity } from '../../access/writes/counters.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { requireVersion, type ExpectedVersion } from '../../access/writes/version.js';
import { searchedDigits } from '../../platform/values/phone-digits.js';
import { authorizeChange } from '../customer/customer-ownership.service.js';
import { customerOfRecord, type CustomerOfRecord } from '../customer/customer.query.js';
import { lockCustomerOf } from '../customer/customer.service.js';
import {
  deleteRecord,
  lockRecord,
  newRecord,
  writeRecord,
  type ChangeOptions,
  type RecordModel,
} from '../record/record-change.js';
import { rejectRestoreWithout, rejectUnknown } from '../record/record-errors.js';
import { demote, lockReplaced, primaryOf } from './contact-primary.js';
import { Contact } from './contact.entity.js';
import type { CreateContactInput, UpdateContactInput } from './contact.input.js';
import * as query from './contact.query.js';
import type { ContactRow } from './contact.query.js';

const CONTACT: RecordModel<Contact, ContactRow> = { Entity: Contact, table: query.contactTable };

/** The active contacts of a customer, the main contact first. @throws AppError FORBIDDEN, NOT_FOUND (the customer) */
export async function listContactsOfCustomer(ctx: RequestContext, customerId: string): Promise<readonly ContactRow[]> {
  authorize(ctx, 'contact:read');
  return (await query.contactsOfCustomer(ctx.reader, customerId)) ?? rejectUnknown('customer');
}

/** Defaults of a new contact. */
const DEFAULTS = {
  isPrimary: false,
  isBilling: false,
  isShipping: false,
  isDecisionMaker: false,
  preferredLanguage: 'fr',
  doNotCall: false,
  doNotEmail: false,
  isActive: true,
} as const;

/**
 * A new main contact replaces the present one, which the caller must be allowed to change.
 * @throws AppError FORBIDDEN, NOT_FOUND (the customer), QUOTA_EXCEEDED
 */
export async function createContact(ctx: RequestContext, input: CreateContactInput): Promise<Changed<ContactRow>> {
  authorize(ctx, 'contact:create');
  const { customerId, ...fields } = input;
  return writeRecord(ctx, CONTACT, async (tx) => {
    const { em } = tx;
    const customer = await lockCustomerOf(em, customerId, 'alone');
    const replaced = input.isPrimary ? await lockReplaced(ctx, em, customerId, customer) : undefined;
    await requireRoom(ctx, em, customerId);
    await demote(tx, replaced);
    const searchPhone = digitsOf(ctx, input, customer);
    return em.create(Contact, { ...DEFAULTS, ...fields, ...newRecord(ctx), customerId, searchPhone });
  });
}

/**
 * A new main contact replaces the present one, which the caller must be allowed to change.
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT
 */
export async function updateContact(
  ctx: RequestContext,
  id: string,
  input: UpdateContactInput,
  { expectedVersion, check }: ChangeOptions<ContactRow> = {},
): Promise<Changed<ContactRow>> {
  authorize(ctx, 'contact:update');
  return writeRecord(ctx, CONTACT, async (tx) => {
    const { em } = tx;
    const { contact, customer } = await lockOwnContact(ctx, em, id, input.isPrimary === true);
    const becomesPrimary = input.isPrimary === true && !contact.isPrimary;
    const replaced = becomesPrimary ? await lockReplaced(ctx, em, contact.customerId, customer) : undefined;
    requireVersion(contact, expectedVersion);
    check?.(contact);
    await demote(tx, replaced);
    const { phone, mobile } = contact;
    em.assign(contact, input);
    if (contact.phone !== phone || contact.mobile !== mobile)
      contact.searchPhone = digitsOf(ctx, contact, customer ?? (await customerOfRecord(em, contact.customerId)));
    return contact;
  });
}

/** A soft deletion. The activities of the contact stay. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export async function deleteContact(
  ctx: RequestContext,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<ContactRow>> {
  authorize(ctx, 'contact:delete');
  return writeRecord(ctx, CONTACT, ({ em }) => deleteRecord(em, CONTACT, id, expectedVersion));
}

/**
 * A live contact is returned unchanged. A former main contact becomes the main contact again only if the customer has no other by
 * now.
 * @throws AppError FORBIDDEN, NOT_FOUND, ILLEGAL_TRANSITION (its customer is deleted), QUOTA_EXCEEDED
 */
export async function restoreContact(ctx: RequestContext, id: string): Promise<Changed<ContactRow>> {
  authorize(ctx, 'contact:restore');
  return writeRecord(ctx, CONTACT, async ({ em }) => {
    const isCustomerLive = (await query.lockCustomerOfContact(em, id)) !== undefined;
    const contact = await lockRecord(em, CONTACT, id, 'any');
    if (contact.deletedAt === null) return contact;
    const { customerId } = contact;
    if (!isCustomerLive) rejectRestoreWithout(customerId);
    await requireRoom(ctx, em, customerId);
    const hasOther = contact.isPrimary && (await em.count(Contact, primaryOf(customerId))) > 0;
    return em.assign(contact, { deletedAt: null, deletedWith: null, isPrimary: contact.isPrimary && !hasOther });
  });
}

/**
 * Checks the limit of contacts per customer. The caller's lock on the customer keeps others from adding contacts.
 * @throws AppError QUOTA_EXCEEDED with `details {limit, used, resource}`
 */
async function requireRoom(ctx: RequestContext, em: EntityManager, customerId: string): Promise<void> {
  const used = await em.count(Contact, { customerId, deletedAt: null });
  requireCapacity(ctx.tenant.limits, 'contacts_per_customer', used, 1);
}

/** A locked contact, and its customer if that is known. */
interface OwnContact {
  readonly contact: Contact;
  readonly customer: CustomerOfRecord | undefined;
}

/**
 * @param withCustomer locks its customer first; a change that makes it the main contact needs that
 * @throws AppError FORBIDDEN, NOT_FOUND
 */
async function lockOwnContact(
  ctx: RequestContext,
  em: EntityManager,
  id: string,
  withCustomer: boolean,
): Promise<OwnContact> {
  const locked = withCustomer ? ((await query.lockCustomerOfContact(em, id)) ?? rejectUnknown('contact')) : undefined;
  const contact = await lockRecord(em, CONTACT, id, 'live');
  return { contact, customer: await authorizeChange(ctx, em, 'contact', contact, locked) };
}

/**
 * The searched digits of a contact's telephones. The contact is locked before the customer's country is read, and a change of that
 * country locks the contacts. So the later of the two sees the change of the other.
 */
function digitsOf(
  { tenant }: RequestContext,
  { phone, mobile }: Pick<CreateContactInput, 'phone' | 'mobile'>,
  customer: CustomerOfRecord | undefined,
): string {
  return searchedDigits([phone, mobile], [...(customer ? [customer.countryCode] : []), tenant.countryCode]);
}
