/** Idempotency keys. The result of a write is stored in the write's own transaction. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { serverErrorOf } from '../../platform/postgres/database-errors.js';
import { AppError } from '../../platform/errors/errors.js';
import { sql, type Sql } from '../../platform/postgres/sql.js';
import { atCommit, runStatement } from '../../tenancy/open-transaction.js';
import { toStoredEffects, type ChangeEffects, type StoredEffects } from './change-effects.js';
import type { Actor, IdempotentRequest } from '../identity/request-context.js';

const IN_PROGRESS = {
  fr: "La première requête avec cette clé d'idempotence est encore en cours.",
  en: 'The first request with this idempotency key is still running.',
};
const REUSED = {
  fr: "Cette clé d'idempotence a déjà servi pour une autre requête.",
  en: 'This idempotency key was used for another request.',
};

/** What every written record has. */
export interface StoredRecord {
  readonly id: string;
  readonly version: number;
}

/** What an idempotent retry finds. Keys stored by an earlier version have no effects. */
type StoredResult = StoredRecord & Partial<StoredEffects>;

interface KeyRow {
  /** Hexadecimal. */
  readonly requestHash: string;
  readonly results: Readonly<Record<string, StoredResult>>;
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Locks the key for this transaction.
 * @returns the stored result of an earlier try of the same request, if any
 * @throws AppError IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED
 */
export async function claimIdempotencyKey(
  em: EntityManager,
  actor: Actor,
  request: IdempotentRequest,
): Promise<StoredResult | undefined> {
  let row: KeyRow | undefined;
  try {
    [row] = await runStatement<KeyRow>(em, claimSql(actor, request));
  } catch (error) {
    if (serverErrorOf(error)?.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new AppError('IDEMPOTENCY_IN_PROGRESS', IN_PROGRESS, { retryAfterSeconds: 1 });
  }
  if (row?.requestHash !== request.hash.toString('hex')) throw new AppError('IDEMPOTENCY_KEY_REUSED', REUSED);
  return row.results[request.operation];
}

/**
 * A key belongs to the user whose credential it came with, and to that credential: the id of an API key stands before it, and a tab,
 * which no Idempotency-Key has. Who is acted for is part of the request's hash.
 */
function storedKey(
  { tenantId, userId, apiKey }: Actor,
  sent: string,
): { readonly tenantId: string; readonly userId: string; readonly key: string } {
  if (apiKey === null) return { tenantId, userId, key: sent };
  return { tenantId, userId: apiKey.account?.userId ?? userId, key: `${apiKey.id}\t${sent}` };
}

const LIFETIME_MS = 24 * 3_600_000;

/**
 * The row stays locked until the transaction ends, so a second try waits here for the first, at most `lock_timeout`. A key older than a
 * day that the hourly purge has not deleted yet counts as new.
 */
function claimSql(actor: Actor, { key: sent, hash }: IdempotentRequest): Sql {
  const { tenantId, userId, key } = storedKey(actor, sent);
  const now = Date.now();
  // Subtracted here: PostgreSQL's own subtraction depends on the time zone, and Citus rejects that in this place.
  const isExpired = sql`k.created_at < ${new Date(now - LIFETIME_MS).toISOString()}`;
  return sql`insert into idempotency_keys as k (tenant_id, user_id, key, request_hash, created_at)
    values (${tenantId}, ${userId}, ${key}, ${hash}, ${new Date(now).toISOString()})
    on conflict (tenant_id, user_id, key) do update set
      request_hash = case when ${isExpired} then excluded.request_hash else k.request_hash end,
      results = case when ${isExpired} then excluded.results else k.results end,
      created_at = case when ${isExpired} then excluded.created_at else k.created_at end
    returning encode(request_hash, 'hex') as "requestHash", results`;
}

/** Stores the result in the transaction that produced it. */
export function storeIdempotentResult(
  em: EntityManager,
  actor: Actor,
  { operation, key: sent }: IdempotentRequest,
  { record, effects }: { readonly record: StoredRecord; readonly effects: ChangeEffects },
): void {
  const { tenantId, userId, key } = storedKey(actor, sent);
  // Made last: the final flush sets the record's version, and shows whether anything changed.
  atCommit(em, () => {
    const result: StoredResult = { id: record.id, version: record.version, ...toStoredEffects(effects) };
    return sql`update idempotency_keys
      set results = results || jsonb_build_object(${operation}::text, ${JSON.stringify(result)}::jsonb)
      where tenant_id = ${tenantId} and user_id = ${userId} and key = ${key}`;
  });
}
