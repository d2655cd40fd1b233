/** Changes: one transaction per operation, the tenant set first, retried whole when the database asks for it. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable, serverErrorOf } from '../platform/database-errors.js';
import type { Database } from './database.js';
import { claimIdempotencyKey, storeIdempotentResult } from './idempotency.js';
import type { RequestContext } from './request-context.js';
import { bindTenant } from './tenancy.js';

/** What a write answers with, and what an idempotent retry finds again. */
export interface StoredRecord {
  readonly id: string;
  readonly version: number;
}

/** A request's context inside its transaction: `em` is a fork of its own, so a refused change cannot leak into the next. */
export interface WriteContext extends RequestContext {
  readonly em: EntityManager;
}

const ATTEMPTS = 4;
const contexts = new WeakMap<object, RequestContext>();

/** The context whose transaction this entity manager serves; undefined outside of `write`. */
export function contextOf(em: object): RequestContext | undefined {
  return contexts.get(em);
}

/**
 * Runs a change in a transaction of its own; the unit of work is flushed at its end.
 * With an Idempotency-Key that has been used, `work` is not run: `reread` answers from the record as it is now.
 */
export async function write<T extends StoredRecord>(
  ctx: RequestContext,
  work: (tx: WriteContext) => Promise<T>,
  reread: (id: string) => Promise<T>,
): Promise<T> {
  const { idempotency } = ctx;
  if (!idempotency) return inTransaction(ctx, work);
  const outcome = await inTransaction(ctx, async (tx) => {
    const earlier = await claimIdempotencyKey(tx.em, tx.actor, idempotency);
    if (earlier) return { earlier, record: undefined };
    const record = await work(tx);
    await tx.em.flush();
    await storeIdempotentResult(tx.em, tx.actor, idempotency, { id: record.id, version: record.version });
    return { record, earlier: undefined };
  });
  if (!outcome.earlier) return outcome.record;
  idempotency.onReplay();
  return reread(outcome.earlier.id);
}

/** Runs `work` in one transaction of the caller's tenant and flushes at its end. */
export function inTransaction<T>(ctx: RequestContext, work: (tx: WriteContext) => Promise<T>): Promise<T> {
  return inTenantTransaction(ctx.database, ctx.actor.tenantId, (em) => {
    contexts.set(em, ctx);
    return work(Object.create(ctx, { em: { value: em } }) as WriteContext);
  });
}

/** The same for code without a signed-in caller: sign-in, the sealer, operators' commands. */
export async function inTenantTransaction<T>(
  database: Database,
  tenantId: string,
  work: (em: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const em = database.orm.em.fork({ clear: true, useContext: false });
    bindTenant(em, tenantId);
    const progress = { committing: false };
    try {
      return await runOnce(em, tenantId, work, progress);
    } catch (error) {
      // A connection lost during COMMIT leaves open whether it happened: only an idempotency key can tell.
      const ambiguous = progress.committing && serverErrorOf(error) === undefined;
      if (attempt >= ATTEMPTS || ambiguous || !isRetryable(error)) throw error;
      await sleep(20 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

async function runOnce<T>(
  em: EntityManager,
  tenantId: string,
  work: (em: EntityManager) => Promise<T>,
  progress: { committing: boolean },
): Promise<T> {
  await em.begin();
  try {
    await em.execute('select app.set_tenant(?)', [tenantId]);
    const result = await work(em);
    await em.flush();
    progress.committing = true;
    await em.commit();
    return result;
  } catch (error) {
    // A connection that cannot roll back is broken; the pool drops it, and the first error is the one to tell.
    await em.rollback().catch(() => undefined);
    throw error;
  }
}
