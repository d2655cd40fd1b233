/**
 * One try of a password. It is looked at (is its bucket full, is the person known here), waits for its turn, takes a place in its
 * buckets, is checked, and then gives the place back or leaves a failure in it. Many at once gain nothing by it, and a right
 * password is never rejected for the sake of others that are still being checked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../access/identity/request-context.js';
import { recordLoginFailed } from '../audit/events/access-events.js';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import { isWaitTimeout } from '../platform/postgres/database-errors.js';
import type { AccountDependencies } from './account-dependencies.js';
import { BusyBucket, type Entrant } from './sign-in-queue.js';
import {
  keysOf,
  rememberOrigin,
  standingOf,
  type Attempt,
  type Bucket,
  type Rejection,
  type Throttle,
} from './throttle.js';
import { findCredentials } from './user.query.js';

const TOO_MANY: Sentence = {
  fr: 'Trop de tentatives de connexion : réessayez plus tard.',
  en: 'Too many attempts to sign in: try again later.',
};

/** A failure is answered this long after it came, or twice as long, or …: what differs inside is not seen outside. */
const FAILURE_STEP_MS = 250;
/** What is left of the request's time when it is let in: for the hash, the session and the answer. */
const CHECK_MS = 1500;

/** Waits until the failure may be answered. @param startedAt `performance.now()` when the request came */
export async function holdFailure(startedAt: number): Promise<void> {
  const elapsedMs = performance.now() - startedAt;
  await sleep(FAILURE_STEP_MS - (elapsedMs % FAILURE_STEP_MS));
}

/**
 * Runs the check of a password when it is its turn; `undefined` is its failure, which counts. Faults of ours do not count.
 * @throws AppError RATE_LIMITED, before any work; UNAVAILABLE when too many wait
 */
export async function countAttempt<T>(
  call: Call,
  { throttle, signIns }: AccountDependencies,
  attempt: Attempt,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const keys = keysOf(attempt);
  const [address, origin] = [nameOf(keys.address), nameOf(keys.origin)];
  signIns.requireRoom({ address, origin });
  const { isKnown, buckets, rejection } = await standingOf(throttle, keys);
  if (rejection) throw await rateLimited(call, throttle, attempt, rejection);
  const waitMs = Math.min(signIns.limits.waitMs, call.database.deadline - performance.now() - CHECK_MS);
  const entrant: Entrant = {
    address,
    origin,
    isKnown,
    buckets: buckets.map(({ key }) => nameOf(key)),
    giveUpAt: performance.now() + waitMs,
    onLeave: call.onLeave,
  };
  const outcome = await signIns.run(entrant, async () => {
    // Only now: who waits for their turn takes no place from others.
    const booking = await throttle.book(buckets);
    if (booking.type === 'busy') return new BusyBucket(nameOf(booking.key));
    if (booking.type === 'rejected') return booking;
    return { type: 'checked' as const, result: await settleAfter(throttle, buckets, check) };
  });
  if (outcome.type === 'rejected') throw await rateLimited(call, throttle, attempt, outcome.rejection);
  if (outcome.result !== undefined) await rememberOrigin(throttle, keys);
  return outcome.result;
}

function nameOf(key: Buffer): string {
  return key.toString('hex');
}

/** What the check throws is a fault of ours: the try was none. */
async function settleAfter<T>(
  throttle: Throttle,
  buckets: readonly Bucket[],
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  let result: T | undefined;
  try {
    result = await check();
  } catch (error) {
    const settled = throttle.settle(buckets, false).catch(() => undefined);
    // Who has waited as long as a request may does not wait for this too.
    if (!isWaitTimeout(error)) await settled;
    throw error;
  }
  await throttle.settle(buckets, result === undefined);
  return result;
}

/** Audited once per window: the rest of a flood would only fill the trail. An unknown tenant has none. */
async function rateLimited(call: Call, throttle: Throttle, attempt: Attempt, rejection: Rejection): Promise<AppError> {
  const { tenantId, email } = attempt;
  const startedAt = performance.now();
  if (await throttle.announce(rejection)) {
    if ((await findCredentials(call.database.reader(tenantId), email)) !== undefined) {
      await recordLoginFailed(call, tenantId, email, 'RATE_LIMITED');
    }
    await holdFailure(startedAt);
  }
  return new AppError('RATE_LIMITED', TOO_MANY, { retryAfterSeconds: rejection.retryAfterSeconds });
}
