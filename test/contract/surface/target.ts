/** What operations are pointed at: records of one tenant, made past the service, or ids that nobody has. */
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { recordEvent } from '../../../src/audit/events/audit-event.js';
import { newId } from '../../../src/platform/values/ids.js';
import { as } from '../../support/client.js';
import { PASSWORD, type OwnService, type TestTenant } from '../../support/service.js';

/** Ids of the records. Two tenants may well have the same: keys begin with the tenant. */
export interface TargetIds {
  readonly customerId: string;
  readonly deletedId: string;
  readonly contactId: string;
  readonly deletedContactId: string;
  readonly opportunityId: string;
  readonly deletedOpportunityId: string;
  /** Of one that was won. */
  readonly wonOpportunityId: string;
  readonly activityId: string;
  readonly deletedActivityId: string;
  /** A user of the tenant beside the four. */
  readonly userId: string;
}

/** Ids of one tenant, or ids that nobody has. */
export interface Target extends TargetIds {
  readonly code: string;
  readonly opportunityCode: string;
  /** What that user did to the customer. */
  readonly auditEventId: string;
  readonly identityProviderId: string;
  /** An API key of this user; without one, or for a stranger, of the user beside the four. */
  readonly apiKeyOf: (userId?: string) => string;
  /** A fresh refresh token, made when it is asked for. */
  readonly refreshToken: () => Promise<string>;
  readonly login: { readonly email: string; readonly password: string; readonly tenantId: string };
}

const ID_NAMES = [
  'customerId',
  'deletedId',
  'contactId',
  'deletedContactId',
  'opportunityId',
  'deletedOpportunityId',
  'wonOpportunityId',
  'activityId',
  'deletedActivityId',
  'userId',
] as const satisfies readonly (keyof TargetIds)[];

function newIds(): TargetIds {
  return Object.fromEntries(ID_NAMES.map((name) => [name, newId()])) as unknown as TargetIds;
}

/** Everything that tells the target apart from another one. */
export function idsOf(target: Target): string[] {
  return [
    ...ID_NAMES.map((name) => target[name]),
    target.auditEventId,
    target.identityProviderId,
    target.apiKeyOf(),
    target.code,
    target.opportunityCode,
  ];
}

/** Words of the target that a search can find, each in one record type. */
export function namesOf({ customerId, contactId, opportunityId, activityId, ...target }: Target): string[] {
  const records = [`Client ${customerId}`, `Contact ${contactId}`, `Affaire ${opportunityId}`, `Appel ${activityId}`];
  return [...records, target.code, target.opportunityCode];
}

interface Owners {
  readonly createdBy?: string;
  readonly assignedTo?: string;
}

export interface TargetOptions {
  /** Whose the customers are; the fifth user's unless said otherwise. */
  readonly customer?: Owners;
  /** Whose the contacts, opportunities and activities are; contacts are assigned to nobody. */
  readonly children?: Owners;
  /** Ids that another tenant uses as well. */
  readonly ids?: TargetIds;
  /** Ends every name and text, for records whose ids say nothing. */
  readonly mark?: string;
}

/** A live and a deleted record of every kind, all at a customer of somebody else than the four users, and a fifth user. */
export async function makeTarget(
  service: OwnService,
  tenant: TestTenant,
  { customer = {}, children = {}, ids = newIds(), mark = '' }: TargetOptions = {},
): Promise<Target> {
  const codes = { code: `C-${ids.customerId.slice(-8)}`, opportunityCode: `O-${ids.opportunityId.slice(-8)}` };
  const made = { tenantId: tenant.id, ids, mark, ...codes };
  await service.ask(
    `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash)
     SELECT $1, $2, $3, app.email_identity($3), $4, 'user', password_hash FROM users WHERE tenant_id = $1 AND id = $5`,
    [tenant.id, ids.userId, emailOf(ids), `Personne ${ids.userId}${mark}`, tenant.admin.id],
  );
  await makeCustomers(service, made, { createdBy: ids.userId, ...customer });
  const owners = { createdBy: ids.userId, ...children };
  await makeContacts(service, made, owners);
  await makeOpportunities(service, made, owners);
  await makeActivities(service, made, owners);
  await countLive(service, tenant.id);
  const auditEventId = await makeEvent(service, made);
  const identityProviderId = await makeIdentityProvider(service, made);
  const keys = await makeApiKeys(service, tenant.id);
  const apiKeyOf = (userId = ids.userId): string => keys.get(userId) ?? keys.get(ids.userId) ?? '';
  const login = { email: tenant.admin.email, password: PASSWORD, tenantId: tenant.id };
  return {
    ...ids,
    ...codes,
    auditEventId,
    identityProviderId,
    apiKeyOf,
    login,
    refreshToken: () => signIn(service, login),
  };
}

