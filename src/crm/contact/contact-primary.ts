/** The main contact of a customer, and its replacement by another one. */
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { OwnedRecord } from '../../access/rights/ownership.query.js';
import { authorizeAlso } from '../../access/rights/permissions.js';
import type { WriteContext } from '../../access/writes/transaction.js';
import type { Sentence } from '../../platform/errors/errors.js';
import { Contact } from './contact.entity.js';

/** The condition that a live contact is the main one of its customer. */
export function primaryOf(customerId: string): { customerId: string; isPrimary: true; deletedAt: null } {
  return { customerId, isPrimary: true, deletedAt: null };
}

const NOT_REPLACEABLE: Sentence = {
  fr: "Le contact principal actuel n'est pas une de vos fiches : vous ne pouvez pas prendre sa place.",
  en: 'The current main contact is not one of your own records: you cannot replace it.',
};

/**
 * The present main contact, locked. Being replaced is a change of that record, so the caller needs the right to change it.
 * @param customer of both contacts
 * @throws AppError FORBIDDEN with the id of the present main contact
 */
export async function lockReplaced(
  ctx: RequestContext,
  em: EntityManager,
  customerId: string,
  customer: OwnedRecord | undefined,
): Promise<Contact | undefined> {
  const primary = await em.findOne(Contact, primaryOf(customerId), { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!primary) return undefined;
  authorizeAlso(ctx, { recordType: 'contact', record: primary, customer }, NOT_REPLACEABLE);
  return primary;
}

/** Flushed on its own: the unique index allows one main contact, so the present one must be changed first. */
export async function demote({ em, effects }: WriteContext, replaced: Contact | undefined): Promise<void> {
  if (!replaced) return;
  replaced.isPrimary = false;
  effects.other = { id: replaced.id, row: replaced };
  effects.warnings = [
    {
      code: 'PRIMARY_CONTACT_REPLACED',
      path: ['replacedPrimary', 'isPrimary'],
      details: { contact_id: replaced.id },
    },
  ];
  await em.flush();
}
