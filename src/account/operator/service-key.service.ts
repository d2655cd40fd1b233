/** The first key of a company's programs, made by an operator: later ones are made by its admins. */
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { makeKey } from '../../access/identity/key-text.js';
import { Tenant } from '../../access/identity/tenant.entity.js';
import { User } from '../../access/identity/user.entity.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import { bindOrigin, operatorOrigin } from '../../audit/events/origin.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { newId } from '../../platform/values/ids.js';
import type { Database } from '../../tenancy/database.js';
import { addKey, DEFAULT_DAYS, endsIn, requireGranted, requireRoom } from '../api-key/api-key.service.js';
import type { ServiceKeyInput } from './operator.input.js';

const UNKNOWN: Sentence = { fr: 'Ce tenant est inconnu.', en: 'This tenant is unknown.' };
const OTHER_ROLE: Sentence = {
  fr: 'Un compte de service de ce nom existe déjà, avec un autre rôle.',
  en: 'A service account of this name exists already, with another role.',
};
const DEFAULT_NAME = 'key:create';

/**
 * Makes a key of the active service account of this name, and the account if there is none.
 * @returns the text of the key, which is nowhere else
 * @throws AppError NOT_FOUND, DUPLICATE (another role), VALIDATION_FAILED (permissions), QUOTA_EXCEEDED
 */
export async function createServiceKey(database: Database, input: ServiceKeyInput): Promise<string> {
  const { id: tenantId, name = DEFAULT_NAME, permissions, days = DEFAULT_DAYS } = input;
  const made = makeKey();
  await inTenantTransaction(database, tenantId, async (em) => {
    bindOrigin(em, operatorOrigin());
    // The lock of everybody who makes keys.
    const tenant = await em.findOne(Tenant, { id: tenantId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!tenant) throw new AppError('NOT_FOUND', UNKNOWN);
    const { id: userId, role } = await provideAccount(em, input);
    requireGranted({ role }, permissions);
    await requireRoom(em, null);
    addKey(em, made, { tenantId, userId, name, permissions, expiresAt: endsIn(days), createdById: null });
  });
  return made.text;
}

async function provideAccount(
  em: EntityManager,
  { id: tenantId, service: fullName, role }: ServiceKeyInput,
): Promise<User> {
  const known = await em.findOne(User, { kind: 'SERVICE', fullName, isActive: true });
  if (known && known.role !== role) throw new AppError('DUPLICATE', OTHER_ROLE);
  if (known) return known;
  const now = new Date().toISOString();
  const nobody = { email: null, emailIdentity: null, passwordHash: null };
  const stamps = { isActive: true, createdAt: now, updatedAt: now, version: 1 };
  const user = em.create(User, { ...nobody, ...stamps, tenantId, id: newId(), kind: 'SERVICE', fullName, role });
  // The ORM knows no relation between the two, so it could write the key first.
  await em.flush();
  return user;
}
