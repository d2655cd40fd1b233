/** How often signing in may fail, and from where. The counting is behind an interface: Redis could do it as well. */
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** Failures counted under one key, within a window that the first of them opens. */
export interface Bucket {
  readonly key: Buffer;
  readonly limit: number;
  readonly windowSeconds: number;
}

export type BookingOutcome =
  | { readonly isBooked: true }
  /** `isFirst`: the first refusal of this window, which is worth an audit event. */
  | { readonly isBooked: false; readonly retryAfterSeconds: number; readonly isFirst: boolean };

export interface Throttle {
  /** Counts a try in all buckets, or, when one is full, in none. Atomic: of n at once no more than the limit pass. */
  book(buckets: readonly Bucket[]): Promise<BookingOutcome>;
  /** The booked try was no failure. */
  giveBack(buckets: readonly Bucket[]): Promise<void>;
  remember(key: Buffer, seconds: number): Promise<void>;
  remembers(key: Buffer): Promise<boolean>;
  /** Drops what has ended. @returns how many; ten thousand at most */
  purge(): Promise<number>;
}

/** Whose password is being tried, and from where. */
export interface Attempt {
  readonly tenantId: string;
  readonly email: string;
  readonly ipAddress: string;
}

const PER_ADDRESS = { limit: 10, windowSeconds: 60 };
const PER_ACCOUNT = { limit: 5, windowSeconds: 15 * 60 };
const PER_KNOWN_ADDRESS = { limit: 20, windowSeconds: 15 * 60 };
const KNOWN_SECONDS = 30 * 24 * 3600;

/**
 * The buckets that this try counts in. Somebody who has signed in from here within 30 days has one of their own, so that
 * nobody can lock them out from elsewhere.
 */
export async function bucketsFor(throttle: Throttle, attempt: Attempt): Promise<readonly Bucket[]> {
  const address = networkOf(attempt.ipAddress);
  const account = [attempt.tenantId, attempt.email];
  if (await throttle.remembers(keyOf('known', ...account, address))) {
    return [{ key: keyOf('known-failures', ...account, address), ...PER_KNOWN_ADDRESS }];
  }
  return [
    { key: keyOf('address', address), ...PER_ADDRESS },
    { key: keyOf('account', ...account), ...PER_ACCOUNT },
  ];
}

/** After a sign-in: this person is known at this address. */
export async function rememberAddress(throttle: Throttle, { tenantId, email, ipAddress }: Attempt): Promise<void> {
  await throttle.remember(keyOf('known', tenantId, email, networkOf(ipAddress)), KNOWN_SECONDS);
}

/** A digest, so that the table holds no address and no name. The tenant's id is told apart by case, as everywhere. */
function keyOf(kind: string, ...parts: readonly string[]): Buffer {
  const folded = parts.map((part) => part.normalize('NFKC').trim());
  const [tenantId = '', ...others] = folded;
  const text = JSON.stringify([kind, tenantId, ...others.map((part) => part.toLowerCase())]);
  return createHash('sha256').update(text).digest();
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
