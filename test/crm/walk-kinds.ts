/** The kinds of record that can be walked: how rows are stored, what orders and narrows them, and in which order they come by themselves. */
import { newId } from '../../src/platform/ids.js';
import type { TestService } from '../support/service.js';

/** What a property makes up; each kind stores of it what it has. */
export interface WalkRow {
  readonly text: string;
  readonly other: string | null;
  readonly amount: string;
  readonly day: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Whether the narrowing condition holds. */
  readonly narrow: boolean;
  /** At another customer. */
  readonly elsewhere: boolean;
  readonly deleted: boolean;
}

export interface Key {
  readonly field: string;
  readonly direction: string;
  readonly nulls: 'FIRST' | 'LAST' | undefined;
}

export interface Kind {
  readonly many: 'customers' | 'contacts' | 'opportunities' | 'activities';
  /** Of GraphQL's filter and order inputs. */
  readonly type: string;
  /** What the API calls the orders, and the columns behind them. */
  readonly columns: Readonly<Record<string, string>>;
  readonly defaultOrder: readonly Key[];
  readonly narrow: { readonly filter: object; readonly query: string; readonly sql: string };
  /** What lists leave out unless narrowed. */
  readonly wide?: string;
  readonly columnsOf: (row: WalkRow) => Readonly<Record<string, unknown>>;
}

const TIMES = { CREATED_AT: 'created_at', UPDATED_AT: 'updated_at' } as const;
const key = (field: string, direction = 'ASC'): Key => ({ field, direction, nulls: 'LAST' });

export const KINDS: readonly Kind[] = [
  {
    many: 'customers',
    type: 'Customer',
    columns: { NAME: 'name', CODE: 'code', CITY: 'city', TOTAL_REVENUE: 'total_revenue', ...TIMES },
    defaultOrder: [key('NAME')],
    narrow: { filter: { type: { eq: 'VIP' } }, query: 'type=VIP', sql: "type = 'VIP'" },
    columnsOf: ({ text, other, amount, narrow }) => ({
      ...{ code: `k${newId().slice(-8)}`, name: text, city: other, total_revenue: amount },
      ...{ type: narrow ? 'VIP' : 'LEAD', country_code: 'FR', payment_terms: 'NET_30', currency: 'EUR' },
    }),
  },
  {
    many: 'contacts',
    type: 'Contact',
    columns: { LAST_NAME: 'last_name', FIRST_NAME: 'first_name', ...TIMES },
    defaultOrder: [key('LAST_NAME'), key('FIRST_NAME')],
    narrow: { filter: { isActive: { eq: false } }, query: 'is_active=false', sql: 'NOT is_active' },
    wide: 'is_active',
    columnsOf: ({ text, other, narrow }) => ({
      last_name: text,
      first_name: other === '' ? 'A' : (other ?? 'B'),
      is_active: !narrow,
    }),
  },
  {
    many: 'opportunities',
    type: 'Opportunity',
    columns: { EXPECTED_CLOSE_DATE: 'expected_close_date', AMOUNT: 'amount', NAME: 'name', ...TIMES },
    defaultOrder: [key('EXPECTED_CLOSE_DATE')],
    narrow: { filter: { status: { eq: 'NEW' } }, query: 'status=NEW', sql: "status = 'NEW'" },
    columnsOf: ({ text, amount, day, narrow }) => ({
      ...{ code: `k${newId().slice(-8)}`, name: text, amount: amount.replace('-', ''), expected_close_date: day },
      ...{ status: narrow ? 'NEW' : 'PROPOSAL', probability: 10, currency: 'EUR' },
    }),
  },
  {
    many: 'activities',
    type: 'Activity',
    columns: { DATE: 'date', DUE_DATE: 'due_date', CREATED_AT: 'created_at' },
    defaultOrder: [key('DATE', 'DESC')],
    narrow: { filter: { type: { eq: 'CALL' } }, query: 'type=CALL', sql: "type = 'CALL'" },
    columnsOf: ({ text, day, updatedAt, narrow }) => ({
      ...{ subject: text, date: updatedAt, due_date: day && `${day}T10:00:00.001Z`, type: narrow ? 'CALL' : 'NOTE' },
      is_completed: false,
    }),
  },
];

/** The two customers that records of the other kinds are at. */
export interface Parents {
  readonly here: string;
  readonly elsewhere: string;
}

/** Replaces the tenant's records of a kind. */
export async function storeRows(
  service: TestService,
  tenantId: string,
  { many, columnsOf }: Kind,
  parents: Parents,
  rows: readonly WalkRow[],
): Promise<void> {
  const kept = many === 'customers' ? Object.values(parents) : [];
  await service.ask(`DELETE FROM ${many} WHERE tenant_id = $1 AND id <> ALL ($2::uuid[])`, [tenantId, kept]);
  if (rows.length === 0) return;
  const stored = rows.map((row) => ({
    ...{ tenant_id: tenantId, id: newId(), created_at: row.createdAt, updated_at: row.updatedAt },
    deleted_at: row.deleted ? new Date() : null,
    ...(many !== 'customers' && { customer_id: row.elsewhere ? parents.elsewhere : parents.here }),
    ...columnsOf(row),
  }));
  const columns = Object.keys(stored[0] ?? {}).join(', ');
  await service.ask(
    `INSERT INTO ${many} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(null::${many}, $1)`,
    [JSON.stringify(stored)],
  );
}
