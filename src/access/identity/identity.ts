/** Whom a session belongs to and whether it is valid: one read of the database, cached for a few seconds. */
import { LRUCache } from 'lru-cache';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { sql } from '../../platform/postgres/sql.js';
import type { Actor, TenantSettings } from './request-context.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import type { VerifiedToken } from './tokens.js';
import type { Role } from './user.entity.js';

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

interface StateRow {
  readonly userId: string;
  readonly email: string;
  readonly fullName: string;
  readonly role: Role;
  readonly isActive: boolean;
  readonly revokedAt: string | null;
  readonly expiresAt: string;
  readonly isSuspended: boolean;
  readonly tenantName: string;
  readonly timeZone: string;
  readonly defaultCurrency: string;
  readonly countryCode: string;
  readonly customers: number;
  readonly contactsPerCustomer: number;
  readonly activeOpportunities: number;
  readonly exportRows: number;
}

/** A cached session. `identity` is null if the session is not valid. */
interface Known {
  readonly tenantId: string;
  readonly userId: string;
  readonly identity: Identity | null;
  readonly expiresAtMs: number;
}

/** A change must take effect everywhere within 30 seconds; this leaves a margin. */
const CACHE_MS = 20_000;
/** At most 2 kB each: the texts of the row, which keep the message that they came in, and the objects made of them. */
const MAX_SESSIONS = 10_000;

const ENDED: Sentence = { fr: "Cette session n'est plus valable.", en: 'This session is no longer valid.' };

/** Finds the user of a verified token, with a cache of a few seconds. */
export class Identities {
  private readonly known: LRUCache<string, Known>;
  private readonly loading = new Map<string, Promise<Known>>();
  /** Grows with each `forget…`. The result of a load that began before is not cached. */
  private epoch = 0;
  private readonly now: () => number;

  /** @param readerOf reads of one tenant */
  constructor(
    private readonly readerOf: (tenantId: string) => TenantReader,
    { cacheMs = CACHE_MS, now = Date.now }: IdentityOptions = {},
  ) {
    this.now = now;
    this.known = new LRUCache({ max: MAX_SESSIONS, ttl: cacheMs, ttlResolution: 0, perf: { now } });
  }

  /**
   * The user of the token, with their present rights.
   * @throws AppError UNAUTHENTICATED: session revoked or ended, user inactive, tenant suspended
   */
  async identify(token: VerifiedToken): Promise<Identity> {
    const { identity, userId, expiresAtMs } = await this.find(token);
    if (!identity || userId !== token.userId || expiresAtMs <= this.now()) throw new AppError('UNAUTHENTICATED', ENDED);
    return identity;
  }

  /** After a sign-out: the session is no longer valid in this process. */
  forgetSession(tenantId: string, sessionId: string): void {
    this.epoch += 1;
    this.loading.clear();
    this.known.delete(keyOf(tenantId, sessionId));
  }

  /** After a change of the user. */
  forgetUser(tenantId: string, userId: string): void {
    this.forgetWhere((state) => state.tenantId === tenantId && state.userId === userId);
  }

  /** After a change of the tenant. */
  forgetTenant(tenantId: string): void {
    this.forgetWhere((state) => state.tenantId === tenantId);
  }

  private find(token: VerifiedToken): Promise<Known> | Known {
    const key = keyOf(token.tenantId, token.sessionId);
    const found = this.known.get(key) ?? this.loading.get(key);
    if (found) return found;
    const load = this.load(key, token).finally(() => {
      if (this.loading.get(key) === load) this.loading.delete(key);
    });
    this.loading.set(key, load);
    return load;
  }

  private async load(key: string, token: VerifiedToken): Promise<Known> {
    const begun = this.epoch;
    const state = toKnown(token, await readState(this.readerOf(token.tenantId), token));
    if (begun === this.epoch) this.known.set(key, state);
    return state;
  }

  private forgetWhere(matches: (state: Known) => boolean): void {
    this.epoch += 1;
    this.loading.clear();
    for (const [key, state] of this.known.entries()) if (matches(state)) this.known.delete(key);
  }
}

/** Unambiguous, since a tenant's id has no blank. */
function keyOf(tenantId: string, sessionId: string): string {
  return `${tenantId} ${sessionId}`;
}

async function readState(reader: TenantReader, token: VerifiedToken): Promise<StateRow | undefined> {
  const { tenantId, sessionId } = token;
  const [row] = await reader.rows<StateRow>(sql`
    SELECT u.id AS "userId", u.email, u.full_name AS "fullName", u.role, u.is_active AS "isActive",
      s.revoked_at AS "revokedAt", s.expires_at AS "expiresAt",
      t.is_suspended AS "isSuspended", t.name AS "tenantName", t.time_zone AS "timeZone", t.default_currency AS "defaultCurrency",
      t.country_code AS "countryCode",
      t.limit_customers AS "customers", t.limit_contacts_per_customer AS "contactsPerCustomer",
      t.limit_active_opportunities AS "activeOpportunities", t.limit_export_rows AS "exportRows"
    FROM sessions s
    JOIN users u ON u.tenant_id = s.tenant_id AND u.id = s.user_id
    JOIN tenants t ON t.id = s.tenant_id
    WHERE s.tenant_id = ${tenantId} AND u.tenant_id = ${tenantId} AND t.id = ${tenantId} AND s.id = ${sessionId}`);
  return row;
}

function toKnown({ tenantId, userId, sessionId }: VerifiedToken, row: StateRow | undefined): Known {
  const counts = row?.isActive === true && row.revokedAt === null && !row.isSuspended;
  if (!counts) return { tenantId, userId: row?.userId ?? userId, identity: null, expiresAtMs: 0 };
  const { email, fullName, role, timeZone, defaultCurrency, countryCode } = row;
  const { customers, contactsPerCustomer, activeOpportunities, exportRows } = row;
  const limits = { customers, contactsPerCustomer, activeOpportunities, exportRows };
  const identity: Identity = {
    actor: { type: 'user', userId: row.userId, tenantId, role, email, fullName, sessionId },
    tenant: { id: tenantId, name: row.tenantName, timeZone, defaultCurrency, countryCode, limits },
  };
  return { tenantId, userId: row.userId, identity, expiresAtMs: Date.parse(row.expiresAt) };
}
