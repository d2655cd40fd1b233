/**
 * Rate limits: token buckets per user and per tenant, in this process. Each replica counts for itself, so that counting costs no round
 * trip. With n replicas behind a load balancer a caller may reach n times the rate.
 */
import { LRUCache } from 'lru-cache';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { Actor, RequestContext } from './request-context.js';

/** Requests per second in the long run, and at once after a pause. A rate of 0 means no limit. */
interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface RateLimitOptions {
  readonly user: RateLimit;
  readonly tenant: RateLimit;
  /** Milliseconds since an arbitrary start; tests set the clock. */
  readonly now?: () => number;
}

/** Status 429. */
export class RateLimitedError extends AppError {
  /** @param isFirst the first rejection under this key within a minute, which gets an audit event */
  constructor(
    readonly context: RequestContext,
    retryAfterSeconds: number,
    readonly isFirst: boolean,
  ) {
    super('RATE_LIMITED', TOO_MANY, { retryAfterSeconds });
  }
}

const TOO_MANY: Sentence = {
  fr: 'Trop de requêtes : réessayez dans un instant.',
  en: 'Too many requests: try again in a moment.',
};
/** Each takes 250 bytes. A key that is evicted early starts with a full bucket again. */
const MAX_KEYS = 20_000;
const ANNOUNCE_AGAIN_MS = 60_000;

interface Bucket {
  tokens: number;
  updatedAt: number;
  rejectedAt: number;
}

/** The buckets of all users, or of all tenants. */
class Buckets {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_KEYS });
  readonly policy: string;

  constructor(
    private readonly name: string,
    private readonly limit: RateLimit,
  ) {
    // `w` is the time in which an empty bucket fills up.
    this.policy = `"${name}";q=${limit.burst};w=${Math.ceil(limit.burst / limit.perSecond)}`;
  }

  refill(key: string, now: number): Bucket {
    let bucket = this.buckets.get(key);
    if (!bucket) {
      bucket = { tokens: this.limit.burst, updatedAt: now, rejectedAt: -Infinity };
      this.buckets.set(key, bucket);
      return bucket;
    }
    const earned = ((now - bucket.updatedAt) / 1000) * this.limit.perSecond;
    bucket.tokens = Math.min(this.limit.burst, bucket.tokens + earned);
    bucket.updatedAt = now;
    return bucket;
  }

  secondsUntilNext({ tokens }: Bucket): number {
    return Math.max(1, Math.ceil((1 - tokens) / this.limit.perSecond));
  }

  describe({ tokens }: Bucket): string {
    const secondsUntilFull = Math.ceil((this.limit.burst - tokens) / this.limit.perSecond);
    return `"${this.name}";r=${Math.floor(tokens)};t=${secondsUntilFull}`;
  }
}

type KeysOf = (actor: Actor) => readonly string[];

/** A request for a person counts for them and for the service account that makes it. */
function userKeys({ tenantId, userId, apiKey }: Actor): readonly string[] {
  const own = `${tenantId} ${userId}`;
  return apiKey?.account ? [own, `${tenantId} ${apiKey.account.userId}`] : [own];
}

/** The bucket that is empty first. */
function fewest(buckets: readonly Bucket[]): Bucket {
  return buckets.reduce((least, bucket) => (bucket.tokens < least.tokens ? bucket : least));
}

/** Counts requests. If all rates are 0, it does nothing and adds no headers. */
export class RateLimits {
  private readonly scopes: readonly { readonly buckets: Buckets; readonly keysOf: KeysOf }[];
  private readonly policy: string;
  private readonly now: () => number;

  constructor({ user, tenant, now = () => performance.now() }: RateLimitOptions) {
    this.now = now;
    this.scopes = [
      { limit: user, name: 'user', keysOf: userKeys },
      { limit: tenant, name: 'tenant', keysOf: ({ tenantId }: Actor) => [tenantId] },
    ]
      .filter(({ limit }) => limit.perSecond > 0)
      .map(({ limit, name, keysOf }) => ({ keysOf, buckets: new Buckets(name, limit) }));
    this.policy = this.scopes.map(({ buckets }) => buckets.policy).join(', ');
  }

  /** Counts one request. A rejected request is not counted. @throws RateLimitedError */
  take(context: RequestContext): void {
    const now = this.now();
    const { actor } = context;
    const filled: { readonly buckets: Buckets; readonly bucket: Bucket }[] = [];
    for (const { buckets, keysOf } of this.scopes) {
      for (const key of keysOf(actor)) filled.push({ buckets, bucket: buckets.refill(key, now) });
    }
    for (const { buckets, bucket } of filled) {
      if (bucket.tokens >= 1) continue;
      const isFirst = now - bucket.rejectedAt > ANNOUNCE_AGAIN_MS;
      if (isFirst) bucket.rejectedAt = now;
      throw new RateLimitedError(context, buckets.secondsUntilNext(bucket), isFirst);
    }
    for (const { bucket } of filled) bucket.tokens -= 1;
  }

  /** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10) for every answer; empty without limits. */
  headersFor(actor: Actor): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    if (this.scopes.length === 0) return headers;
    const now = this.now();
    headers['ratelimit-policy'] = this.policy;
    headers.ratelimit = this.scopes
      .map(({ buckets, keysOf }) => buckets.describe(fewest(keysOf(actor).map((key) => buckets.refill(key, now)))))
      .join(', ');
    return headers;
  }
}
