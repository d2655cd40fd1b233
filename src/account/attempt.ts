/**
 * One attempt to use a password: check the limits, wait for a turn, reserve under the rate-limit keys, verify the password, then refund
 * the reservation or turn it into a failure. So concurrent attempts cannot exceed a limit, and a correct password is never rejected
 * because of others that are still being verified.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../access/identity/request-context.js';
import { recordLoginFailed } from '../audit/events/access-events.js';
import { AppError, type Sentence } from '../platform/errors/errors.js';
import { isWaitTimeout } from '../platform/postgres/database-errors.js';
import type { AccountDependencies } from './account-dependencies.js';
import { BusyKey, type Entrant } from './sign-in-queue.js';
import {
  keysOf,
  rememberOrigin,
  standingOf,
  type Attempt,
  type RateLimitKey,
  type Rejection,
  type Throttle,
} from './throttle.js';
import { findCredentials } from './user.query.js';

const TOO_MANY: Sentence = {
  fr: 'Trop de tentatives de connexion : réessayez plus tard.',
  en: 'Too many attempts to sign in: try again later.',
};

/** Failures are answered at multiples of 250 ms after the request came, which hides timing. */
const FAILURE_STEP_MS = 250;
/** Time that the request needs after its turn comes: for the hash, the session and the answer. */
const CHECK_MS = 1500;

/** Waits until a failure may be answered. @param startedAt `performance.now()` when the request came */
export async function holdFailure(startedAt: number): Promise<void> {
  const elapsedMs = performance.now() - startedAt;
  await sleep(FAILURE_STEP_MS - (elapsedMs % FAILURE_STEP_MS));
}

/**
 * Runs the check of a password when its turn comes. `undefined` means a wrong password, which counts as a failure; an exception does not.
 * @throws AppError RATE_LIMITED, before any work; UNAVAILABLE if too many wait
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
  const { isKnown, limitKeys, rejection } = await standingOf(throttle, keys);
  if (rejection) throw await rateLimited(call, throttle, attempt, rejection);
  const waitMs = Math.min(signIns.limits.waitMs, call.database.deadline - performance.now() - CHECK_MS);
  const entrant: Entrant = {
    address,
    origin,
    isKnown,
    limitKeys: limitKeys.map(({ key }) => nameOf(key)),
    giveUpAt: performance.now() + waitMs,
    onLeave: call.onLeave,
  };
  const outcome = await signIns.run(entrant, async () => {
    // Only now: an attempt that waits for its turn reserves nothing.
    const booking = await throttle.book(limitKeys);
    if (booking.type === 'busy') return new BusyKey(nameOf(booking.key));
    if (booking.type === 'rejected') return booking;
    return { type: 'checked' as const, result: await settleAfter(throttle, limitKeys, check) };
  });
  if (outcome.type === 'rejected') throw await rateLimited(call, throttle, attempt, outcome.rejection);
  if (outcome.result !== undefined) await rememberOrigin(throttle, keys);
  return outcome.result;
}

function nameOf(key: Buffer): string {
  return key.toString('hex');
}

/** If the check throws, the attempt does not count. */
async function settleAfter<T>(
  throttle: Throttle,
  limitKeys: readonly RateLimitKey[],
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  let result: T | undefined;
  try {
    result = await check();
  } catch (error) {
    const settled = throttle.settle(limitKeys, false).catch(() => undefined);
    // After a timeout the request has no time left to wait for this.
    if (!isWaitTimeout(error)) await settled;
    throw error;
  }
  await throttle.settle(limitKeys, result === undefined);
  return result;
}

/** Audited once per window: more events would only fill the audit log. An unknown tenant has no audit log. */
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
