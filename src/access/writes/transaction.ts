/**
 * Writes: one transaction per operation, with the tenant set first. A deadlock or a serialization failure retries the whole transaction.
 *
 * Every transaction takes its locks in the same order, so that no two wait for each other:
 *  1. the idempotency key (idempotency.ts);
 *  2. the tenant's row: its settings, and restorations of customers (`holdRestorations`);
 *  3. users, several in the order of their ids (`lockActiveAdminsAnd`), then sessions, several under their user's lock;
 *  4. the customer: shared to add a record that does not count against one of its limits, else exclusive (`lockCustomer`);
 *  5. its opportunities, contacts and activities: one, or several under the customer's exclusive lock;
 *  6. the counter of codes (`nextNumber`);
 *  7. written rows, including their codes, on which a unique index may wait; several rows under lock 2 (`restoreChildren`);
 *  8. the counters of limits in the order of their names, right before COMMIT (`reserveCapacity`, `releaseCapacity`; `lastAtCommit`).
 * No lock is ever upgraded. Keys of rows never change, so all but shared locks are FOR NO KEY UPDATE, which foreign keys do not wait
 * for. A test checks the statements of every operation.
 */
import type { EntityManager as AnyEntityManager } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable, isStalePlan } from '../../platform/postgres/database-errors.js';
import type { Database } from '../../tenancy/database.js';
import { fromStoredEffects, noEffects, toChanged, type ChangeEffects, type Changed } from './change-effects.js';
import { claimIdempotencyKey, storeIdempotentResult, type StoredRecord } from './idempotency.js';
import { OwnSlot } from '../../platform/values/own-values.js';
import { OpenTransaction } from '../../tenancy/open-transaction.js';
import type { Ending } from '../../tenancy/transaction-frame.js';
import { deriveContext, type RequestContext } from '../identity/request-context.js';
import { bindTenant } from '../../tenancy/tenancy.js';
import { findTransactionValues, transactionValues } from '../../tenancy/transaction-values.js';

/** A request's context inside its transaction. */
export interface WriteContext extends RequestContext {
  /** Of this transaction alone, so that a rejected change cannot leak into the next one. */
  readonly em: EntityManager;
  readonly effects: ChangeEffects;
}

const ATTEMPTS = 4;
/** Attempts after a migration has made prepared statements stale: each connection may hold some, and fails once. */
const STALE_ATTEMPTS = 20;
const ofTransaction = new OwnSlot<WriteContext>();

/** The context whose transaction this entity manager is in; undefined outside of `write` and `inTransaction`. */
export function contextOf(em: AnyEntityManager): WriteContext | undefined {
  const values = findTransactionValues(em);
  return values && ofTransaction.get(values);
}

/**
 * Runs a change in a transaction of its own and flushes the unit of work at its end.
 * If the Idempotency-Key was used before, `reread` answers with the record as it is now, and `work` does not run.
 * A dry run ignores the key and ends in ROLLBACK.
 */
export async function write<T extends StoredRecord>(
  ctx: RequestContext,
  work: (tx: WriteContext) => Promise<T>,
  reread: (id: string) => Promise<T>,
): Promise<Changed<T>> {
  const { idempotency, language } = ctx;
  const { record, effects, earlier } = await inTransaction(ctx, async (tx) => {
    const protection = ctx.isDryRun ? undefined : idempotency;
    const earlier = protection && (await claimIdempotencyKey(tx.em, tx.actor, protection));
    if (earlier) return { record: undefined, effects: fromStoredEffects(earlier), earlier };
    const record = await work(tx);
    if (protection) storeIdempotentResult(tx.em, tx.actor, protection, { record, effects: tx.effects });
    return { record, effects: tx.effects, earlier: undefined };
  });
  if (!earlier) return toChanged(record, effects, language);
  idempotency?.onReplay();
  return toChanged(await reread(earlier.id), effects, language);
}

/** Runs `work` in one transaction of the caller's tenant and flushes at its end. */
export function inTransaction<T>(ctx: RequestContext, work: (tx: WriteContext) => Promise<T>): Promise<T> {
  const { database, actor, isDryRun } = ctx;
  return inTenantTransaction(
    database,
    actor.tenantId,
    (em) => {
      const own = deriveContext(ctx, { em, effects: noEffects() });
      return work(ofTransaction.set(transactionValues(em), own));
    },
    isDryRun ? 'rollback' : 'commit',
  );
}

/**
 * The same for code without a signed-in caller: sign-in, the sealer, operators' commands.
 * @param ending `rollback` executes and checks everything, and changes nothing
 */
export async function inTenantTransaction<T>(
  database: Database,
  tenantId: string,
  work: (em: EntityManager) => Promise<T>,
  ending: Ending = 'commit',
): Promise<T> {
  let [attempt, stale] = [1, 0];
  for (;;) {
    const em = database.orm.em.fork({ clear: true, useContext: false });
    bindTenant(em, tenantId);
    const transaction = new OpenTransaction(database, tenantId, ending);
    em.setTransactionContext(transaction);
    try {
      const result = await work(em);
      await transaction.finish(em);
      return result;
    } catch (error) {
      await transaction.rollback();
      // Never retry once the commit may have succeeded: only an idempotency key could tell.
      if (transaction.mayHaveCommitted || !isRetryable(error)) throw error;
      if (isStalePlan(error) && (stale += 1) <= STALE_ATTEMPTS) continue;
      await waitAfter(attempt, error);
      attempt += 1;
    } finally {
      em.resetTransactionContext();
    }
  }
}

/** @throws the error after the last attempt */
async function waitAfter(attempt: number, error: unknown): Promise<void> {
  if (attempt >= ATTEMPTS) throw error;
  await sleep(20 * 2 ** attempt * (0.5 + Math.random()));
}
