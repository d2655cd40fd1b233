/** How much a tenant may hold: the name of each limit, its setting, and its counter. */

/** The operator can raise each limit. */
export interface TenantLimits {
  readonly customers: number;
  readonly contactsPerCustomer: number;
  readonly activeOpportunities: number;
  /** Rows in one CSV file. */
  readonly exportRows: number;
}

/** The limits of a new tenant, by property of its row; the same as the migration's defaults. */
export const DEFAULT_LIMITS = {
  limitCustomers: 10_000,
  limitContactsPerCustomer: 100,
  limitActiveOpportunities: 1000,
  limitExportRows: 10_000,
} as const;

interface Limit {
  readonly setting: keyof TenantLimits;
  /** The counter, if the limit applies to the tenant as a whole. */
  readonly counter: `${string}.live` | null;
}

/** By their names in errors and in the list of limits, in the order of that list. */
export const LIMITS = {
  customers: { setting: 'customers', counter: 'customer.live' },
  contacts_per_customer: { setting: 'contactsPerCustomer', counter: null },
  active_opportunities: { setting: 'activeOpportunities', counter: 'opportunity.live' },
  export_rows: { setting: 'exportRows', counter: null },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitedResource = keyof typeof LIMITS;

/** Limits that apply to the tenant as a whole. */
export type CountedResource = {
  [R in LimitedResource]: (typeof LIMITS)[R]['counter'] extends null ? never : R;
}[LimitedResource];

// `Object.keys` returns string[]; this object has exactly these keys.
export const LIMITED_RESOURCES = Object.keys(LIMITS) as readonly LimitedResource[];
