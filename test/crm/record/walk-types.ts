/** The record types that can be walked: how rows are stored, what orders and narrows them, and in which order they come by themselves. */
import { randomInt, randomUUID } from 'node:crypto';
import type { TestService } from '../../support/service.js';

/** What a property makes up; each record type stores of it what it has. */
export interface WalkRow {
  readonly text: string;
  readonly other: string | null;
  readonly amount: string;
  readonly day: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Whether the narrowing condition holds. */
  readonly narrow: boolean;
  /** Below another parent. */
  readonly elsewhere: boolean;
  readonly deleted: boolean;
}

export interface Key {
  readonly field: string;
  readonly direction: string;
  readonly nulls: 'FIRST' | 'LAST' | undefined;
}

/** Records that others can be below, each with those that it is below. */
export const PARENT_TABLES = ['customers', 'contacts', 'opportunities', 'activities'] as const;
export type ParentTable = (typeof PARENT_TABLES)[number];
/** Ids of one record of each record type, all below one customer. */
export type Family = Readonly<Partial<Record<ParentTable, string>>>;

type Columns = Readonly<Record<string, unknown>>;

export interface Kind {
  readonly table: string;
  /** What rows are read from, when it is not the table. */
  readonly from?: string;
  /** Which rows are there at all. */
  readonly live: string;
  /** The column, and GraphQL's field, that tell rows apart. */
  readonly identity: string;
  /** What the API calls the orders, and the columns behind them; empty where there is only one order. */
  readonly columns: Readonly<Record<string, string>>;
  /** The order without a choice. */
  readonly usual: string;
  /** GraphQL's field for `identity`, where it has another name. */
  readonly field?: string;
  /** Arguments that the connection needs, whatever is walked. */
  readonly args?: object;
  readonly narrow?: { readonly filter: object; readonly query: string; readonly sql: string };
  /** What lists leave out unless narrowed. */
  readonly wide?: string;
  readonly columnsOf: (row: WalkRow, family: Family) => Columns;
  /** The column for a user of the tenant. */
  readonly userColumn?: string;
  /** What goes with the rows that were just stored. */
  readonly attach?: (service: TestService, tenantId: string, rows: readonly WalkRow[], ids: string[]) => Promise<void>;
}

const TIMES = { CREATED_AT: 'created_at', UPDATED_AT: 'updated_at' } as const;
const newCode = (): string => `k${randomUUID().slice(-8)}`;
const RECORD = { live: 'deleted_at IS NULL', identity: 'id' } as const;

/** Ids are in no order: what comes last must not do so because it was stored last. */
const recordColumns = (row: WalkRow): Columns => ({
  ...{ id: randomUUID(), created_at: row.createdAt, updated_at: row.updatedAt },
  deleted_at: row.deleted ? '2026-11-23T00:00:00.000Z' : null,
});

export const customers: Kind = {
  ...RECORD,
  table: 'customers',
  columns: { NAME: 'name', CODE: 'code', CITY: 'city', TOTAL_REVENUE: 'total_revenue', ...TIMES },
  usual: 'name, id',
  narrow: { filter: { type: { eq: 'VIP' } }, query: 'type=VIP', sql: "type = 'VIP'" },
  columnsOf: (row) => ({
    ...recordColumns(row),
    ...{ code: newCode(), name: row.text, city: row.other, total_revenue: row.amount },
    ...{ type: row.narrow ? 'VIP' : 'LEAD', country_code: 'FR', payment_terms: 'NET_30', currency: 'EUR' },
  }),
};

export const contacts: Kind = {
  ...RECORD,
  table: 'contacts',
  columns: { LAST_NAME: 'last_name', FIRST_NAME: 'first_name', ...TIMES },
  usual: 'last_name, first_name, id',
  narrow: { filter: { isActive: { eq: false } }, query: 'is_active=false', sql: 'NOT is_active' },
  wide: 'is_active',
  columnsOf: (row, family) => ({
    ...recordColumns(row),
    ...{ customer_id: family.customers, last_name: row.text, is_active: !row.narrow },
    first_name: row.other === '' ? 'A' : (row.other ?? 'B'),
  }),
};

export const opportunities: Kind = {
  ...RECORD,
  table: 'opportunities',
  columns: { EXPECTED_CLOSE_DATE: 'expected_close_date', AMOUNT: 'amount', NAME: 'name', ...TIMES },
  usual: 'expected_close_date, id',
  narrow: { filter: { status: { eq: 'NEW' } }, query: 'status=NEW', sql: "status = 'NEW'" },
  columnsOf: (row, family) => ({
    ...recordColumns(row),
    ...{ customer_id: family.customers, code: newCode(), name: row.text, amount: row.amount.replace('-', '') },
    ...{ expected_close_date: row.day, status: row.narrow ? 'NEW' : 'PROPOSAL', probability: 10, currency: 'EUR' },
  }),
};

