import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Call, RequestContext } from '../access/identity/request-context.js';
import { Session } from '../access/identity/session.entity.js';
import { Tenant } from '../access/identity/tenant.entity.js';
import type { VerifiedToken } from '../access/identity/tokens.js';
import { requireSession } from '../access/rights/permissions.js';
import { inTenantTransaction, inTransaction } from '../access/writes/transaction.js';
import { User } from '../access/identity/user.entity.js';
import { pickUser, type UserRow } from '../access/identity/user-row.js';
import { recordLogin, recordLoginFailed, recordLogout, recordRefreshReused } from '../audit/events/access-events.js';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import { newId } from '../platform/values/ids.js';
import type { AccountDependencies } from './account-dependencies.js';
import { countAttempt, holdFailure } from './attempt.js';
import { findCredentials, stampSignIn, type Credentials } from './user.query.js';

/** What signing in gives. */
export interface SignIn {
  readonly user: UserRow & { readonly tenantId: string };
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'bearer';
  /** Seconds. */
  readonly expiresIn: number;
}

interface SignInInput {
  readonly tenantId: string;
  readonly email: string;
  readonly password: string;
}

/** One sentence for four causes, so that callers cannot learn which one it was. */
const WRONG: Sentence = { fr: 'Email ou mot de passe incorrect', en: 'Incorrect email or password' };
const NOT_REFRESHED: Sentence = {
  fr: "Ce jeton de rafraîchissement n'est plus valable : connectez-vous de nouveau.",
  en: 'This refresh token is no longer valid: sign in again.',
};

/**
 * Checks the password and opens a session.
 * @throws AppError UNAUTHENTICATED (wrong e-mail, wrong password, inactive user, unknown or suspended tenant), RATE_LIMITED, UNAVAILABLE
 */
export async function logIn(call: Call, dependencies: AccountDependencies, input: SignInInput): Promise<SignIn> {
  const startedAt = performance.now();
  const { tenantId, email, password } = input;
  const signIn = await countAttempt(call, dependencies, { tenantId, email, ipAddress: call.ipAddress }, async () => {
    const found = await findCredentials(call.database.reader(tenantId), email);
    const matches = await dependencies.passwords.matches(found?.passwordHash ?? undefined, password);
    const opened = matches && found ? await openSession(call, dependencies, found) : undefined;
    if (!opened && found !== undefined) await recordLoginFailed(call, tenantId, email);
    return opened;
  });
  if (signIn) return signIn;
  await holdFailure(startedAt);
  throw new AppError('UNAUTHENTICATED', WRONG);
}

