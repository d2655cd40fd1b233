/** Records in every state and of every owner, put straight into the tables: one for each operation that is to be tried on it. */
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isNonNullType, isObjectType, type GraphQLObjectType } from 'graphql';
import { newId } from '../../../src/platform/values/ids.js';
import type { TestService, TestTenant, TestUser } from '../../support/service.js';

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

/** A record type with `viewerCan`, as the schema has it. */
export interface CheckedType {
  readonly name: string;
  readonly operations: readonly string[];
}

function operationsOf(type: GraphQLObjectType): readonly string[] {
  const viewerCan = type.getFields().viewerCan;
  const checks = viewerCan && getNamedType(viewerCan.type);
  return isObjectType(checks) ? Object.keys(checks.getFields()) : [];
}

export const CHECKED_TYPES: readonly CheckedType[] = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .map((type) => ({ name: type.name, operations: operationsOf(type) }))
  .filter(({ operations }) => operations.length > 0);

const ARGUMENTS: Readonly<Record<string, string>> = { input: '{}', reason: '"Prix"' };

/** The mutation of an operation on a record, with no more than it requires. */
export function mutationOf({ name }: CheckedType, operation: string, id: string): string {
  const field = schema.getMutationType()?.getFields()[operation + name];
  if (!field) throw new Error(`The schema has no mutation ${operation + name}.`);
  const required = field.args.filter((arg) => arg.name !== 'id' && isNonNullType(arg.type));
  const written = required.map((arg) => `${arg.name}: ${ARGUMENTS[arg.name] ?? ''}`);
  return `${field.name}(${[`id: "${id}"`, ...written].join(', ')})`;
}

type Row = Readonly<Record<string, unknown>>;
interface Owners {
  readonly created_by: string;
  readonly assigned_to?: string;
}

/** Whose a record is, of a caller and somebody else. Contacts are assigned to nobody. */
interface Ownership {
  readonly whose: string;
  readonly customer: (me: string, other: string) => Owners;
  readonly child: (me: string, other: string) => Owners;
}

const theirs = (_me: string, other: string): Owners => ({ created_by: other });
const mine = (me: string): Owners => ({ created_by: me });
const given = (me: string, other: string): Owners => ({ created_by: other, assigned_to: me });

const OWN_CUSTOMER: readonly Ownership[] = [
  { whose: 'somebody else’s', customer: theirs, child: theirs },
  { whose: 'of a customer that they created', customer: mine, child: theirs },
  { whose: 'of a customer that is assigned to them', customer: given, child: theirs },
];
const OWN_CHILD: readonly Ownership[] = [
  { whose: 'created by them', customer: theirs, child: mine },
  { whose: 'assigned to them', customer: theirs, child: given },
];

const CLOSED = { actual_close_date: '2026-11-02' };

interface Stored {
  readonly table: string;
  readonly states: readonly Row[];
  readonly columns: (id: string) => Row;
}

const STORED: Readonly<Record<string, Stored>> = {
  Customer: {
    table: 'customers',
    states: ['PROSPECT', 'LEAD', 'CUSTOMER', 'VIP', 'PARTNER', 'CHURNED'].map((type) => ({ type })),
    columns: (id) => ({
      ...{ name: `Client ${id}`, code: `C-${id.slice(-12)}`, type: 'PROSPECT' },
      ...{ country_code: 'FR', payment_terms: 'NET_30', currency: 'EUR' },
    }),
  },
  Contact: {
    table: 'contacts',
    states: [{ is_active: true }, { is_active: false }, { is_active: true, is_primary: true }],
    columns: (id) => ({ first_name: 'Anne', last_name: id, is_active: true, is_primary: false }),
  },
  Opportunity: {
    table: 'opportunities',
    states: [
      ...['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION'].map((status) => ({ status })),
      { status: 'WON', probability: 100, ...CLOSED },
      { status: 'LOST', probability: 0, ...CLOSED },
    ],
    columns: (id) => ({
      ...{ name: `Vente ${id}`, code: `O-${id.slice(-12)}`, status: 'NEW', probability: 10, amount: '100.00' },
      ...{ currency: 'EUR', actual_close_date: null },
    }),
  },
  Activity: {
    table: 'activities',
    states: [{ is_completed: false }, { is_completed: true, completed_at: '2026-11-22T11:00:00Z' }],
    columns: () => ({
      ...{ type: 'CALL', subject: 'Appel', date: '2026-11-22T10:00:00Z', is_completed: false, completed_at: null },
    }),
  },
};

/** A record of its own for one operation. */
export interface CheckedRecord {
  readonly id: string;
  readonly operation: string;
  /** For people. */
  readonly situation: string;
}

async function insert(service: TestService, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  await service.ask(
    `INSERT INTO ${table} (${columns}, created_at, updated_at)
     SELECT ${columns}, now(), now() FROM jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

interface Made {
  readonly record: CheckedRecord;
  readonly customer: Row;
  readonly child: Row;
}

/** One record for each ownership, state and operation of a type. */
export async function makeRecords(
  service: TestService,
  tenant: TestTenant,
  { name, operations }: CheckedType,
  { me, other }: { readonly me: TestUser; readonly other: TestUser },
): Promise<readonly CheckedRecord[]> {
  const stored = STORED[name];
  const customers = STORED.Customer;
  if (!stored || !customers) throw new Error(`How is ${name} stored?`);
  const isCustomer = name === 'Customer';
  const made = [...OWN_CUSTOMER, ...(isCustomer ? [] : OWN_CHILD)].flatMap(({ whose, customer, child }) =>
    stored.states.flatMap((state) =>
      operations.map((operation): Made => {
        const [id, customerId] = [newId(), newId()];
        const parentId = isCustomer ? id : customerId;
        const { assigned_to = null, ...childOwners } = child(me.id, other.id);
        return {
          record: { id, operation, situation: `${operation} ${JSON.stringify(state)} ${whose}` },
          customer: {
            ...{ tenant_id: tenant.id, id: parentId, ...customers.columns(parentId), assigned_to: null },
            ...customer(me.id, other.id),
            ...(isCustomer && state),
          },
          child: {
            ...{ tenant_id: tenant.id, id, customer_id: parentId, ...stored.columns(id), ...state, ...childOwners },
            ...(name !== 'Contact' && { assigned_to }),
          },
        };
      }),
    ),
  );
  await insert(service, 'customers', made.map(({ customer }) => customer)); // prettier-ignore
  if (!isCustomer) await insert(service, stored.table, made.map(({ child }) => child)); // prettier-ignore
  await service.ask(
    "INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'customer.live', 500), ($1, 'opportunity.live', 500)",
    [tenant.id],
  );
  return made.map(({ record }) => record);
}
