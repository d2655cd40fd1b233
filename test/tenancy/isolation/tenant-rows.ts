/** One row of every table with tenant data, as the statements that insert it. */

/** Ids end in the tenant's letter, so that two tenants share none. */
interface IsolatedTenant {
  readonly id: string;
  readonly userId: string;
  readonly rowId: string;
}

export const TENANT_A: IsolatedTenant = {
  id: 'isolation-a',
  userId: '0199a000-0000-7000-8000-00000000000a',
  rowId: '0199a000-0000-7000-8000-0000000000aa',
};
export const TENANT_B: IsolatedTenant = {
  id: 'isolation-b',
  userId: '0199a000-0000-7000-8000-00000000000b',
  rowId: '0199a000-0000-7000-8000-0000000000bb',
};

const NOW = `'2026-01-01T00:00:00.000Z'`;
const BYTES = `decode(repeat('00', 32), 'hex')`;

/** @returns table → INSERT of one row of the tenant, in an order that foreign keys allow */
export function insertsOf({ id, userId, rowId }: IsolatedTenant): ReadonlyMap<string, string> {
  const user = `'${id}', '${userId}'`;
  const row = `'${id}', '${rowId}'`;
  return new Map([
    ['public.tenants', `INSERT INTO tenants (id, name) VALUES ('${id}', 'Firm ${id}')`],
    [
      'public.users',
      `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash) VALUES (${user}, 'a@${id}.example', 'a@${id}.example', 'Ada', 'admin', '-')`,
    ],
    [
      'public.sessions',
      `INSERT INTO sessions (tenant_id, user_id, id, refresh_jti, expires_at) VALUES (${user}, '${rowId}', '${rowId}', ${NOW})`,
    ],
    [
      'public.api_keys',
      `INSERT INTO api_keys (tenant_id, user_id, id, name, secret_hash, expires_at, created_at, updated_at)
        VALUES (${user}, '${rowId}', 'Key', ${BYTES}, ${NOW}, ${NOW}, ${NOW})`,
    ],
    [
      'public.identity_providers',
      `INSERT INTO identity_providers (tenant_id, id, issuer, audience, algorithms, email_claim, name_claim, role_map, link_by_email, created_at, updated_at)
        VALUES (${row}, 'https://idp.example', '{crm}', '{RS256}', 'email', 'name', '{}', false, ${NOW}, ${NOW})`,
    ],
    [
      'public.user_identities',
      `INSERT INTO user_identities (tenant_id, user_id, id, issuer, subject, created_at)
        VALUES (${user}, '${rowId}', 'https://idp.example', 'ada', ${NOW})`,
    ],
    [
      'public.audit_events',
      `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, action, entity_type, request_id, success, values_digest, digest)
        VALUES (${row}, ${NOW}, 'operator', 'tenant.created', 'tenant', 'r', true, ${BYTES}, ${BYTES})`,
    ],
    ['public.audit_unsealed', `INSERT INTO audit_unsealed (tenant_id, event_id) VALUES (${row})`],
    [
      'public.audit_seals',
      `INSERT INTO audit_seals (tenant_id, seq, event_ids, event_digests, previous_hash, hash, sealed_at)
        VALUES ('${id}', 1, ARRAY['${rowId}'::uuid], ${BYTES}, ${BYTES}, ${BYTES}, ${NOW})`,
    ],
    ['public.counters', `INSERT INTO counters (tenant_id, name, value) VALUES ('${id}', 'customer.live', 1)`],
    [
      'public.idempotency_keys',
      `INSERT INTO idempotency_keys (tenant_id, user_id, key, request_hash, created_at) VALUES (${user}, 'k', ${BYTES}, ${NOW})`,
    ],
    [
      'public.customers',
      `INSERT INTO customers (tenant_id, id, code, name, type, search_phone, country_code, payment_terms, currency, assigned_to, created_at, updated_at)
        VALUES (${row}, 'CLI00001', 'François ${id}', 'LEAD', '0199001234', 'FR', 'NET_30', 'EUR', '${userId}', ${NOW}, ${NOW})`,
    ],
    [
      'public.contacts',
      `INSERT INTO contacts (tenant_id, id, customer_id, first_name, last_name, search_phone, created_at, updated_at)
        VALUES (${row}, '${rowId}', 'François', '${id}', '0199001234', ${NOW}, ${NOW})`,
    ],
    [
      'public.opportunities',
      `INSERT INTO opportunities (tenant_id, id, customer_id, code, name, status, probability, amount, currency, created_at, updated_at)
        VALUES (${row}, '${rowId}', 'OPP-2026-00001', 'François ${id}', 'NEW', 30, 50000, 'EUR', ${NOW}, ${NOW})`,
    ],
    [
      'public.opportunity_transitions',
      `INSERT INTO opportunity_transitions (tenant_id, opportunity_id, version, to_status, probability, amount, currency, changed_at)
        VALUES (${row}, 1, 'NEW', 30, 50000, 'EUR', ${NOW})`,
    ],
    [
      'public.activities',
      `INSERT INTO activities (tenant_id, id, customer_id, opportunity_id, contact_id, type, subject, date, created_at, updated_at)
        VALUES (${row}, '${rowId}', '${rowId}', '${rowId}', 'CALL', 'François ${id}', ${NOW}, ${NOW}, ${NOW})`,
    ],
  ]);
}
