/** Signed access tokens (JWT, HS256), verified once and then cached until they expire. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { newId } from './audit.mjs';

const SECRET = process.env.JWT_SECRETS.slice(process.env.JWT_SECRETS.indexOf(':') + 1);
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const LIFETIME_SECONDS = 1800;
const MOST_CACHED = 10_000;
const verified = new Map();

const signatureOf = (signed) => createHmac('sha256', SECRET).update(signed).digest();

export function signToken({ tenantId, userId, role, email }) {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const claims = { sub: userId, tenant_id: tenantId, role, email, sid: newId(), exp };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${signatureOf(signed).toString('base64url')}`;
}

function verify(token) {
  const [header, claims, signature, ...more] = token.split('.');
  if (header !== HEADER || signature === undefined || more.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(`${header}.${claims}`);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const {
    sub: userId,
    tenant_id: tenantId,
    role,
    email,
    exp,
  } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return { userId, tenantId, role, email, exp };
}

/** The caller, undefined unless the token is good and of the tenant in X-Tenant-ID. */
export function actorOf(headers) {
  const token = headers.authorization?.startsWith('Bearer ') ? headers.authorization.slice(7) : undefined;
  if (token === undefined) return undefined;
  let actor = verified.get(token);
  if (actor === undefined) {
    actor = verify(token);
    if (actor === undefined) return undefined;
    if (verified.size >= MOST_CACHED) verified.clear();
    verified.set(token, actor);
  }
  return actor.exp > Date.now() / 1000 && headers['x-tenant-id'] === actor.tenantId ? actor : undefined;
}
