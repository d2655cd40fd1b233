/** The users behind a provider's subjects: who is whom at first sight, and the role that a token gives. */
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { RejectedSubjectError, type CredentialRequest } from '../../access/identity/credential.js';
import { User, type Role } from '../../access/identity/user.entity.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import { recordEvent } from '../../audit/events/audit-event.js';
import { bindOrigin, originOfUser } from '../../audit/events/origin.js';
import type { Sentence } from '../../platform/errors/errors.js';
import { IS_EMAIL } from '../../platform/input/rules.js';
import { violatedConstraint } from '../../platform/postgres/database-errors.js';
import { identityForm, MAX_EMAIL } from '../../platform/values/identity-form.js';
import { newId } from '../../platform/values/ids.js';
import { normalizeText } from '../../platform/values/normal-text.js';
import { isLonger, isStorable } from '../../platform/values/text.js';
import type { Database } from '../../tenancy/database.js';
import { lockActiveAdminsAnd } from '../user.query.js';
import type { KnownProvider } from './known-providers.js';
import { claimAt, roleOf, type TokenClaims } from './token-claims.js';
import { UserIdentity } from '../../access/identity/user-identity.entity.js';

const MAX_NAME = 255;

const NOT_MAPPED: Sentence = {
  fr: 'Aucun rôle de cette entreprise ne vous est attribué : adressez-vous à son administrateur.',
  en: 'No role of this company is given to you: ask its administrator.',
};
const EMAIL_TAKEN: Sentence = {
  fr: 'Un autre utilisateur de cette entreprise a votre adresse e-mail : adressez-vous à son administrateur.',
  en: 'Another user of this company has your e-mail address: ask its administrator.',
};
const NO_EMAIL: Sentence = {
  fr: "Le jeton ne contient pas d'adresse e-mail.",
  en: 'The token holds no e-mail address.',
};

/** A subject with a genuine token. */
export interface Subject {
  readonly provider: KnownProvider;
  readonly claims: TokenClaims;
}

type Caller = CredentialRequest['call'];

/** The token's address; undefined where there is none that a user could have. */
function emailOf({ provider, claims }: Subject): string | undefined {
  return addressIn(claimAt(claims.all, provider.emailClaim));
}

/**
 * The address in NFC. One with invisible characters is none: without them it would be somebody else's, and the provider has checked
 * the other.
 */
function addressIn(claimed: unknown): string | undefined {
  if (typeof claimed !== 'string' || isLonger(claimed, 2 * MAX_EMAIL)) return undefined;
  const email = normalizeText(claimed, 'code', MAX_EMAIL);
  const isSound = isStorable(email) && !isLonger(email, MAX_EMAIL) && IS_EMAIL.holds(email);
  return isSound && email === claimed.normalize('NFC') ? email : undefined;
}

function nameOf({ provider, claims }: Subject, email: string): string {
  const claimed = claimAt(claims.all, provider.nameClaim);
  const name = typeof claimed === 'string' ? normalizeText(claimed, 'free', MAX_NAME) : '';
  return name !== '' && isStorable(name) && !isLonger(name, MAX_NAME) ? name : email;
}

function reject(subject: Subject, sentence: Sentence, reason: string): never {
  const { tenantId, id: providerId } = subject.provider;
  const email = emailOf(subject);
  throw new RejectedSubjectError(sentence, { tenantId, providerId, subject: subject.claims.subject, email, reason });
}

/** @returns the role that the token gives; undefined where the provider says nothing of roles @throws RejectedSubjectError */
export function requireRole(subject: Subject): Role | undefined {
  const role = roleOf(subject.provider, subject.claims.all);
  return role === null ? reject(subject, NOT_MAPPED, 'role_not_mapped') : role;
}

const CONSTRAINTS: readonly (string | undefined)[] = ['user_identities_subject_key', 'users_email_key'];

