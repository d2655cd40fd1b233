import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize, ForbiddenError } from '../access/rights/permissions.js';
import type { RequestContext } from '../access/identity/request-context.js';
import type { Changed } from '../access/writes/change-effects.js';
import { write, type WriteContext } from '../access/writes/transaction.js';
import { User, type UserKind } from '../access/identity/user.entity.js';
import { userTable, type UserRow } from '../access/identity/user-row.js';
import { findRecord } from '../access/loaders/record-lists.js';
import { requireVersion, type ExpectedVersion } from '../access/writes/version.js';
import { nameAction } from '../audit/events/named-actions.js';
import { violatedConstraint } from '../platform/postgres/database-errors.js';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import { FieldErrors } from '../platform/input/validation.js';
import type { RecordList } from '../platform/lists/record-table.js';
import { identityForm } from '../platform/values/identity-form.js';
import { isUuid, newId } from '../platform/values/ids.js';
import type { AccountDependencies } from './account-dependencies.js';
import { revokeSessions } from './password.service.js';
import { makeSecret, NO_PASSWORD, type Secret } from './passwords.js';
import type { CreateUserInput, UpdateUserInput } from './user.input.js';
import * as query from './user.query.js';

/** `initialPassword` is null if the caller gave the password, in a replay, and in a dry run. */
export interface ChangedPassword extends Changed<UserRow> {
  readonly initialPassword: string | null;
}

const NOT_FOUND: Sentence = { fr: 'Utilisateur non trouvé', en: 'User not found' };
const EMAIL_TAKEN: Sentence = { fr: 'Email déjà utilisé', en: 'E-mail already in use' };
const LAST_ADMIN: Sentence = {
  fr: "C'est le dernier administrateur actif : nommez-en un autre d'abord.",
  en: 'This is the last active admin: appoint another one first.',
};

const NOT_OF_SERVICE: Sentence = {
  fr: "Un compte de service n'en a pas.",
  en: 'A service account has none.',
};
const NO_ADMIN_BY_KEY: Sentence = {
  fr: "Une clé d'API ne crée, ne promeut ni ne réinitialise aucun administrateur.",
  en: 'An API key creates, promotes or resets no admin.',
};
const FROM_PROVIDER: Sentence = {
  fr: "Le rôle de cet utilisateur vient du fournisseur d'identité : changez-le là-bas.",
  en: 'The role of this user comes from the identity provider: change it there.',
};
const NO_SIGN_IN: Sentence = {
  fr: "Un compte de service n'a pas de mot de passe : il a des clés d'API.",
  en: 'A service account has no password: it has API keys.',
};

/** @throws AppError FORBIDDEN */
export async function listUsers(ctx: RequestContext, list: query.UserListQuery): Promise<RecordList<UserRow>> {
  authorize(ctx, 'user:manage');
  return query.listUsers(ctx.reader, list);
}

/** @throws AppError FORBIDDEN, NOT_FOUND (also for another tenant's id) */
export async function getUser(ctx: RequestContext, id: string): Promise<UserRow> {
  authorize(ctx, 'user:manage');
  return requireUser(ctx, knownId(id));
}

/** The caller themselves. */
export function getOwnUser(ctx: RequestContext): Promise<UserRow> {
  return requireUser(ctx, ctx.actor.userId);
}

/** Generates a password if none is given; only this answer contains it. @throws AppError FORBIDDEN, VALIDATION_FAILED, DUPLICATE */
export async function createUser(
  ctx: RequestContext,
  { passwords }: AccountDependencies,
  { kind = 'PERSON', email: sentEmail, password, fullName, role }: CreateUserInput,
): Promise<ChangedPassword> {
  authorize(ctx, 'user:manage');
  if (role === 'admin') rejectAdminByKey(ctx);
  const email = fittingEmail(kind, sentEmail, password);
  const secret = email === null ? NO_PASSWORD : await makeSecret(passwords, password, email);
  const work = ({ em }: WriteContext): Promise<UserRow> => {
    const now = new Date().toISOString();
    const { tenantId } = ctx.actor;
    const { passwordHash } = secret;
    const who = { kind, email, emailIdentity: email && identityForm(email), fullName, role };
    const stamps = { isActive: true, createdAt: now, updatedAt: now, version: 1 };
    return Promise.resolve(em.create(User, { ...who, ...stamps, tenantId, id: newId(), passwordHash }));
  };
  try {
    return await writeSecret(ctx, secret, work);
  } catch (error) {
    if (email === null || violatedConstraint(error) !== 'users_email_key') throw error;
    const existing_id = (await query.findUserIdByEmail(ctx.reader, email)) ?? null;
    throw new AppError('DUPLICATE', EMAIL_TAKEN, { details: { field: 'email', existing_id }, cause: error });
  }
}

/** A person has an e-mail address; a service account has neither that nor a password. @throws AppError VALIDATION_FAILED */
function fittingEmail(
  kind: UserKind,
  email: string | null | undefined,
  password: string | null | undefined,
): string | null {
  const errors = new FieldErrors();
  if (kind === 'PERSON') {
    if (typeof email === 'string') return email;
    errors.addKnown('REQUIRED', ['email']);
  }
  for (const [name, value] of Object.entries({ email, password }))
    if (typeof value === 'string') errors.add('CONTRADICTS_KIND', [name], NOT_OF_SERVICE);
  errors.throwIfAny();
  return null;
}