export const activities: Kind = {
  ...RECORD,
  table: 'activities',
  columns: { DATE: 'date', DUE_DATE: 'due_date', CREATED_AT: 'created_at' },
  usual: 'date DESC, id DESC',
  narrow: { filter: { type: { eq: 'CALL' } }, query: 'type=CALL', sql: "type = 'CALL'" },
  columnsOf: (row, family) => ({
    ...recordColumns(row),
    ...{ customer_id: family.customers, contact_id: family.contacts, opportunity_id: family.opportunities },
    ...{ subject: row.text, date: row.updatedAt, due_date: row.day && `${row.day}T10:00:00.001Z` },
    ...{ type: row.narrow ? 'CALL' : 'NOTE', is_completed: false },
  }),
};

const RECORDS = [customers, contacts, opportunities, activities];

/**
 * What a search for "walk" finds, here of customers alone. The rank is stored beside: whether the name begins with the word, has it,
 * or is another.
 */
export const searchHits: Kind = {
  ...RECORD,
  table: 'customers',
  field: 'recordId',
  columns: {},
  usual: 'lead_score, app.fold(name) COLLATE "und-x-icu", id',
  args: { query: 'walk' },
  columnsOf: (row) => {
    const named = [`Walk ${row.text}`, `${row.text} walk`, row.text];
    const rank = row.narrow ? 0 : Number(row.other === null) + 1;
    return { ...customers.columnsOf(row, {}), name: named[rank], city: 'Walk', lead_score: rank };
  },
};

/** Versions order them, here not as they are stored; to clients the amount tells them apart. */
export const transitions: Kind = {
  table: 'opportunity_transitions',
  live: 'true',
  identity: 'amount',
  columns: {},
  usual: 'version',
  columnsOf: (row, family) => ({
    ...{ version: randomInt(2 ** 31), opportunity_id: family.opportunities, changed_at: row.createdAt },
    ...{ to_status: 'NEW', probability: 10, amount: `${randomInt(2 ** 40)}.00`, currency: 'EUR' },
  }),
};

export const users: Kind = {
  table: 'users',
  live: 'true',
  identity: 'id',
  columns: {},
  usual: 'full_name, id',
  columnsOf: ({ text, createdAt }) => {
    const id = randomUUID();
    return {
      ...{
        id,
        email: `${id}@essai.example`,
        email_identity: `${id}@essai.example`,
        full_name: text,
        role: 'user',
        password_hash: '-',
        is_active: true,
      },
      ...{ created_at: createdAt, updated_at: createdAt, version: 1 },
    };
  },
};

export const apiKeys: Kind = {
  table: 'api_keys',
  live: 'true',
  identity: 'id',
  columns: {},
  usual: 'created_at DESC, id DESC',
  userColumn: 'user_id',
  columnsOf: ({ text, createdAt, updatedAt }) => ({
    ...{ id: randomUUID(), name: text, secret_hash: `\\x${'00'.repeat(32)}`, version: 1 },
    ...{ expires_at: updatedAt, created_at: createdAt, updated_at: updatedAt },
  }),
};

export const identityProviders: Kind = {
  table: 'identity_providers',
  live: 'deleted_at IS NULL',
  identity: 'id',
  columns: {},
  usual: 'issuer, id',
  columnsOf: ({ createdAt, updatedAt, deleted }) => {
    const id = randomUUID();
    return {
      ...{ id, issuer: `https://${id}.exemple.fr`, audience: ['crm'], algorithms: ['RS256'], version: 1 },
      ...{ email_claim: 'email', name_claim: 'name', role_map: {}, link_by_email: false },
      ...{ created_at: createdAt, updated_at: updatedAt, deleted_at: deleted ? updatedAt : null },
    };
  },
};

const EVENT = { identity: 'id', table: 'audit_events', columns: {}, usual: 'created_at DESC, id DESC' } as const;

const eventColumns = (row: WalkRow, entityType: string, entityId: string | undefined): Columns => ({
  ...{ id: randomUUID(), created_at: row.createdAt, actor_kind: 'operator', request_id: 'walk', success: !row.narrow },
  ...{ action: `${entityType}.updated`, entity_type: entityType, entity_id: entityId },
  ...{ salt: '\\x00', values_digest: '\\x00', digest: '\\x00' },
});

export const auditEvents: Kind = {
  ...EVENT,
  live: 'true',
  narrow: { filter: { success: { eq: false } }, query: 'success=false', sql: 'NOT success' },
  columnsOf: (row, family) => eventColumns(row, 'customer', family.customers),
};

