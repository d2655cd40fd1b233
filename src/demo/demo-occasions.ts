/** What the demo's activities can be about: a sale while it is active, or a customer in the last quarter. */
import { isActive } from '../crm/opportunity/opportunity-status.js';
import type { DemoContact } from './demo-contacts.js';
import type { DemoCustomer } from './demo-customers.js';
import { DAY_MS } from './demo-moments.js';
import type { DemoOpportunity, DemoSale } from './demo-opportunities.js';
import { DEMO_ENDS_AT } from './demo-tenants.js';
import type { Phase } from './demo-words.js';

/** The records that activities can be about. */
export interface Occasions {
  readonly customers: readonly DemoCustomer[];
  readonly contacts: readonly DemoContact[];
  readonly sales: readonly DemoSale[];
}

export interface Occasion {
  readonly customer: DemoCustomer;
  readonly opportunity: DemoOpportunity | null;
  /** Active contacts of the customer, the main contact first. */
  readonly contacts: readonly DemoContact[];
  readonly ownerId: string | null;
  /** The period in which activities are entered, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether activities that were entered at that moment are all completed by the end of the demo. */
  readonly isOverSince: (atMs: number) => boolean;
  readonly phaseAt: (atMs: number) => Phase;
}

const QUARTER_MS = 92 * DAY_MS;
/** Activities of a won sale continue for this time. */
const DELIVERY_MS = 30 * DAY_MS;

/** The occasions about sales, and those about customers. */
export function listOccasions({ customers, contacts, sales }: Occasions): { sales: Occasion[]; visits: Occasion[] } {
  const staff = Map.groupBy(
    contacts.filter((contact) => contact.isActive),
    ({ customerId }) => customerId,
  );
  const contactsOf = ({ id }: DemoCustomer): readonly DemoContact[] => staff.get(id) ?? [];
  return {
    sales: sales.map((sale) => occasionOfSale(sale, contactsOf(sale.customer))),
    visits: customers
      .filter(({ isActive: isLive, type }) => isLive && type !== 'CHURNED')
      .map((customer) => occasionOfVisit(customer, contactsOf(customer))),
  };
}

function occasionOfSale({ customer, opportunity, transitions }: DemoSale, contacts: readonly DemoContact[]): Occasion {
  const { status, createdAt, updatedAt, assignedToId } = opportunity;
  const closedMs = Date.parse(updatedAt);
  const toMs = isActive(status)
    ? DEMO_ENDS_AT
    : Math.min(DEMO_ENDS_AT, closedMs + (status === 'WON' ? DELIVERY_MS : 0));
  return {
    customer,
    opportunity,
    contacts,
    ownerId: assignedToId,
    fromMs: Date.parse(createdAt),
    toMs,
    isOverSince: (atMs) => status === 'LOST' || (status === 'WON' && (atMs < closedMs || toMs < DEMO_ENDS_AT)),
    phaseAt: (atMs) => {
      const latest = transitions.findLast(({ changedAt }) => Date.parse(changedAt) <= atMs);
      return phaseOf(latest?.toStatus);
    },
  };
}

function phaseOf(status: DemoOpportunity['status'] | undefined): Phase {
  if (status === 'WON') return 'delivering';
  return status === 'PROPOSAL' || status === 'NEGOTIATION' || status === 'LOST' ? 'negotiating' : 'qualifying';
}

function occasionOfVisit(customer: DemoCustomer, contacts: readonly DemoContact[]): Occasion {
  const isProspect = customer.type === 'PROSPECT' || customer.type === 'LEAD';
  return {
    customer,
    opportunity: null,
    contacts,
    ownerId: customer.assignedToId,
    fromMs: Math.max(Date.parse(customer.createdAt), DEMO_ENDS_AT - QUARTER_MS),
    toMs: DEMO_ENDS_AT,
    isOverSince: () => false,
    phaseAt: () => (isProspect ? 'prospecting' : 'caring'),
  };
}
