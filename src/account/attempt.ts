/** One try of a password: counted before the work, so that many at once gain nothing, and given back if it was no failure. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../access/identity/request-context.js';
import { inTenantTransaction } from '../access/writes/transaction.js';
import { recordEvent } from '../audit/events/audit-event.js';
import { anonymousOrigin } from '../audit/events/origin.js';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import { isWaitTimeout } from '../platform/postgres/database-errors.js';
import type { AccountTools } from './account-tools.js';
import { bucketsFor, rememberAddress, type Attempt } from './throttle.js';
import { findCredentials } from './user.query.js';

const TOO_MANY: Sentence = {
  fr: 'Trop de tentatives de connexion : réessayez plus tard.',
  en: 'Too many attempts to sign in: try again later.',
};

/** A failure is answered this long after it came, or twice as long, or …: what differs inside is not seen outside. */
const FAILURE_STEP_MS = 250;

/** Waits until the failure may be answered. @param startedAt `performance.now()` when the request came */
export async function holdFailure(startedAt: number): Promise<void> {
  const elapsedMs = performance.now() - startedAt;
  await sleep(FAILURE_STEP_MS - (elapsedMs % FAILURE_STEP_MS));
}

/**
 * Runs the check of a password; `undefined` is its failure, which counts. Faults of ours do not count.
 * @throws AppError RATE_LIMITED, before any work
 */
export async function countAttempt<T>(
  call: Call,
  { throttle }: AccountTools,
  attempt: Attempt,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const buckets = await bucketsFor(throttle, attempt);
  const outcome = await throttle.book(buckets);
  if (!outcome.isBooked) {
    if (outcome.isFirst) await recordThrottled(call, attempt);
    throw new AppError('RATE_LIMITED', TOO_MANY, { retryAfterSeconds: outcome.retryAfterSeconds });
  }
  let result: T | undefined;
  try {
    result = await check();
  } catch (error) {
    const givenBack = throttle.giveBack(buckets).catch(() => undefined);
    // Who has waited as long as a request may does not wait for this too.
    if (!isWaitTimeout(error)) await givenBack;
    throw error;
  }
  if (result === undefined) return undefined;
  await throttle.giveBack(buckets);
  await rememberAddress(throttle, attempt);
  return result;
}

/** Once per window: the rest of a flood would only fill the trail. An unknown tenant has none. */
async function recordThrottled(call: Call, { tenantId, email }: Attempt): Promise<void> {
  const startedAt = performance.now();
  if ((await findCredentials(call.database.reader(tenantId), email)) !== undefined) {
    const event = {
      action: 'auth.login_failed',
      entityType: 'session',
      entityId: null,
      errorCode: 'RATE_LIMITED',
    } as const;
    await inTenantTransaction(call.database, tenantId, (em) => recordEvent(em, anonymousOrigin(call, email), event));
  }
  await holdFailure(startedAt);
}
