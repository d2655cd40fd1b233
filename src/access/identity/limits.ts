/** How much a tenant may hold: each limit's word, its setting, and the counter of what counts against it. */

/** Its operator can raise each. */
export interface TenantLimits {
  readonly customers: number;
  readonly contactsPerCustomer: number;
  readonly activeOpportunities: number;
  /** Rows in one CSV file. */
  readonly exportRows: number;
}

/** What a new tenant may hold, as its row says it; the migration's defaults. */
export const DEFAULT_LIMITS = {
  limitCustomers: 10_000,
  limitContactsPerCustomer: 100,
  limitActiveOpportunities: 1000,
  limitExportRows: 10_000,
} as const;

interface Limit {
  readonly setting: keyof TenantLimits;
  /** Of a limit that the tenant as a whole is held to. */
  readonly counter: `${string}.live` | null;
}

/** By the word that errors and the list of limits have, in the order of that list. */
export const LIMITS = {
  customers: { setting: 'customers', counter: 'customer.live' },
  contacts_per_customer: { setting: 'contactsPerCustomer', counter: null },
  active_opportunities: { setting: 'activeOpportunities', counter: 'opportunity.live' },
  export_rows: { setting: 'exportRows', counter: null },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitedResource = keyof typeof LIMITS;

/** What the tenant as a whole may hold so many of. */
export type CountedResource = {
  [R in LimitedResource]: (typeof LIMITS)[R]['counter'] extends null ? never : R;
}[LimitedResource];

// The compiler does not say so of an object's keys; this one is closed.
export const LIMITED_RESOURCES = Object.keys(LIMITS) as readonly LimitedResource[];