/** The events of a record; those of a record of another record type with the same id are not its own. */
export const history = (recordType: string, table: ParentTable): Kind => ({
  ...EVENT,
  live: `entity_type = '${recordType}'`,
  columnsOf: (row, family) => eventColumns(row, row.deleted ? 'session' : recordType, family[table]),
});

/** Errors are no changes; what a seal holds is in an order of its own. */
export const changes: Kind = {
  ...EVENT,
  from: `(SELECT e.*, s.seq, u.place FROM audit_seals s, unnest(s.event_ids) WITH ORDINALITY u (id, place), audit_events e
    WHERE e.tenant_id = s.tenant_id AND e.id = u.id) sealed`,
  live: 'success',
  usual: 'seq, place',
  columnsOf: (row, family) => eventColumns(row, 'customer', family.customers),
  attach: async (service, tenantId, rows, ids) => {
    const seals = sealed(rows, ids).map((event_ids, index) => ({ event_ids, index: index + 1 }));
    await service.ask(
      `INSERT INTO audit_seals (tenant_id, seq, event_ids, event_digests, previous_hash, hash, sealed_at)
       SELECT $1, head.seq + index, event_ids, decode(repeat('00', 32 * cardinality(event_ids)), 'hex'), '', '', now()
       FROM jsonb_to_recordset($2) AS seal (index integer, event_ids uuid[]),
         (SELECT coalesce(max(seq), 0) AS seq FROM audit_seals WHERE tenant_id = $1) head`,
      [tenantId, JSON.stringify(seals)],
    );
  },
};

/** In seals of one and more: a row elsewhere begins another. */
function sealed(rows: readonly WalkRow[], ids: readonly string[]): string[][] {
  const seals: string[][] = [];
  for (const [index, id] of ids.entries()) {
    if (index === 0 || rows[index]?.elsewhere === true) seals.push([]);
    seals.at(-1)?.push(id);
  }
  return seals;
}

/** Where walks of one record type are: a tenant, and the two families that its records may be below. */
export interface Ground {
  readonly tenantId: string;
  readonly here: Family;
  readonly elsewhere: Family;
}

const A_ROW = { text: 'Essai', other: null, amount: '0', day: null, narrow: false, elsewhere: false, deleted: false };
const PARENT: WalkRow = { ...A_ROW, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };

/** Two families of what records of a table may be below; without a table, of all that anything is below. */
export async function makeGround(service: TestService, tenantId: string, table?: string): Promise<Ground> {
  const own = PARENT_TABLES.findIndex((parent) => parent === table);
  const above = RECORDS.slice(0, own === -1 ? undefined : own);
  const families: Family[] = [{}, {}];
  for (const recordType of above) {
    for (const [index, family] of families.entries()) {
      const [id] = await insertRows(service, recordType, { tenantId, here: family, elsewhere: family }, [PARENT]);
      families[index] = { ...family, [recordType.table]: id };
    }
  }
  const [here = {}, elsewhere = {}] = families;
  return { tenantId, here, elsewhere };
}

/** Adds rows to those that are there. @returns what tells them apart */
export async function insertRows(
  service: TestService,
  recordType: Kind,
  { tenantId, here, elsewhere }: Ground,
  rows: readonly WalkRow[],
): Promise<string[]> {
  if (rows.length === 0) return [];
  const { userColumn } = recordType;
  const user = userColumn === undefined ? {} : { [userColumn]: await someUser(service, tenantId) };
  const stored = rows.map((row) => ({
    ...{ tenant_id: tenantId, ...user },
    ...recordType.columnsOf(row, row.elsewhere ? elsewhere : here),
  }));
  const names = Object.keys(stored[0] ?? {}).join(', ');
  await service.ask(
    `INSERT INTO ${recordType.table} (${names}) SELECT ${names} FROM jsonb_populate_recordset(null::${recordType.table}, $1)`,
    [JSON.stringify(stored)],
  );
  const ids = stored.map((row) => String(Object.entries(row).find(([name]) => name === recordType.identity)?.[1]));
  await recordType.attach?.(service, tenantId, rows, ids);
  return ids;
}

async function someUser(service: TestService, tenantId: string): Promise<string | undefined> {
  const [user] = await service.ask<{ id: string }>('SELECT id FROM users WHERE tenant_id = $1 LIMIT 1', [tenantId]);
  return user?.id;
}

/** Removes a ground's rows of a record type, but for users with tokens. */
export async function removeRows(service: TestService, { table, attach }: Kind, { tenantId }: Ground): Promise<void> {
  const kept = table === 'users' ? " AND password_hash = '-'" : '';
  await service.ask(`DELETE FROM ${table} WHERE tenant_id = $1${kept}`, [tenantId]);
  if (attach) await service.ask('DELETE FROM audit_seals WHERE tenant_id = $1', [tenantId]);
}
