/** Whom credentials belong to and whether they are valid: one read of the database each, cached for a few seconds. */
import { LRUCache } from 'lru-cache';
import type { Actor, TenantSettings } from './request-context.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';

export interface Identity {
  readonly actor: Actor;
  readonly tenant: TenantSettings;
}

interface IdentityOptions {
  /** How long an answer is cached. Other processes notice a revocation at most this much later. */
  readonly cacheMs?: number;
  /** Milliseconds since 1970; tests set the clock. */
  readonly now?: () => number;
}

/** What is known of a credential. `identity` is null if it is not valid. */
export interface KnownCredential {
  readonly tenantId: string;
  /** Whose change makes it unknown again: its user, and the user that it acts for. */
  readonly userIds: readonly string[];
  readonly identity: Identity | null;
  readonly expiresAtMs: number;
}

/** A change must take effect everywhere within 30 seconds; this leaves a margin. */
const CACHE_MS = 20_000;
/** At most 2 kB each: the texts of the row, which keep the message that they came in, and the objects made of them. */
const MAX_KNOWN = 10_000;

/** Under which a session is cached: unambiguous, since a tenant's id has no blank. Its token's signature must have been checked. */
export function sessionKey(tenantId: string, sessionId: string): string {
  return `${tenantId} ${sessionId}`;
}

/** The cache that all kinds of credential share. */
export class Identities {
  private readonly known: LRUCache<string, KnownCredential>;
  private readonly loading = new Map<string, Promise<KnownCredential | undefined>>();
  /** Grows with each `forget…`. The result of a load that began before is not cached. */
  private epoch = 0;
  readonly now: () => number;

  /** @param readerOf reads of one tenant */
  constructor(
    private readonly readerOf: (tenantId: string) => TenantReader,
    { cacheMs = CACHE_MS, now = Date.now }: IdentityOptions = {},
  ) {
    this.now = now;
    this.known = new LRUCache({ max: MAX_KNOWN, ttl: cacheMs, ttlResolution: 0, perf: { now } });
  }

  /** What is cached under the key. */
  peek(key: string): KnownCredential | undefined {
    return this.known.get(key);
  }

  /** Drops what is cached under the key, which is to be read again. */
  forget(key: string): void {
    this.known.delete(key);
  }

  /**
   * What is cached under the key, or else is read. Simultaneous calls share one read.
   * @param key of the credential; its secret must be part of it, where knowing the credential's id is no proof
   * @param load returns undefined for what must not be cached
   */
  find(
    tenantId: string,
    key: string,
    load: (reader: TenantReader) => Promise<KnownCredential | undefined>,
  ): Promise<KnownCredential | undefined> | KnownCredential {
    const found = this.known.get(key) ?? this.loading.get(key);
    if (found) return found;
    const loading = this.load(key, () => load(this.readerOf(tenantId))).finally(() => {
      if (this.loading.get(key) === loading) this.loading.delete(key);
    });
    this.loading.set(key, loading);
    return loading;
  }

  /** After a sign-out: the session is no longer valid in this process. */
  forgetSession(tenantId: string, sessionId: string): void {
    this.epoch += 1;
    this.loading.clear();
    this.known.delete(sessionKey(tenantId, sessionId));
  }

  /** After a revocation: the key is no longer valid in this process. */
  forgetKey(tenantId: string, keyId: string): void {
    this.forgetWhere((known) => known.tenantId === tenantId && known.identity?.actor.apiKey?.id === keyId);
  }

  /** After a change of the user. */
  forgetUser(tenantId: string, userId: string): void {
    this.forgetWhere((known) => known.tenantId === tenantId && known.userIds.includes(userId));
  }

  /** After a change of the tenant. */
  forgetTenant(tenantId: string): void {
    this.forgetWhere((known) => known.tenantId === tenantId);
  }

  private async load(
    key: string,
    load: () => Promise<KnownCredential | undefined>,
  ): Promise<KnownCredential | undefined> {
    const begun = this.epoch;
    const known = await load();
    if (known && begun === this.epoch) this.known.set(key, known);
    return known;
  }

  private forgetWhere(matches: (known: KnownCredential) => boolean): void {
    this.epoch += 1;
    this.loading.clear();
    for (const [key, known] of this.known.entries()) if (matches(known)) this.known.delete(key);
  }
}
