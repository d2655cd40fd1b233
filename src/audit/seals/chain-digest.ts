/** The digests of events and the hashes of seals, which make the audit log a hash chain. */
import { hash } from 'node:crypto';
import type { ErrorCode } from '../../platform/errors/errors.js';

/** Values that an event keeps forever. Named like the columns, because the digest covers the names too. */
export interface PermanentValues {
  readonly tenant_id: string;
  readonly id: string;
  readonly created_at: string;
  readonly actor_kind: 'user' | 'api_key' | 'operator' | 'anonymous';
  readonly user_id: string | null;
  readonly user_role: string | null;
  readonly action: string;
  readonly entity_type: string;
  readonly entity_id: string | null;
  readonly request_id: string;
  readonly success: boolean;
  readonly error_code: ErrorCode | null;
  /** Names of the columns that an update changed. Younger than the log: digested only where it is present. */
  readonly changed_fields?: readonly string[] | null;
  /** The API key that was used; digested only where there is one, like the next. */
  readonly api_key_id: string | null;
  /** true where the key acted for the user; otherwise null. */
  readonly on_behalf: boolean | null;
}

/** Values that may be personal data. Erasing a person sets them and the salt to null. */
export interface ErasableValues {
  readonly user_email: string | null;
  readonly ip_address: string | null;
  readonly description: string | null;
  readonly old_value: Readonly<Record<string, unknown>> | null;
  readonly new_value: Readonly<Record<string, unknown>> | null;
}

/** Digests and hashes are lower-case hexadecimal here, bytes in the database. */
export interface SealValues {
  readonly tenant_id: string;
  readonly seq: number;
  readonly event_ids: readonly string[];
  readonly event_digests: readonly string[];
  readonly previous_hash: string;
  readonly sealed_at: string;
}

/** The `previous_hash` of a tenant's first seal. */
export const NO_HASH = '0'.repeat(64);

/**
 * JSON with sorted keys: the same text before and after a trip through `jsonb`, which keeps neither order nor `undefined`.
 * @param value JSON values only
 */
export function canonicalJson(value: unknown): string {
  // Nearly all values are sorted as they are made: a copy of each cost more than its digest.
  return JSON.stringify(isSorted(value) ? value : sortKeys(value));
}

function isSorted(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isSorted);
  if (!isRecord(value)) return true;
  let previous = '';
  for (const key of Object.keys(value)) {
    if (key < previous || !isSorted(value[key])) return false;
    previous = key;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  // Without a prototype: a field called `__proto__` is a field like any other.
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value).sort()) sorted[key] = sortKeys(value[key]);
  return sorted;
}

function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'hex');
}

/** The salt is erased with the values. Without it nobody can guess values by comparing digests. */
export function digestValues(
  salt: Buffer,
  { user_email, ip_address, description, old_value, new_value }: ErasableValues,
): string {
  const text = canonicalJson({ description, ip_address, new_value, old_value, user_email });
  return sha256(Buffer.concat([salt, Buffer.from(text)]));
}

/** @param valuesDigest from `digestValues`; it stays when the values are erased */
export function digestEvent(event: PermanentValues, valuesDigest: string): string {
  const { tenant_id, id, created_at, actor_kind, user_id, user_role } = event;
  const { action, entity_type, entity_id, request_id, success, error_code } = event;
  const first = { action, actor_kind, ...laterFields(event), created_at };
  const then = { entity_id, entity_type, error_code, id, request_id, success, tenant_id, user_id, user_role };
  return sha256(canonicalJson({ ...first, ...then, values_digest: valuesDigest }));
}

/** Left out where they are null: events from before these columns have the digests that they had. */
function laterFields({ changed_fields, api_key_id, on_behalf }: PermanentValues): Partial<PermanentValues> {
  return {
    ...(api_key_id !== null && { api_key_id }),
    ...(changed_fields && { changed_fields }),
    ...(on_behalf !== null && { on_behalf }),
  };
}

/** Covers the hash of the previous seal, and so all seals before. */
export function hashSeal({ tenant_id, seq, event_ids, event_digests, previous_hash, sealed_at }: SealValues): string {
  return sha256(canonicalJson({ event_digests, event_ids, previous_hash, sealed_at, seq, tenant_id }));
}
