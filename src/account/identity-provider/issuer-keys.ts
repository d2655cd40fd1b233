/** The public keys of issuers: pasted, or fetched by OpenID discovery and kept for some minutes. */
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { fetchJson, FetchError, type FetchOptions } from '../../platform/outbound/fetch-json.js';
import type { KnownProvider } from './known-providers.js';

const MINUTE_MS = 60_000;
/** How long fetched keys are kept. */
const FRESH_MS = 10 * MINUTE_MS;
/** How long they go on after that, while the provider does not answer. */
const GRACE_MS = 60 * MINUTE_MS;
/** Between two fetches that an unknown key leads to, and between two tries while a provider does not answer. */
const PAUSE_MS = 30_000;
/** Of all keys together. */
const MAX_BYTES = 16_777_216;
/** Of an issuer, beside its keys. */
const HELD_BYTES = 1000;
/** A parsed key takes more than its text. */
const BYTES_PER_CHARACTER = 4;
const MAX_KEYS = 100;

const AWAY: Sentence = {
  fr: "Le fournisseur d'identité ne répond pas : réessayez plus tard.",
  en: 'The identity provider does not answer: try again later.',
};

const discovered = z.object({ issuer: z.string(), jwks_uri: z.string().max(2000) });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MAX_KEYS) });

/** The keys of one provider, and when they were last asked for. */
interface Held {
  bytes: number;
  keys: JWTVerifyGetKey | undefined;
  fetchedAt: number;
  triedAt: number;
  /** When they were last fetched because a token named an unknown one. */
  soughtAt: number;
  failed: boolean;
  /** Callers who come while keys are fetched wait for the same fetch. */
  fetching: Promise<void> | undefined;
}

interface IssuerKeysOptions extends FetchOptions {
  /** Told why keys could not be fetched. */
  readonly onFailure: (provider: KnownProvider, error: unknown) => void;
  /** Milliseconds since an arbitrary start; tests set the clock. */
  readonly now?: () => number;
}

/** One per process. What is kept of one provider of one tenant serves no other, though they name the same issuer. */
export class IssuerKeys {
  private readonly held = new LRUCache<string, Held>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }) => bytes,
  });
  private readonly now: () => number;

  constructor(private readonly options: IssuerKeysOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** The keys as far as they are known, fetched where they are old. @throws AppError UNAVAILABLE */
  async keysOf(provider: KnownProvider): Promise<JWTVerifyGetKey> {
    if (provider.jwks) return toKeys(provider.jwks);
    const held = this.heldOf(provider);
    if (this.now() - held.fetchedAt >= FRESH_MS) {
      const fetched = this.fetchUnlessTried(provider, held);
      // While the provider is away, nobody for whom there are keys waits for it again.
      if (!held.failed || !this.goesOn(held)) await fetched;
    }
    if (held.keys === undefined || !this.goesOn(held)) throw this.away(held);
    return held.keys;
  }

  /**
   * The keys after a token named one that is not among them.
   * @param used those that it is not among; another caller may have fetched others in the meantime
   * @returns undefined where there are no others, and where they are pasted @throws AppError UNAVAILABLE
   */
  async newerKeysOf(provider: KnownProvider, used: JWTVerifyGetKey): Promise<JWTVerifyGetKey | undefined> {
    if (provider.jwks) return undefined;
    const held = this.heldOf(provider);
    const hasOthers = (): boolean => held.keys !== undefined && held.keys !== used;
    if (!hasOthers()) await this.seek(provider, held);
    if (hasOthers()) return held.keys;
    if (held.failed) throw this.away(held);
    return undefined;
  }

  private async seek(provider: KnownProvider, held: Held): Promise<void> {
    const isDue = this.now() - held.soughtAt >= PAUSE_MS;
    if (isDue) held.soughtAt = this.now();
    if (isDue || held.fetching) await this.fetchOnce(provider, held);
  }

  private goesOn({ fetchedAt }: Held): boolean {
    return this.now() - fetchedAt < FRESH_MS + GRACE_MS;
  }

  private heldOf(provider: KnownProvider): Held {
    const key = keyOf(provider);
    const found = this.held.get(key);
    if (found) return found;
    const held: Held = {
      bytes: HELD_BYTES,
      keys: undefined,
      fetchedAt: -Infinity,
      triedAt: -Infinity,
      soughtAt: -Infinity,
      failed: false,
      fetching: undefined,
    };
    this.held.set(key, held);
    return held;
  }

  private async fetchUnlessTried(provider: KnownProvider, held: Held): Promise<void> {
    if (held.fetching || this.now() - held.triedAt >= PAUSE_MS) await this.fetchOnce(provider, held);
  }

  private async fetchOnce(provider: KnownProvider, held: Held): Promise<void> {
    held.fetching ??= this.fetch(provider, held).finally(() => {
      held.fetching = undefined;
    });
    await held.fetching;
  }

  private async fetch(provider: KnownProvider, held: Held): Promise<void> {
    held.triedAt = this.now();
    try {
      const keys = await this.discover(provider);
      held.keys = toKeys(keys);
      held.bytes = HELD_BYTES + BYTES_PER_CHARACTER * JSON.stringify(keys).length;
      // Set again under the same key, it would be counted with its old size.
      this.held.delete(keyOf(provider));
      this.held.set(keyOf(provider), held);
      held.fetchedAt = this.now();
      held.failed = false;
    } catch (error) {
      held.failed = true;
      this.options.onFailure(provider, error);
    }
  }

  /** @throws FetchError */
  private async discover({ issuer }: KnownProvider): Promise<JSONWebKeySet> {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = discovered.safeParse(await fetchJson(address, this.options));
    if (!document.success) throw new FetchError('The discovery document has no issuer and jwks_uri.');
    // The same text: what another issuer publishes here is not this one's.
    if (document.data.issuer !== issuer) throw new FetchError('The discovery document is of another issuer.');
    const keys = keySet.safeParse(await fetchJson(document.data.jwks_uri, this.options));
    if (!keys.success) throw new FetchError(`The document of keys is no JWKS of at most ${MAX_KEYS} keys.`);
    return keys.data;
  }

  private away({ triedAt }: Held): AppError {
    const retryAfterSeconds = Math.max(1, Math.ceil((triedAt + PAUSE_MS - this.now()) / 1000));
    return new AppError('UNAVAILABLE', AWAY, { retryAfterSeconds });
  }
}

/** Keys are those of a provider as it was registered: a change begins anew. */
function keyOf({ tenantId, id, version }: KnownProvider): string {
  return `${tenantId} ${id} ${version}`;
}

const ASYMMETRIC = new Set(['RSA', 'EC', 'OKP']);

/** A secret among the keys would be one that the whole world knows. */
function toKeys({ keys }: { readonly keys: readonly { readonly kty?: unknown }[] }): JWTVerifyGetKey {
  const usable = keys.filter(({ kty }) => typeof kty === 'string' && ASYMMETRIC.has(kty));
  return createLocalJWKSet({ keys: usable as JSONWebKeySet['keys'] });
}
