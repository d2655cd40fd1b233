/** The providers of companies as this process knows them: a token whose issuer nobody registered costs no read each. */
import { LRUCache } from 'lru-cache';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { readIdentityProviders, type IdentityProviderRow } from './identity-provider.query.js';

export interface KnownProvider extends IdentityProviderRow {
  readonly tenantId: string;
}

interface KnownOptions {
  /** Reads of one tenant. */
  readonly readerOf: (tenantId: string) => TenantReader;
  /** Milliseconds since 1970; tests set the clock. */
  readonly now: () => number;
}

/** A removal must take effect within 30 seconds. */
const CACHE_MS = 20_000;
/** Companies, those without a provider included. */
const MAX_TENANTS = 1000;
/** Of all of them together. */
const MAX_BYTES = 16_777_216;
const TENANT_BYTES = 300;
const BYTES_PER_CHARACTER = 4;

type Providers = ReadonlyMap<string, KnownProvider>;

/** One per process. */
export class KnownProviders {
  private readonly known: LRUCache<string, Providers>;
  private readonly loading = new Map<string, Promise<Providers>>();
  /** Grows with each `forget`. The result of a read that began before is not cached. */
  private epoch = 0;

  constructor(private readonly options: KnownOptions) {
    this.known = new LRUCache({
      max: MAX_TENANTS,
      maxSize: MAX_BYTES,
      sizeCalculation: sizeOf,
      ttl: CACHE_MS,
      ttlResolution: 0,
      perf: { now: options.now },
    });
  }

  /** @returns the tenant's provider with this issuer */
  async find(tenantId: string, issuer: string): Promise<KnownProvider | undefined> {
    const providers = this.known.get(tenantId) ?? (await this.read(tenantId));
    return providers.get(issuer);
  }

  /** After a change of the tenant's providers. */
  forget(tenantId: string): void {
    this.epoch += 1;
    this.loading.delete(tenantId);
    this.known.delete(tenantId);
  }

  /** Simultaneous calls share one read. */
  private read(tenantId: string): Promise<Providers> {
    const found = this.loading.get(tenantId);
    if (found) return found;
    const loading = this.load(tenantId).finally(() => {
      if (this.loading.get(tenantId) === loading) this.loading.delete(tenantId);
    });
    this.loading.set(tenantId, loading);
    return loading;
  }

  private async load(tenantId: string): Promise<Providers> {
    const begun = this.epoch;
    const rows = await readIdentityProviders(this.options.readerOf(tenantId));
    const providers = new Map(rows.map((row) => [row.issuer, { ...row, tenantId }]));
    if (begun === this.epoch) this.known.set(tenantId, providers);
    return providers;
  }
}

function sizeOf(providers: Providers): number {
  return TENANT_BYTES + BYTES_PER_CHARACTER * JSON.stringify([...providers.values()]).length;
}
