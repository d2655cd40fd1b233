/** API keys: persons make their own, admins those of service accounts. No key makes or revokes a key. */
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { ApiKey } from '../../access/identity/api-key.entity.js';
import { hashSecret, makeKey } from '../../access/identity/key-text.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import { authorize, ForbiddenError, grantOf, mayNarrowTo, requireNoKey } from '../../access/rights/permissions.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { write, type WriteContext } from '../../access/writes/transaction.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { AppError, validationError, type Sentence } from '../../platform/errors/errors.js';
import type { RecordList } from '../../platform/lists/record-table.js';
import { isUuid } from '../../platform/values/ids.js';
import type { AccountDependencies } from '../account-dependencies.js';
import { DEFAULT_OVERLAP_HOURS, type CreateApiKeyInput } from './api-key.input.js';
import * as query from './api-key.query.js';
import type { ApiKeyListQuery, ApiKeyRow } from './api-key.query.js';

/** `secret` is the whole text of the new key; null in a replay and in a dry run. */
export interface NewApiKey extends Changed<ApiKeyRow> {
  readonly secret: string | null;
}

const MAX_LIVE = 100;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MAX_DAYS = 366;
/** Of a key that nobody gave an end. */
export const DEFAULT_DAYS = 90;

const NOT_FOUND: Sentence = { fr: "Clé d'API non trouvée", en: 'API key not found' };
const USER_NOT_FOUND: Sentence = { fr: 'Utilisateur non trouvé', en: 'User not found' };
const NOT_YOURS: Sentence = {
  fr: "Chacun fait ses propres clés d'API ; un administrateur fait celles des comptes de service.",
  en: 'Everybody makes their own API keys; an admin makes those of service accounts.',
};
const FULL: Sentence = {
  fr: `La limite de ${MAX_LIVE} clés d'API en vigueur est atteinte.`,
  en: `The limit of ${MAX_LIVE} live API keys is reached.`,
};
const NOT_GRANTED: Sentence = {
  fr: "Le rôle de l'utilisateur ne donne pas ce droit, ou aucune clé ne peut l'avoir.",
  en: 'The role of the user does not give this right, or no key may have it.',
};
const BAD_EXPIRY: Sentence = {
  fr: `Une date à venir est attendue, dans ${MAX_DAYS} jours au plus.`,
  en: `A moment to come is expected, in at most ${MAX_DAYS} days.`,
};
const INACTIVE: Sentence = { fr: "L'utilisateur est désactivé.", en: 'The user is deactivated.' };
const REPLACED: Sentence = {
  fr: "Cette clé d'API a déjà été remplacée : remplacez celle qui lui a succédé.",
  en: 'This API key has been replaced already: replace the one that came after it.',
};
const ENDED: Sentence = { fr: "Cette clé d'API n'est plus en vigueur.", en: 'This API key has ended.' };

/** Their own keys; everybody's, for admins. @throws AppError FORBIDDEN with a key */
export function listApiKeys(ctx: RequestContext, list: ApiKeyListQuery): Promise<RecordList<ApiKeyRow>> {
  const ownerId = ownerOf(ctx);
  return query.listApiKeys(ctx.reader, ownerId === undefined ? list : { ...list, ownerId });
}

/** @throws AppError FORBIDDEN with a key; NOT_FOUND, also for a key that the caller does not see */
export async function getApiKey(ctx: RequestContext, id: string): Promise<ApiKeyRow> {
  const ownerId = ownerOf(ctx);
  const key = isUuid(id) ? await query.findApiKey(ctx.reader, id) : undefined;
  return key && (ownerId === undefined || key.userId === ownerId) ? key : rejectUnknown();
}

/** Whose keys the caller sees; undefined for everybody's. @throws AppError FORBIDDEN */
function ownerOf(ctx: RequestContext): string | undefined {
  requireNoKey(ctx, 'key:manage');
  return grantOf(ctx.actor, 'key:manage') === undefined ? ctx.actor.userId : undefined;
}

/** @throws AppError FORBIDDEN, NOT_FOUND (the user), VALIDATION_FAILED, ILLEGAL_TRANSITION (inactive user), QUOTA_EXCEEDED */
export async function createApiKey(
  ctx: RequestContext,
  { name, userId: sentId, permissions, expiresAt }: CreateApiKeyInput,
): Promise<NewApiKey> {
  requireNoKey(ctx, 'key:manage');
  const { actor } = ctx;
  const userId = sentId ?? actor.userId;
  if (userId !== actor.userId) authorize(ctx, 'key:manage');
  const end = expiresAt ?? endsIn(DEFAULT_DAYS);
  if (!isAllowedEnd(end)) throw validationError([{ path: ['expiresAt'], code: 'OUT_OF_RANGE', message: BAD_EXPIRY }]);
  return writeKey(ctx, async ({ em }, made) => {
    await query.lockApiKeys(em);
    const user = await requireKeyUser(em, ctx, userId);
    requireGranted(user, permissions);
    await requireRoom(em, null);
    return addKey(em, made, {
      tenantId: actor.tenantId,
      userId,
      name,
      permissions,
      expiresAt: end,
      createdById: actor.userId,
    });
  });
}

function isAllowedEnd(at: string): boolean {
  const left = Date.parse(at) - Date.now();
  return left > 0 && left <= MAX_DAYS * DAY_MS;
}

/** The moment in so many days. */
export function endsIn(days: number): string {
  return after(Date.now(), days * DAY_MS);
}

function after(nowMs: number, ms: number): string {
  return new Date(nowMs + ms).toISOString();
}

