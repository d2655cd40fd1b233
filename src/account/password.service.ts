import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../access/identity/request-context.js';
import { Session } from '../access/identity/session.entity.js';
import { requireSession } from '../access/rights/permissions.js';
import { inTransaction } from '../access/writes/transaction.js';
import { User } from '../access/identity/user.entity.js';
import { nameAction } from '../audit/events/named-actions.js';
import { AppError, validationError, type Sentence } from '../platform/errors/errors.js';
import type { AccountDependencies } from './account-dependencies.js';
import { countAttempt } from './attempt.js';
import { isSamePassword, requireGoodPassword } from './passwords.js';
import { findPasswordHash } from './user.query.js';

const NOT_CURRENT: Sentence = {
  fr: "Ce n'est pas votre mot de passe actuel.",
  en: 'This is not your current password.',
};
const UNCHANGED: Sentence = {
  fr: "Le nouveau mot de passe doit différer de l'actuel.",
  en: 'The new password must differ from the current one.',
};

interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Sets the caller's own password and ends their other sessions. Wrong passwords count like failed sign-ins.
 * @throws AppError VALIDATION_FAILED (currentPassword, newPassword), RATE_LIMITED, UNAVAILABLE
 */
export async function changePassword(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  { currentPassword, newPassword }: PasswordChange,
): Promise<void> {
  const { userId, tenantId, email } = ctx.actor;
  const sessionId = requireSession(ctx);
  // Only a service account has no address, and it has no session.
  if (email === null) throw new AppError('FORBIDDEN');
  requireGoodPassword(newPassword, email, 'newPassword');
  const checked = await countAttempt(ctx, dependencies, { tenantId, email, ipAddress: ctx.ipAddress }, async () => {
    const stored = await findPasswordHash(ctx.reader, userId);
    return (await dependencies.passwords.matches(stored, currentPassword)) ? stored : undefined;
  });
  if (checked === undefined) throw notCurrent();
  if (isSamePassword(newPassword, currentPassword))
    throw validationError([{ path: ['newPassword'], code: 'UNCHANGED', message: UNCHANGED }]);
  const passwordHash = await dependencies.passwords.hash(newPassword);
  await inTransaction(ctx, async ({ em }) => {
    const user = await em.findOne(User, { id: userId, isActive: true }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user) throw new AppError('UNAUTHENTICATED');
    // Of two concurrent changes, the second has checked a password that is no longer valid.
    if (user.passwordHash !== checked) throw notCurrent();
    user.passwordHash = passwordHash;
    nameAction(user, 'auth.password_changed');
    await revokeSessions(em, userId, sessionId);
  });
  dependencies.identities.forgetUser(tenantId, userId);
}

/** Ends the user's sessions, except the one to keep. */
export async function revokeSessions(em: EntityManager, userId: string, keptSessionId?: string): Promise<void> {
  const others = keptSessionId === undefined ? {} : { id: { $ne: keptSessionId } };
  const revokedAt = new Date().toISOString();
  await em.nativeUpdate(Session, { userId, revokedAt: null, ...others }, { revokedAt });
}

function notCurrent(): AppError {
  return validationError([{ path: ['currentPassword'], code: 'NOT_CURRENT', message: NOT_CURRENT }]);
}