/** @returns undefined if the user may not sign in, or if the password changed during the check */
async function openSession(
  call: Call,
  dependencies: AccountDependencies,
  found: Credentials,
): Promise<SignIn | undefined> {
  if (!found.isActive || found.isSuspended) return undefined;
  const sessionId = newId();
  const refreshJti = newId();
  const lastSignInAt = await inTenantTransaction(call.database, found.tenantId, async (em) => {
    // The lock excludes a concurrent change of password, which ends all other sessions and would miss this one. Exclusive, because the
    // row is updated: two shared locks would deadlock.
    const user = await em.findOne(User, { id: found.id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!user?.isActive || user.passwordHash !== found.passwordHash) return undefined;
    const now = Date.now();
    const createdAt = new Date(now).toISOString();
    em.create(Session, {
      tenantId: found.tenantId,
      id: sessionId,
      userId: found.id,
      refreshJti,
      createdAt,
      refreshedAt: createdAt,
      expiresAt: expiryFrom(now, dependencies),
      revokedAt: null,
    });
    stampSignIn(em, user.id, createdAt);
    await recordLogin(em, call, user, sessionId);
    return createdAt;
  });
  return lastSignInAt === undefined
    ? undefined
    : signInOf(dependencies, { ...found, lastSignInAt }, sessionId, refreshJti);
}

/**
 * Two browser tabs may refresh at the same time, and an answer may be lost. So the previous token may be used again for this long after
 * its first use without counting as stolen; milliseconds.
 */
const REUSE_MS = 10_000;

/**
 * New tokens for the latest refresh token, which is single use. The previous token still works for ten seconds after its first use; the
 * reuse of any other token revokes the whole session.
 * @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED
 */
export async function refreshSession(
  call: Call,
  dependencies: AccountDependencies,
  refreshToken: string,
): Promise<SignIn> {
  const token = dependencies.tokens.readRefresh(refreshToken);
  const refreshed = await inTenantTransaction(call.database, token.tenantId, async (em) => {
    // Of two requests with the same token, the second waits here and finds the `jti` that the first has stored.
    const session = await em.findOne(Session, { id: token.sessionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const owner = session && (await findOwner(em, session, token));
    if (!owner) return undefined;
    const now = Date.now();
    if (session.refreshJti === token.tokenId) rotate(session, now, dependencies);
    else if (!isRepeated(session, token, now)) {
      session.revokedAt = new Date(now).toISOString();
      await recordRefreshReused(em, call, owner, session.id);
      return undefined;
    }
    return { owner, refreshJti: session.refreshJti };
  });
  if (refreshed) return signInOf(dependencies, refreshed.owner, token.sessionId, refreshed.refreshJti);
  // The transaction has committed: a reused token has ended its session in all processes.
  dependencies.identities.forgetSession(token.tenantId, token.sessionId);
  throw new AppError('UNAUTHENTICATED', NOT_REFRESHED);
}

function rotate(session: Session, now: number, dependencies: AccountDependencies): void {
  Object.assign(session, {
    previousJti: session.refreshJti,
    refreshJti: newId(),
    refreshedAt: new Date(now).toISOString(),
    expiresAt: expiryFrom(now, dependencies),
  });
}

/** Whether it is the previous token, soon after its first use. Using the latest token makes it too old. */
function isRepeated({ previousJti, refreshedAt }: Session, { tokenId }: VerifiedToken, now: number): boolean {
  return previousJti === tokenId && now - Date.parse(refreshedAt) < REUSE_MS;
}

/** @returns the user, if the session is still valid */
async function findOwner(em: EntityManager, session: Session, token: VerifiedToken): Promise<User | undefined> {
  const isOver = session.revokedAt !== null || Date.parse(session.expiresAt) <= Date.now();
  if (isOver || session.userId !== token.userId) return undefined;
  const user = await em.findOne(User, { id: session.userId, isActive: true });
  const tenant = await em.findOne(Tenant, { isSuspended: false });
  return (tenant && user) ?? undefined;
}

/** Ends the caller's session: at once in this process, within 30 seconds in all others. @throws AppError FORBIDDEN without a session */
export async function logOut(ctx: RequestContext, dependencies: AccountDependencies): Promise<void> {
  const sessionId = requireSession(ctx);
  const { tenantId } = ctx.actor;
  await inTransaction(ctx, async (tx) => {
    const session = await tx.em.findOneOrFail(Session, { id: sessionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (session.revokedAt !== null) return;
    session.revokedAt = new Date().toISOString();
    await recordLogout(tx.em, ctx, sessionId);
  });
  dependencies.identities.forgetSession(tenantId, sessionId);
}

function expiryFrom(nowMs: number, { tokens }: AccountDependencies): string {
  return new Date(nowMs + tokens.refreshTokenSeconds * 1000).toISOString();
}

function signInOf(
  { tokens }: AccountDependencies,
  user: SignIn['user'],
  sessionId: string,
  refreshJti: string,
): SignIn {
  const { id, tenantId, role } = user;
  const identity = { userId: id, tenantId, role, sessionId };
  return {
    user: { ...pickUser(user), tenantId },
    accessToken: tokens.signAccess(identity),
    refreshToken: tokens.signRefresh(identity, refreshJti),
    tokenType: 'bearer',
    expiresIn: tokens.accessTokenSeconds,
  };
}