/** @throws AppError VALIDATION_FAILED that names each right which the user lacks */
export function requireGranted({ role }: Pick<User, 'role'>, permissions: readonly string[] | null | undefined): void {
  const lacking = (permissions ?? []).flatMap((name, index) =>
    mayNarrowTo(role, name) ? [] : [{ path: ['permissions', index], code: 'NOT_GRANTED', message: NOT_GRANTED }],
  );
  if (lacking.length > 0) throw validationError(lacking);
}

/** The user of a key that the caller may make. @throws AppError NOT_FOUND, FORBIDDEN (another person's), ILLEGAL_TRANSITION (inactive) */
async function requireKeyUser(em: EntityManager, { actor }: RequestContext, id: string): Promise<User> {
  const user = await em.findOne(User, { id });
  if (!user) throw new AppError('NOT_FOUND', USER_NOT_FOUND);
  if (user.id !== actor.userId && user.kind !== 'SERVICE') throw new ForbiddenError(NOT_YOURS, 'key:manage');
  if (!user.isActive) throw illegal(INACTIVE, 'inactive_user');
  return user;
}

/** @param endingId of a key that ends in this transaction */
export async function requireRoom(em: EntityManager, endingId: string | null): Promise<void> {
  const used = await query.countLiveApiKeys(em, new Date().toISOString(), endingId);
  if (used < MAX_LIVE) return;
  throw new AppError('QUOTA_EXCEEDED', FULL, { details: { resource: 'api_keys', limit: MAX_LIVE, used } });
}

type MadeKey = ReturnType<typeof makeKey>;

interface KeyFields extends Pick<ApiKey, 'tenantId' | 'userId' | 'name' | 'expiresAt' | 'createdById'> {
  readonly permissions: readonly string[] | null | undefined;
}

/** Adds a key to the unit of work. */
export function addKey(em: EntityManager, { id, secret }: MadeKey, { permissions, ...fields }: KeyFields): ApiKey {
  const now = new Date().toISOString();
  return em.create(ApiKey, {
    ...fields,
    id,
    secretHash: hashSecret(fields.tenantId, secret),
    permissions: permissions ? [...new Set(permissions)] : null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });
}

/** Only the execution that does the work knows the secret; a replay answers without it. */
async function writeKey(
  ctx: RequestContext,
  work: (tx: WriteContext, made: MadeKey) => Promise<ApiKeyRow>,
): Promise<NewApiKey> {
  const made = makeKey();
  const answer = { secret: ctx.isDryRun ? null : made.text };
  const change = await write(
    ctx,
    (tx) => work(tx, made),
    (id) => {
      answer.secret = null;
      return getApiKey(ctx, id);
    },
  );
  return { ...change, ...answer };
}

/**
 * A new key with the list and the lifetime of an old one, which ends after the overlap at the latest.
 * @throws AppError FORBIDDEN, NOT_FOUND, ILLEGAL_TRANSITION (ended, replaced, inactive user), QUOTA_EXCEEDED
 */
export async function rotateApiKey(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  id: string,
  overlapHours: number = DEFAULT_OVERLAP_HOURS,
): Promise<NewApiKey> {
  const ownerId = ownerOf(ctx);
  const change = await writeKey(ctx, async ({ em }, made) => {
    await query.lockApiKeys(em);
    const old = await lockKey(em, id, ownerId);
    await requireKeyUser(em, ctx, old.userId);
    const now = Date.now();
    const [createdAt, expiresAt] = [Date.parse(old.createdAt), Date.parse(old.expiresAt)];
    if (old.revokedAt !== null || expiresAt <= now) throw illegal(ENDED, 'ended');
    // The first replacement has shortened its lifetime, which a second one would take over.
    if (old.replacedById !== null) throw illegal(REPLACED, 'replaced');
    await requireRoom(em, overlapHours === 0 ? old.id : null);
    const { tenantId, userId, name, permissions } = old;
    const end = after(now, expiresAt - createdAt);
    old.expiresAt = new Date(Math.min(expiresAt, now + overlapHours * HOUR_MS)).toISOString();
    old.replacedById = made.id;
    nameAction(old, 'rotated');
    return addKey(em, made, { tenantId, userId, name, permissions, expiresAt: end, createdById: ctx.actor.userId });
  });
  dependencies.identities.forgetKey(ctx.actor.tenantId, id);
  return change;
}

/** Ends a key at once in this process, within 30 seconds in others. A key that was revoked stays as it is. @throws AppError FORBIDDEN, NOT_FOUND */
export async function revokeApiKey(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  id: string,
): Promise<Changed<ApiKeyRow>> {
  const ownerId = ownerOf(ctx);
  const work = async ({ em }: WriteContext): Promise<ApiKeyRow> => {
    const key = await lockKey(em, id, ownerId);
    key.revokedAt ??= new Date().toISOString();
    nameAction(key, 'revoked');
    return key;
  };
  const change = await write(ctx, work, () => getApiKey(ctx, id));
  if (!ctx.isDryRun) dependencies.identities.forgetKey(ctx.actor.tenantId, id);
  return change;
}

async function lockKey(em: EntityManager, id: string, ownerId: string | undefined): Promise<ApiKey> {
  const mine = ownerId === undefined ? {} : { userId: ownerId };
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const key = isUuid(id) ? await em.findOne(ApiKey, { id, ...mine }, lock) : null;
  return key ?? rejectUnknown();
}

function illegal(sentence: Sentence, reason: string): AppError {
  return new AppError('ILLEGAL_TRANSITION', sentence, { details: { reason, allowed: [] } });
}

function rejectUnknown(): never {
  throw new AppError('NOT_FOUND', NOT_FOUND);
}
