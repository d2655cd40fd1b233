/** Idempotency keys: the answer of a write, kept in the write's own transaction. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { serverErrorOf } from '../../platform/postgres/database-errors.js';
import { AppError } from '../../platform/errors/errors.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
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

/** What every record of a write has. */
export interface StoredRecord {
  readonly id: string;
  readonly version: number;
}

/** What an idempotent retry finds again. Keys that an older version stored have no effects. */
type StoredResult = StoredRecord & Partial<StoredEffects>;

interface KeyRow {
  /** Hexadecimal. */
  readonly requestHash: string;
  readonly results: Readonly<Record<string, StoredResult>>;
}

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Takes the key for this transaction.
 * @returns what an earlier try of the same request stored, if any
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
 * The row is locked until the transaction ends, so a second try waits here (at most `lock_timeout`) for the first. A key past its
 * day that the hourly purge has not found yet is a new one.
 */
function claimSql({ tenantId, userId }: Actor, { key, hash }: IdempotentRequest): Sql {
  return sql`insert into idempotency_keys as k (tenant_id, user_id, key, request_hash, created_at)
    values (${tenantId}, ${userId}, ${key}, ${hash}, ${new Date().toISOString()})
    on conflict (tenant_id, user_id, key) do update set
      request_hash = case when ${PAST_ITS_DAY} then excluded.request_hash else k.request_hash end,
      results = case when ${PAST_ITS_DAY} then excluded.results else k.results end,
      created_at = case when ${PAST_ITS_DAY} then excluded.created_at else k.created_at end
    returning encode(request_hash, 'hex') as "requestHash", results`;
}

const PAST_ITS_DAY = rawSql("k.created_at < excluded.created_at - interval '24 hours'");

/** Keeps the answer, in the transaction that made it. */
export function storeIdempotentResult(
  em: EntityManager,
  { tenantId, userId }: Actor,
  { operation, key }: IdempotentRequest,
  { record, effects }: { readonly record: StoredRecord; readonly effects: ChangeEffects },
): void {
  // Written last of all: the final flush gives the record its version, and tells whether anything changed.
  atCommit(em, () => {
    const result: StoredResult = { id: record.id, version: record.version, ...toStoredEffects(effects) };
    return sql`update idempotency_keys
      set results = results || jsonb_build_object(${operation}::text, ${JSON.stringify(result)}::jsonb)
      where tenant_id = ${tenantId} and user_id = ${userId} and key = ${key}`;
  });
}
