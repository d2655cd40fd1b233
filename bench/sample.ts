/** The values that requests are made of: drawn from the data, the same for every peer and every run. */
import type { Client } from 'pg';

/** What request number `n` asks for. */
export interface Draw {
  readonly n: number;
  readonly customerId: string;
  /** An open one: a closed one cannot be won. */
  readonly opportunityId: string;
  readonly customerType: string;
  readonly activityType: string;
}

export type Sample = (n: number) => Draw;

const CUSTOMER_TYPES = ['CUSTOMER', 'VIP', 'PROSPECT', 'PARTNER'];
const ACTIVITY_TYPES = ['CALL', 'EMAIL', 'MEETING', 'NOTE'];
const CUSTOMERS = 400;

/** Reads the ids once, in an order unlike the one in which the rows are stored. */
export async function readSample(database: Client, tenant = 'big'): Promise<Sample> {
  const ids = async (rowsOf: string): Promise<string[]> => {
    const { rows } = await database.query<{ id: string }>(
      `SELECT id FROM ${rowsOf} AND tenant_id = $1 ORDER BY md5(code)`,
      [tenant],
    );
    return rows.map((row) => row.id);
  };
  const customerIds = (await ids('customers WHERE TRUE')).slice(0, CUSTOMERS);
  const opportunityIds = await ids("opportunities WHERE status NOT IN ('WON', 'LOST')");
  return (n) => ({
    n,
    customerId: take(customerIds, n),
    opportunityId: take(opportunityIds, n),
    customerType: take(CUSTOMER_TYPES, n),
    activityType: take(ACTIVITY_TYPES, n),
  });
}

function take(values: readonly string[], n: number): string {
  const value = values[n % values.length];
  if (value === undefined) throw new Error('The benchmark data are empty.');
  return value;
}
