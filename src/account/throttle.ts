/** How often sign-ins may fail, per address and account. The counter is an interface, which Redis could implement too. */
import { createHash } from 'node:crypto';
import { networkOf } from '../platform/values/network.js';
import { searchForm } from '../platform/values/search-form.js';

/** Failures are counted under a key, within a window that starts with the first attempt. */
export interface RateLimitKey {
  readonly key: Buffer;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** The count under a key whose window has not ended. */
export interface RateLimitState {
  readonly failures: number;
  readonly endsAtMs: number;
  readonly retryAfterSeconds: number;
}

/** A key that has reached its limit of failures. */
export interface Rejection extends RateLimitState {
  readonly key: Buffer;
}

export type BookingOutcome =
  | { readonly type: 'booked' }
  /** Attempts in progress may reach the limit: the outcome is still open. */
  | { readonly type: 'busy'; readonly key: Buffer }
  | { readonly type: 'rejected'; readonly rejection: Rejection };

export interface Throttle {
  /** The counts under these keys, by the key in hexadecimal. Read-only. */
  look(keys: readonly Buffer[]): Promise<ReadonlyMap<string, RateLimitState>>;
  /**
   * Reserves one attempt under all keys, or under none if one has reached its limit. Each key is reserved atomically, one after the
   * other: failures and attempts in progress together never exceed a limit.
   */
  book(limitKeys: readonly RateLimitKey[]): Promise<BookingOutcome>;
  /** The attempt has ended: its reservations become failures, or are refunded. */
  settle(limitKeys: readonly RateLimitKey[], isFailure: boolean): Promise<void>;
  /** @returns whether this is the first rejection within the key's window, which gets an audit event */
  announce(rejection: Pick<Rejection, 'key' | 'endsAtMs'>): Promise<boolean>;
  /** Stores the key for this time, without failures. */
  remember(key: Buffer, seconds: number): Promise<void>;
  /** Deletes one batch of expired keys. @returns how many; fewer than a batch means there are no more */
  purge(batch: number): Promise<number>;
}

/** Whose password is tried, and from which address. */
export interface Attempt {
  readonly tenantId: string;
  readonly email: string;
  readonly ipAddress: string;
}

/** The keys of an attempt. All users of an office share its `address`; `origin` is one user at one address. */
export interface AttemptKeys {
  readonly address: Buffer;
  readonly account: Buffer;
  readonly origin: Buffer;
  readonly originFailures: Buffer;
}

/** The limits of an attempt before it is counted. */
export interface Standing {
  /** This user has signed in from this address within 30 days. */
  readonly isKnown: boolean;
  /** The keys that the attempt counts under, in the order in which they are reserved. */
  readonly limitKeys: readonly RateLimitKey[];
  /** The key that has reached its limit; of several, the one whose window ends last. */
  readonly rejection: Rejection | undefined;
}

const PER_ADDRESS = { limit: 10, windowSeconds: 60 };
const PER_ACCOUNT = { limit: 5, windowSeconds: 15 * 60 };
const PER_KNOWN_ORIGIN = { limit: 20, windowSeconds: 15 * 60 };
const KNOWN_SECONDS = 30 * 24 * 3600;

/**
 * Reads the limits of an attempt. A user who is known at this address has a key of their own instead of the other two, so that nobody
 * can lock them out from elsewhere.
 */
export async function standingOf(throttle: Throttle, keys: AttemptKeys): Promise<Standing> {
  const { address, account, origin, originFailures } = keys;
  const states = await throttle.look([address, account, origin, originFailures]);
  const isKnown = states.has(origin.toString('hex'));
  // The address first: if it is rejected, nothing is written for the account.
  const limitKeys = isKnown
    ? [{ key: originFailures, ...PER_KNOWN_ORIGIN }]
    : [
        { key: address, ...PER_ADDRESS },
        { key: account, ...PER_ACCOUNT },
      ];
  const full = limitKeys.flatMap(({ key, limit }) => {
    const state = states.get(key.toString('hex'));
    return state && state.failures >= limit ? [{ key, ...state }] : [];
  });
  const [rejection] = full.sort((a, b) => b.endsAtMs - a.endsAtMs);
  return { isKnown, limitKeys, rejection };
}

/** After a sign-in: the user is known at this address. */
export function rememberOrigin(throttle: Throttle, { origin }: AttemptKeys): Promise<void> {
  return throttle.remember(origin, KNOWN_SECONDS);
}

/** All spellings of an e-mail address share their keys. */
export function keysOf({ tenantId, email, ipAddress }: Attempt): AttemptKeys {
  const address = networkOf(ipAddress);
  const account = [tenantId, searchForm(email.trim())];
  return {
    address: digestOf('address', address),
    account: digestOf('account', ...account),
    origin: digestOf('known', ...account, address),
    originFailures: digestOf('known-failures', ...account, address),
  };
}

/** Hashed, so that the table holds no address and no name. */
function digestOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