/**
 * Makes a subject that was never seen a user: the one with their verified address where the provider links so, else a new one.
 * @returns false for an inactive user; true also where another request has done so in the meantime
 * @throws RejectedSubjectError
 */
export async function admit(database: Database, call: Caller, subject: Subject): Promise<boolean> {
  const { tenantId } = subject.provider;
  const role = requireRole(subject);
  const email = emailOf(subject) ?? reject(subject, NO_EMAIL, 'email_missing');
  try {
    return await inTenantTransaction(database, tenantId, async (em) => {
      const known = await lockUserOf(em, email);
      if (known && !mayLink(subject, email)) reject(subject, EMAIL_TAKEN, 'email_taken');
      if (known && !known.isActive) return false;
      const user = known ?? createUser(em, subject, email, role);
      const origin = originOfUser(call, user);
      bindOrigin(em, origin);
      await link(em, subject, user.id);
      await recordEvent(em, origin, {
        action: 'user.linked',
        entityType: 'user',
        entityId: user.id,
        newValue: { issuer: subject.provider.issuer, subject: subject.claims.subject },
      });
      return true;
    });
  } catch (error) {
    if (CONSTRAINTS.includes(violatedConstraint(error))) return true;
    throw error;
  }
}

const LOCK = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;

/** The user with this address, as sign-in finds them: one who is kept under exactly this spelling comes first. */
async function lockUserOf(em: EntityManager, email: string): Promise<User | undefined> {
  const spellings = [email, identityForm(email)];
  const users = await em.find(User, { emailIdentity: { $in: spellings } }, { ...LOCK, orderBy: { id: 'ASC' } });
  return users.find(({ emailIdentity }) => emailIdentity === email) ?? users[0];
}

/**
 * Only what the provider says to have checked. `"true"` as text is no proof. `email_verified` is about `email`: where the token has
 * that too, an address in another claim, which people may choose themselves, has to be the same.
 */
function mayLink({ provider, claims: { all } }: Subject, email: string): boolean {
  if (!provider.linkByEmail || all.email_verified !== true) return false;
  const checked = Object.hasOwn(all, 'email') ? addressIn(all.email) : email;
  return checked !== undefined && identityForm(checked) === identityForm(email);
}

function createUser(em: EntityManager, subject: Subject, email: string, given: Role | undefined): User {
  const { tenantId, defaultRole } = subject.provider;
  const role = given ?? defaultRole ?? reject(subject, NOT_MAPPED, 'role_not_mapped');
  const now = new Date().toISOString();
  const who = { kind: 'PERSON', email, emailIdentity: identityForm(email), fullName: nameOf(subject, email) } as const;
  const stamps = { isActive: true, createdAt: now, updatedAt: now, version: 1 };
  return em.create(User, { ...who, ...stamps, tenantId, id: newId(), role, passwordHash: null });
}

async function link(em: EntityManager, { provider, claims }: Subject, userId: string): Promise<void> {
  // Before the link: a flush inserts in the order of the entities' names.
  await em.flush();
  const { tenantId, issuer } = provider;
  const createdAt = new Date().toISOString();
  em.create(UserIdentity, { tenantId, id: newId(), issuer, subject: claims.subject, userId, createdAt });
}

/**
 * Gives a user the role of their token. The last active admin stays one.
 * @returns the role that the user has now
 */
export function applyRole(
  database: Database,
  call: Caller,
  { tenantId }: KnownProvider,
  userId: string,
  role: Role,
): Promise<Role> {
  return inTenantTransaction(database, tenantId, async (em) => {
    const admins = role === 'admin' ? [] : await lockActiveAdminsAnd(em, userId);
    const user = await em.findOneOrFail(User, { id: userId }, LOCK);
    const isLastAdmin = admins.includes(userId) && admins.length === 1;
    if (isLastAdmin || user.role === role) return user.role;
    bindOrigin(em, originOfUser(call, user));
    user.role = role;
    return role;
  });
}
