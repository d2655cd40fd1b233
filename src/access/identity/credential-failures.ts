/**
 * Failures of credentials that callers bring along (API keys, tokens of other issuers), counted per address in this process. They cost a
 * read of the database, unlike a bad access token of ours. Sign-ins have limits of their own.
 */
import { LRUCache } from 'lru-cache';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { networkOf } from '../../platform/values/network.js';

const PER_MINUTE = 60;
const MINUTE_MS = 60_000;
/** Each takes some 200 bytes. */
const MAX_ADDRESSES = 20_000;
const MAX_GOOD = 20_000;

const TOO_MANY: Sentence = {
  fr: 'Trop de clés ou de jetons refusés depuis cette adresse : réessayez plus tard.',
  en: 'Too many rejected keys or tokens from this address: try again later.',
};

interface Bucket {
  left: number;
  updatedAt: number;
}

/** One per process. */
export class CredentialFailures {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_ADDRESSES });
  /** Digests of tokens that were good the last time they were looked up: a full bucket does not stop them. */
  private readonly good = new LRUCache<string, true>({ max: MAX_GOOD });

  /** @param now milliseconds since an arbitrary start; tests set the clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Looks a token up. An attempt is counted before, and given back when the token is good or the look-up itself fails, so that many at
   * once do not exceed the limit.
   * @param digest of the whole token and its tenant
   * @throws AppError RATE_LIMITED; and what the look-up throws: UNAUTHENTICATED counts as a failure
   */
  async guard<T>(ipAddress: string, digest: string, lookUp: () => Promise<T>): Promise<T> {
    const bucket = this.good.has(digest) ? undefined : this.take(networkOf(ipAddress));
    try {
      const found = await lookUp();
      this.good.set(digest, true);
      if (bucket) bucket.left += 1;
      return found;
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') this.good.delete(digest);
      else if (bucket) bucket.left += 1;
      throw error;
    }
  }

  private take(address: string): Bucket {
    const now = this.now();
    const bucket = this.buckets.get(address) ?? { left: PER_MINUTE, updatedAt: now };
    const earned = ((now - bucket.updatedAt) * PER_MINUTE) / MINUTE_MS;
    Object.assign(bucket, { left: Math.min(PER_MINUTE, bucket.left + earned), updatedAt: now });
    this.buckets.set(address, bucket);
    if (bucket.left < 1)
      throw new AppError('RATE_LIMITED', TOO_MANY, { retryAfterSeconds: this.secondsUntilNext(bucket) });
    bucket.left -= 1;
    return bucket;
  }

  private secondsUntilNext({ left }: Bucket): number {
    return Math.max(1, Math.ceil(((1 - left) * MINUTE_MS) / PER_MINUTE / 1000));
  }
}
