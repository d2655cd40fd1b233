import { LockMode } from '@mikro-orm/core';
import type { Database } from '../../tenancy/database.js';
import { DEFAULT_LIMITS } from '../../access/identity/limits.js';
import { Tenant } from '../../access/identity/tenant.entity.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import { User } from '../../access/identity/user.entity.js';
import { bindOrigin, operatorOrigin } from '../../audit/events/origin.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { identityForm } from '../../platform/values/identity-form.js';
import { newId } from '../../platform/values/ids.js';
import type { NewTenantInput, OperatorTenantInput } from './operator.input.js';
import { holdTenantId } from './operator.query.js';
import { generatePassword, Passwords, requireGoodPassword } from '../passwords.js';
import { requireTimeZone } from '../tenant.service.js';
import { endAllSessions } from '../user.query.js';

const TAKEN: Sentence = { fr: 'Ce tenant existe déjà.', en: 'This tenant exists already.' };
const TAKEN_BUT_FOR_CASE: Sentence = {
  fr: "Un tenant dont l'identifiant ne diffère de celui-ci que par la casse existe déjà.",
  en: 'A tenant whose id differs from this one by case only exists already.',
};
const UNKNOWN: Sentence = { fr: 'Ce tenant est inconnu.', en: 'This tenant is unknown.' };

/**
 * Makes a company and its first admin.
 * @param database connected as the role that owns the schema: the service's role may not create tenants
 * @returns the generated password, which is nowhere else; null when one was given
 * @throws AppError DUPLICATE, VALIDATION_FAILED
 */
export async function createTenant(database: Database, input: NewTenantInput): Promise<string | null> {
  const { id: tenantId, admin: email, password = generatePassword() } = input;
  await requireTimeZone(database.reader(tenantId), input.timeZone);
  if (input.password !== undefined) requireGoodPassword(password, email, 'password');
  const passwordHash = await new Passwords().hash(password);
  await inTenantTransaction(database, tenantId, async (em) => {
    bindOrigin(em, operatorOrigin());
    const taken = await holdTenantId(em, tenantId);
    if (taken !== undefined) throw new AppError('DUPLICATE', taken === tenantId ? TAKEN : TAKEN_BUT_FOR_CASE);
    const now = new Date().toISOString();
    const { name, timeZone = 'Europe/Paris', currency: defaultCurrency = 'EUR', country: countryCode = 'FR' } = input;
    const stamps = { updatedAt: now, version: 1 };
    const settings = { name, timeZone, defaultCurrency, countryCode, isSuspended: false };
    const fields = { ...DEFAULT_LIMITS, ...stamps, ...settings, id: tenantId };
    em.persist(Object.assign(new Tenant(), fields));
    // The ORM knows no relation between the two, so it could write the user first.
    await em.flush();
    const emailIdentity = identityForm(email);
    const user = {
      kind: 'PERSON',
      email,
      emailIdentity,
      fullName: input.adminName ?? email,
      role: 'admin',
      isActive: true,
    } as const;
    em.create(User, { ...user, ...stamps, tenantId, id: newId(), passwordHash, createdAt: now });
  });
  return input.password === undefined ? password : null;
}

/**
 * Settings, limits, suspension; running services apply them within 30 seconds. A suspension ends every session for good.
 * @throws AppError NOT_FOUND, VALIDATION_FAILED
 */
export async function updateTenantAsOperator(
  database: Database,
  tenantId: string,
  { currency, country, ...changes }: OperatorTenantInput,
): Promise<Tenant> {
  await requireTimeZone(database.reader(tenantId), changes.timeZone);
  return inTenantTransaction(database, tenantId, async (em) => {
    bindOrigin(em, operatorOrigin());
    const tenant = await em.findOne(Tenant, { id: tenantId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!tenant) throw new AppError('NOT_FOUND', UNKNOWN);
    if (currency !== undefined) tenant.defaultCurrency = currency;
    if (country !== undefined) tenant.countryCode = country;
    // Also at the end of a suspension: a sign-in that ran when it began may have left a session.
    if (tenant.isSuspended || changes.isSuspended === true) await endAllSessions(em);
    return em.assign(tenant, changes);
  });
}