interface Made {
  readonly tenantId: string;
  readonly ids: TargetIds;
  readonly mark: string;
  readonly code: string;
  readonly opportunityCode: string;
}

const emailOf = ({ userId }: TargetIds): string => `${userId}@essai.example`;

/** Rows that are alike, their dates now. @param rows column → value */
async function insert(
  service: OwnService,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await service.ask(
    `INSERT INTO ${table} (${columns}, created_at, updated_at)
     SELECT ${columns}, now(), now() FROM jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

async function makeCustomers(service: OwnService, made: Made, owners: Owners): Promise<void> {
  const { tenantId, ids, mark, code } = made;
  const rows = [
    { id: ids.customerId, code, deleted_at: null },
    { id: ids.deletedId, code: `${code}-X`, deleted_at: new Date() },
  ];
  await insert(
    service,
    'customers',
    rows.map((row) => ({
      tenant_id: tenantId,
      name: `Client ${row.id}${mark}`,
      type: 'PROSPECT',
      country_code: 'FR',
      payment_terms: 'NET_30',
      currency: 'EUR',
      phone: '0611223344',
      email: 'contact@essai.example',
      created_by: owners.createdBy,
      assigned_to: owners.assignedTo ?? null,
      ...row,
    })),
  );
}

async function makeContacts(service: OwnService, { tenantId, ids, mark }: Made, owners: Owners): Promise<void> {
  const rows = [
    { id: ids.contactId, deleted_at: null },
    { id: ids.deletedContactId, deleted_at: new Date() },
  ];
  await insert(
    service,
    'contacts',
    rows.map((row) => ({
      tenant_id: tenantId,
      customer_id: ids.customerId,
      first_name: 'Jeanne',
      last_name: `Contact ${row.id}${mark}`,
      phone: '0611223344',
      email: 'jeanne@essai.example',
      created_by: owners.createdBy,
      ...row,
    })),
  );
}

const OPEN = { status: 'NEW', probability: 30, actual_close_date: null, deleted_at: null, version: 1 } as const;

async function makeOpportunities(service: OwnService, made: Made, owners: Owners): Promise<void> {
  const { tenantId, ids, mark, opportunityCode: code } = made;
  const won = { status: 'WON', probability: 100, actual_close_date: '2026-11-02' };
  const rows = [
    { ...OPEN, id: ids.opportunityId, code },
    { ...OPEN, id: ids.deletedOpportunityId, code: `${code}-X`, deleted_at: new Date(), version: 2 },
    { ...OPEN, ...won, id: ids.wonOpportunityId, code: `${code}-G` },
  ];
  await insert(
    service,
    'opportunities',
    rows.map((row) => ({
      tenant_id: tenantId,
      customer_id: ids.customerId,
      name: `Affaire ${row.id}${mark}`,
      amount: '50000.00',
      currency: 'EUR',
      created_by: owners.createdBy,
      assigned_to: owners.assignedTo ?? null,
      ...row,
    })),
  );
  await service.ask(
    `INSERT INTO opportunity_transitions
       (tenant_id, opportunity_id, version, from_status, to_status, probability, amount, currency, changed_at, changed_by)
     SELECT tenant_id, id, v, CASE v WHEN 2 THEN status END, CASE v WHEN 1 THEN status END, probability, amount, currency,
       created_at, created_by
     FROM opportunities, generate_series(1, version) v WHERE tenant_id = $1 AND customer_id = $2`,
    [tenantId, ids.customerId],
  );
}

async function makeActivities(service: OwnService, { tenantId, ids, mark }: Made, owners: Owners): Promise<void> {
  const rows = [
    { id: ids.activityId, deleted_at: null },
    { id: ids.deletedActivityId, deleted_at: new Date() },
  ];
  await insert(
    service,
    'activities',
    rows.map((row) => ({
      tenant_id: tenantId,
      customer_id: ids.customerId,
      opportunity_id: ids.opportunityId,
      contact_id: ids.contactId,
      type: 'CALL',
      subject: `Appel ${row.id}${mark}`,
      date: '2026-11-20T09:00:00.000Z',
      is_completed: false,
      created_by: owners.createdBy,
      assigned_to: owners.assignedTo ?? null,
      ...row,
    })),
  );
}

/** @returns its id */
async function makeIdentityProvider(service: OwnService, { tenantId, ids, mark }: Made): Promise<string> {
  const [row] = await service.ask<{ id: string }>(
    `INSERT INTO identity_providers (tenant_id, id, issuer, audience, algorithms, email_claim, name_claim, role_map, link_by_email,
       created_at, created_by, updated_at)
     VALUES ($1, gen_random_uuid(), $2, '{crm}', '{RS256}', 'email', 'name', '{}', false, now(), $3, now()) RETURNING id`,
    [tenantId, `https://${ids.customerId}.exemple.fr/${encodeURIComponent(mark)}`, ids.userId],
  );
  return row?.id ?? '';
}

