/** How often signing in may fail, and from where. The counting is behind an interface: Redis could do it as well. */
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { searchForm } from '../platform/values/search-form.js';

/** Failures counted under one key, within a window that the first try opens. */
export interface Bucket {
  readonly key: Buffer;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** What stands under a key whose window has not ended. */
export interface BucketState {
  readonly failures: number;
  readonly endsAtMs: number;
  readonly retryAfterSeconds: number;
}

/** A bucket that is full of failures. */
export interface Rejection extends BucketState {
  readonly key: Buffer;
}

export type BookingOutcome =
  | { readonly type: 'booked' }
  /** Tries that are being checked may use up what is left: nobody knows yet. */
  | { readonly type: 'busy'; readonly key: Buffer }
  | { readonly type: 'rejected'; readonly rejection: Rejection };

export interface Throttle {
  /** What stands under these keys, by the key in hexadecimal. Writes nothing. */
  look(keys: readonly Buffer[]): Promise<ReadonlyMap<string, BucketState>>;
  /**
   * Takes a place for one try in all buckets, or, when one has none left, in none. Atomic, one bucket after the other: failures
   * and tries in flight together never exceed a limit.
   */
  book(buckets: readonly Bucket[]): Promise<BookingOutcome>;
  /** The booked try has ended: its places become failures, or are free again. */
  settle(buckets: readonly Bucket[], isFailure: boolean): Promise<void>;
  /** @returns whether this is the first error of the bucket's window, which is worth an audit event */
  announce(rejection: Rejection): Promise<boolean>;
  /** Keeps the key for so long, with no failures. */
  remember(key: Buffer, seconds: number): Promise<void>;
  /** Drops one batch of what has ended. @returns how many; fewer than a batch is the end */
  purge(batch: number): Promise<number>;
}

/** Whose password is being tried, and from where. */
export interface Attempt {
  readonly tenantId: string;
  readonly email: string;
  readonly ipAddress: string;
}

/** The keys of a try. Whoever signs in from one office shares its `address`; `origin` is one person at one address. */
export interface AttemptKeys {
  readonly address: Buffer;
  readonly account: Buffer;
  readonly origin: Buffer;
  readonly originFailures: Buffer;
}

/** How a try stands before anything is counted. */
export interface Standing {
  /** Somebody signed in as this person from this address within 30 days. */
  readonly isKnown: boolean;
  /** What the try counts in, in the order in which it is booked. */
  readonly buckets: readonly Bucket[];
  /** The bucket that is full already, the one that stays so longest. */
  readonly rejection: Rejection | undefined;
}

const PER_ADDRESS = { limit: 10, windowSeconds: 60 };
const PER_ACCOUNT = { limit: 5, windowSeconds: 15 * 60 };
const PER_KNOWN_ORIGIN = { limit: 20, windowSeconds: 15 * 60 };
const KNOWN_SECONDS = 30 * 24 * 3600;

/**
 * Reads how the try stands. Somebody who is known here has a bucket of their own in place of the other two, so that nobody can
 * lock them out from elsewhere.
 */
export async function standingOf(throttle: Throttle, keys: AttemptKeys): Promise<Standing> {
  const { address, account, origin, originFailures } = keys;
  const states = await throttle.look([address, account, origin, originFailures]);
  const isKnown = states.has(origin.toString('hex'));
  // The address first: once it is rejected, nothing is written for the account.
  const buckets = isKnown
    ? [{ key: originFailures, ...PER_KNOWN_ORIGIN }]
    : [
        { key: address, ...PER_ADDRESS },
        { key: account, ...PER_ACCOUNT },
      ];
  const full = buckets.flatMap(({ key, limit }) => {
    const state = states.get(key.toString('hex'));
    return state && state.failures >= limit ? [{ key, ...state }] : [];
  });
  const [rejection] = full.sort((a, b) => b.endsAtMs - a.endsAtMs);
  return { isKnown, buckets, rejection };
}

/** After a sign-in: this person is known at this address. */
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

/** The table holds no address and no name. */
function digestOf(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** One subscriber holds a /64 of IPv6, so that counts as one address; IPv4 inside IPv6 counts as itself. */
function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const zeros = 8 - groupsOf(address).length;
  const full = groupsOf(address.replace('::', `:${'0:'.repeat(Math.max(0, zeros))}`));
  const prefix = full.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return prefix.join(':');
}

function groupsOf(address: string): string[] {
  return address.split(':').filter((group) => group !== '');
}
