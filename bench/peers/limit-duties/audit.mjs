/** The audit event of a change, with the digests that the service would give it: `npm run audit:verify` accepts it. */
import { createHash, randomFillSync } from 'node:crypto';

const POOL = Buffer.allocUnsafe(8192);
let used = POOL.length;

/** Random bytes, drawn in blocks: each call into the kernel's generator costs more than a thousand bytes. */
function randomBytes(count) {
  if (used + count > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += count;
  return Buffer.from(POOL.subarray(used - count, used));
}

/** A UUID v7. */
export function newId() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const sha256 = (...pieces) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};

/**
 * The values of one row of audit_events, in the order of the statement.
 * @param values `oldValue` and `newValue`, their keys in alphabetical order, as the digest needs them
 */
export function eventOf(
  { actor, requestId, ipAddress, now },
  action,
  entityType,
  entityId,
  { oldValue = null, newValue },
) {
  const { tenantId, userId, role, email } = actor;
  const id = newId();
  const salt = randomBytes(16);
  const valuesDigest = sha256(
    salt,
    JSON.stringify({
      description: null,
      ip_address: ipAddress,
      new_value: newValue,
      old_value: oldValue,
      user_email: email,
    }),
  );
  const digest = sha256(
    JSON.stringify({
      action,
      actor_kind: 'user',
      created_at: now,
      entity_id: entityId,
      entity_type: entityType,
      error_code: null,
      id,
      request_id: requestId,
      success: true,
      tenant_id: tenantId,
      user_id: userId,
      user_role: role,
      values_digest: valuesDigest.toString('hex'),
    }),
  );
  const who = [tenantId, id, now, 'user', userId, role, action, entityType, entityId, requestId];
  const values = [email, ipAddress, oldValue && JSON.stringify(oldValue), JSON.stringify(newValue)];
  return [...who, 'true', ...values, salt, valuesDigest, digest];
}