/** A key for every user of the tenant who has none. @returns user → a live key */
async function makeApiKeys(service: OwnService, tenantId: string): Promise<ReadonlyMap<string, string>> {
  await service.ask(
    `INSERT INTO api_keys (tenant_id, id, user_id, name, secret_hash, expires_at, created_at, created_by, updated_at)
     SELECT u.tenant_id, gen_random_uuid(), u.id, 'Clé de ' || u.full_name, sha256(u.id::text::bytea), now() + interval '30 days',
       now(), u.id, now()
     FROM users u WHERE u.tenant_id = $1 AND NOT EXISTS
       (SELECT FROM api_keys k WHERE k.tenant_id = $1 AND k.user_id = u.id AND k.revoked_at IS NULL)`,
    [tenantId],
  );
  const rows = await service.ask<{ id: string; userId: string }>(
    'SELECT id, user_id AS "userId" FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL',
    [tenantId],
  );
  return new Map(rows.map(({ id, userId }) => [userId, id]));
}

/** One more live customer and one more active opportunity. */
async function countLive(service: OwnService, tenantId: string): Promise<void> {
  await service.ask(
    `INSERT INTO counters AS c (tenant_id, name, value) VALUES ($1, 'customer.live', 1), ($1, 'opportunity.live', 1)
     ON CONFLICT (tenant_id, name) DO UPDATE SET value = c.value + excluded.value`,
    [tenantId],
  );
}

/** An event as the service writes it. @returns its id */
async function makeEvent(service: OwnService, { tenantId, ids, mark }: Made): Promise<string> {
  const actor = { type: 'user', userId: ids.userId, role: 'user', email: emailOf(ids), apiKey: null } as const;
  const origin = { actor, requestId: newId(), ipAddress: '192.0.2.1' };
  await inTenantTransaction(service.database, tenantId, (em) =>
    recordEvent(em, origin, {
      action: 'customer.created',
      entityType: 'customer',
      entityId: ids.customerId,
      newValue: { name: `Client ${ids.customerId}${mark}` },
    }),
  );
  const [event] = await service.ask<{ id: string }>('SELECT id FROM audit_events WHERE request_id = $1', [
    origin.requestId,
  ]);
  return event?.id ?? '';
}

async function signIn(service: OwnService, { email, password, tenantId }: Target['login']): Promise<string> {
  const answer = await as(service).post('/v1/auth/login', { email, password, tenant_id: tenantId });
  const { refresh_token } = answer.body as { readonly refresh_token: string };
  return refresh_token;
}

/** Ids that nobody has. */
export function nobody(target: Target): Target {
  const codes = { code: `C-${newId().slice(-8)}`, opportunityCode: `O-${newId().slice(-8)}` };
  const apiKeyId = newId();
  return {
    ...target,
    ...newIds(),
    ...codes,
    auditEventId: newId(),
    identityProviderId: newId(),
    apiKeyOf: () => apiKeyId,
  };
}

/** By database: the catalogue takes longer to ask than the rows, and a test of rights asks for two digests. */
const tenantTables = new Map<string, Promise<string[]>>();

function tenantTablesOf(service: OwnService): Promise<string[]> {
  const known = tenantTables.get(service.test.name);
  if (known) return known;
  const asked = service
    .ask<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
    )
    .then((rows) => rows.map(({ name }) => name));
  tenantTables.set(service.test.name, asked);
  return asked;
}

/**
 * A digest of everything that the tenant has, row by row.
 * @param trail whether the audit trail counts
 */
export async function digestTenant(
  service: OwnService,
  tenantId: string,
  trail: 'with trail' | 'without trail',
): Promise<string> {
  const tables = await tenantTablesOf(service);
  const names = tables.filter((name) => trail === 'with trail' || !name.startsWith('audit_'));
  const rows = names.map((name) => `SELECT '${name} ' || r::text AS line FROM ${name} r WHERE tenant_id = $1`);
  const [digest] = await service.ask<{ digest: string }>(
    `SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS digest FROM
      (${rows.join(' UNION ALL ')} UNION ALL SELECT 'tenants ' || r::text FROM tenants r WHERE id = $1) lines`,
    [tenantId],
  );
  return digest?.digest ?? '';
}