/**
 * Name, role, active or not. Takes effect at once in this process. The sessions of a deactivated user end for good.
 * @param check called with the current user before anything changes
 * @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (last active admin)
 */
export async function updateUser(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  id: string,
  changes: UserChanges,
  { expectedVersion, check }: UpdateOptions = {},
): Promise<Changed<UserRow>> {
  authorize(ctx, 'user:manage');
  const userId = knownId(id);
  const work = async ({ em }: WriteContext): Promise<UserRow> => {
    if (mayEndAdmin(changes)) await requireOtherAdmin(em, userId);
    const user = await lockUser(em, userId);
    requireVersion(user, expectedVersion);
    check?.(user);
    if (becomesAdmin(user, changes)) rejectAdminByKey(ctx);
    await requireOwnRole(em, user, changes);
    if (user.isActive && changes.isActive === false) {
      nameAction(user, 'deactivated');
      await revokeSessions(em, userId);
    }
    return em.assign(user, changes);
  };
  const change = await write(ctx, work, () => requireUser(ctx, userId));
  dependencies.identities.forgetUser(ctx.actor.tenantId, userId);
  return change;
}

/** Whether an active admin would be none afterwards. */
function mayEndAdmin({ role = 'admin', isActive = true }: UserChanges): boolean {
  return role !== 'admin' || !isActive;
}

/** Whether the change promotes the user to admin, or lets an admin in again. */
function becomesAdmin(user: User, { role = user.role, isActive = user.isActive }: UserChanges): boolean {
  return role === 'admin' && (user.role !== 'admin' || (isActive && !user.isActive));
}

/** @throws AppError ILLEGAL_TRANSITION where the role comes with the user's tokens, and would change again with the next one */
async function requireOwnRole(em: EntityManager, user: User, { role = user.role }: UserChanges): Promise<void> {
  if (role === user.role || !(await query.isRoleFromProvider(em, user.id))) return;
  throw new AppError('ILLEGAL_TRANSITION', FROM_PROVIDER, { details: { reason: 'role_from_provider', allowed: [] } });
}

/** A key that manages users makes no admins, nor does it take over one: an admin could make any key. @throws AppError FORBIDDEN */
function rejectAdminByKey({ actor }: RequestContext): void {
  if (actor.apiKey !== null) throw new ForbiddenError(NO_ADMIN_BY_KEY, 'user:manage');
}

type UserChanges = Readonly<Pick<UpdateUserInput, 'fullName' | 'role' | 'isActive'>>;

interface UpdateOptions {
  readonly expectedVersion?: ExpectedVersion | undefined;
  readonly check?: (current: UserRow) => void;
}

/** Ends the user's sessions; the record stays. @throws as updateUser */
export function deactivateUser(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<UserRow>> {
  return updateUser(ctx, dependencies, id, { isActive: false }, { expectedVersion });
}

/**
 * A new password for a person, given or generated; their sessions end, their API keys live on.
 * @throws AppError FORBIDDEN, NOT_FOUND, VALIDATION_FAILED, ILLEGAL_TRANSITION (a service account)
 */
export async function resetPassword(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  id: string,
  password?: string | null,
): Promise<ChangedPassword> {
  authorize(ctx, 'user:manage');
  const userId = knownId(id);
  const { email } = await requireUser(ctx, userId);
  if (email === null) {
    throw new AppError('ILLEGAL_TRANSITION', NO_SIGN_IN, { details: { reason: 'service_account', allowed: [] } });
  }
  const secret = await makeSecret(dependencies.passwords, password, email);
  const result = await writeSecret(ctx, secret, async ({ em }) => {
    const user = await lockUser(em, userId);
    if (user.role === 'admin') rejectAdminByKey(ctx);
    user.passwordHash = secret.passwordHash;
    nameAction(user, 'password_reset');
    await revokeSessions(em, userId);
    return user;
  });
  dependencies.identities.forgetUser(ctx.actor.tenantId, userId);
  return result;
}

/** Only the execution that does the work knows the password; a replay answers without it. */
async function writeSecret(
  ctx: RequestContext,
  { generated }: Secret,
  work: (tx: WriteContext) => Promise<UserRow>,
): Promise<ChangedPassword> {
  const answer = { initialPassword: ctx.isDryRun ? null : generated };
  const change = await write(ctx, work, (id) => {
    answer.initialPassword = null;
    return requireUser(ctx, id);
  });
  return { ...change, ...answer };
}

/** Locks all active admins and this user until the transaction ends. @throws AppError ILLEGAL_TRANSITION for the last active admin */
async function requireOtherAdmin(em: EntityManager, id: string): Promise<void> {
  const admins = await query.lockActiveAdminsAnd(em, id);
  if (!admins.includes(id) || admins.length > 1) return;
  throw new AppError('ILLEGAL_TRANSITION', LAST_ADMIN, { details: { reason: 'last_admin', allowed: [] } });
}

/** The id in lower case, like the database's, since ids are compared. @throws AppError NOT_FOUND if it is no UUID */
function knownId(id: string): string {
  return isUuid(id) ? id.toLowerCase() : rejectUnknown();
}

async function lockUser(em: EntityManager, id: string): Promise<User> {
  const user = await em.findOne(User, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return user ?? rejectUnknown();
}

async function requireUser(ctx: RequestContext, id: string): Promise<UserRow> {
  return (await findRecord(ctx.reader, userTable, id)) ?? rejectUnknown();
}

function rejectUnknown(): never {
  throw new AppError('NOT_FOUND', NOT_FOUND);
}
