/** API keys: `crm_…` as the bearer token, with the tenant in X-Tenant-ID. */
import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { digestOf, UnknownCredentialError, type Credential, type CredentialRequest } from './credential.js';
import type { CredentialFailures } from './credential-failures.js';
import { readOnBehalfOf, readTenantHeader } from './headers.js';
import type { Identities, Identity, KnownCredential } from './identity.js';
import { toTenantSettings } from './identity.query.js';
import { findKey, type KeyRow, type PersonRow } from './key.query.js';
import { hashSecret, KEY_MARK, readKeyText, type KeyText } from './key-text.js';
import type { Actor } from './request-context.js';

/** One sentence for every cause, so that callers cannot learn which one it was. */
const INVALID: Sentence = { fr: "Cette clé d'API n'est pas valable.", en: 'This API key is not valid.' };

/** A key that no longer counts, sent with its right secret. Its answer is that of an unknown key; the audit log is told. */
export class EndedKeyError extends AppError {
  constructor(readonly key: EndedKey) {
    super('UNAUTHENTICATED', INVALID);
  }
}

export interface EndedKey extends Pick<Actor, 'tenantId' | 'userId' | 'role' | 'email'> {
  readonly keyId: string;
}

interface KeyCredentialParts {
  readonly identities: Identities;
  readonly failures: CredentialFailures;
  /** Told that a key is in use, at most once a minute by this process. Must not throw. */
  readonly noteUse: (tenantId: string, keyId: string) => void;
  /** Whether the caller may act for persons. */
  readonly mayImpersonate: (actor: Actor) => boolean;
}

interface SentKey {
  readonly tenantId: string;
  readonly token: string;
  readonly onBehalfOf: string | undefined;
}

const MINUTE_MS = 60_000;
const MAX_NOTED = 10_000;
/** Compared with the secret of an unknown key, for the same work. */
const DECOY = Buffer.alloc(32);

/** Claims what begins like a key. */
export class KeyCredential implements Credential {
  /** The minute in which each key's use was last noted. */
  private readonly uses = new LRUCache<string, number>({ max: MAX_NOTED });

  constructor(private readonly parts: KeyCredentialParts) {}

  readonly claims = (token: string): boolean => token.startsWith(KEY_MARK);

  /**
   * The key's user, or the person that it acts for. Where it may not act for them it remains the key's own user, whom the authenticator
   * rejects.
   * @throws AppError UNAUTHENTICATED (unknown, revoked, expired, another tenant's: one answer), RATE_LIMITED, those of the headers
   */
  readonly identify = (token: string, { headers, call }: CredentialRequest): Identity | Promise<Identity> => {
    const sent = { tenantId: readTenantHeader(headers), token, onBehalfOf: readOnBehalfOf(headers) };
    // Cached under a digest of the whole token: whoever knows a key's id and not its secret finds nothing.
    const digest = digestOf(sent.tenantId, token, sent.onBehalfOf ?? '');
    const { identities } = this.parts;
    const known = identities.peek(digest);
    if (known?.identity && known.expiresAtMs > identities.now()) return this.noted(known.identity);
    identities.forget(digest);
    return this.find(sent, digest, call.ipAddress).then((identity) => this.noted(identity));
  };

  private find({ tenantId, token, onBehalfOf }: SentKey, digest: string, ipAddress: string): Promise<Identity> {
    const { identities, failures } = this.parts;
    return failures.guard(ipAddress, digestOf(tenantId, token), async () => {
      const key = readKeyText(token);
      const found = key && (await identities.find(tenantId, digest, (reader) => this.load(reader, key, onBehalfOf)));
      if (!found?.identity) throw new UnknownCredentialError(INVALID, key ? 'API key' : 'malformed API key');
      return found.identity;
    });
  }

  /** @returns undefined for an unknown key and for a wrong secret, which are never cached @throws EndedKeyError */
  private async load(
    reader: TenantReader,
    { id, secret }: KeyText,
    onBehalfOf: string | undefined,
  ): Promise<KnownCredential | undefined> {
    const { tenantId } = reader;
    const { key: row, person } = (await findKey(reader, id, onBehalfOf)) ?? {};
    if (!isSecretOf(row, tenantId, secret) || row.isSuspended) return undefined;
    const { userId, role, email, fullName, permissions } = row;
    if (hasEnded(row, this.parts.identities.now()))
      throw new EndedKeyError({ tenantId, keyId: id, userId, role, email });
    const who = { userId, tenantId, role, email, fullName, sessionId: null } as const;
    const actor: Actor = { type: 'api_key', ...who, apiKey: { id, permissions, account: null } };
    return {
      tenantId,
      userIds: onBehalfOf === undefined ? [userId] : [userId, onBehalfOf],
      identity: { actor: this.onBehalfOf(row, person, actor) ?? actor, tenant: toTenantSettings(tenantId, row) },
      expiresAtMs: Date.parse(row.expiresAt),
    };
  }

  /** The person whom the key acts for; undefined where it may not. */
  private onBehalfOf(
    { kind }: KeyRow,
    person: PersonRow | undefined,
    { apiKey, ...account }: Actor,
  ): Actor | undefined {
    if (!person || apiKey === null || kind !== 'SERVICE') return undefined;
    if (!this.parts.mayImpersonate({ ...account, apiKey })) return undefined;
    const { userId, role } = account;
    return { ...account, ...person, apiKey: { ...apiKey, account: { userId, role } } };
  }

  /** @returns the identity, once the use of its key is noted */
  private noted(identity: Identity): Identity {
    const { tenantId, apiKey } = identity.actor;
    if (!apiKey) return identity;
    const minute = Math.floor(this.parts.identities.now() / MINUTE_MS);
    const key = `${tenantId} ${apiKey.id}`;
    if (this.uses.get(key) === minute) return identity;
    this.uses.set(key, minute);
    this.parts.noteUse(tenantId, apiKey.id);
    return identity;
  }
}

/** Whether the row is the tenant's and has this secret. An unknown key takes the same work. */
function isSecretOf(row: KeyRow | undefined, tenantId: string, secret: string): row is KeyRow {
  const stored = row ? Buffer.from(row.secretHash, 'hex') : DECOY;
  return timingSafeEqual(stored, hashSecret(tenantId, secret)) && row?.tenantId === tenantId;
}

function hasEnded({ revokedAt, expiresAt, isActive }: KeyRow, nowMs: number): boolean {
  return revokedAt !== null || Date.parse(expiresAt) <= nowMs || !isActive;
}
