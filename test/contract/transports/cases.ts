/** What each operation is asked on both transports: what it is for, and every state and reference that it rejects. */
import { newId } from '../../../src/platform/values/ids.js';
import type { Target } from '../surface/target.js';
import type { Request } from './ask.js';

export interface Case extends Request {
  readonly what: string;
  /** A statement in both tenants beforehand, `$1` being the tenant. */
  readonly given?: (target: Target) => string;
  /** Settings of tenants of their own. */
  readonly settings?: Readonly<Record<string, number>>;
}

type Noun = 'customer' | 'contact' | 'opportunity' | 'activity';
interface Kind {
  readonly id: (target: Target) => string;
  readonly deletedId: (target: Target) => string;
}

const KINDS: Readonly<Record<Noun, Kind>> = {
  customer: { id: (t) => t.customerId, deletedId: (t) => t.deletedId },
  contact: { id: (t) => t.contactId, deletedId: (t) => t.deletedContactId },
  opportunity: { id: (t) => t.opportunityId, deletedId: (t) => t.deletedOpportunityId },
  activity: { id: (t) => t.activityId, deletedId: (t) => t.deletedActivityId },
};

const NOBODY = newId();
const unknown = (): string => NOBODY;
const won = (t: Target): string => t.wonOpportunityId;

const set =
  (table: string, assignment: string, id: (target: Target) => string) =>
  (t: Target): string =>
    `UPDATE ${table} SET ${assignment} WHERE tenant_id = $1 AND id = '${id(t)}'`;

/** The same action on a record, on none, and with versions. */
function onRecord({ id, deletedId }: Kind, body?: Request['body']): Case[] {
  return [
    { what: 'a record', id, body },
    { what: 'the version that it has', id, body, version: 1 },
    { what: 'a stale version', id, body, version: 7 },
    { what: 'an unknown record', id: unknown, body },
    { what: 'a deleted record', id: deletedId, body },
    { what: 'a malformed id', id: () => 'x', body },
  ];
}

type Fields = (target: Target) => object;

/** The least of each kind. */
const LEAST: Readonly<Record<Noun, Fields>> = {
  customer: () => ({ name: 'Nouveau' }),
  contact: (t) => ({ customer_id: t.customerId, first_name: 'Jean', last_name: 'Dupont' }),
  opportunity: (t) => ({ customer_id: t.customerId, name: 'Projet' }),
  activity: (t) => ({ customer_id: t.customerId, type: 'CALL', subject: 'Appel' }),
};

/** Who may be made responsible; `id` where there is a record already. */
function assignments(least: Fields, id?: Case['id']): Case[] {
  const to = (what: string, assignee: Fields, more: Partial<Case> = {}): Case => ({
    what: `${what} as responsible`,
    id,
    body: (t) => ({ ...least(t), ...assignee(t) }),
    ...more,
  });
  const fifth: Fields = (t) => ({ assigned_to: t.userId });
  return [
    to('somebody', fifth),
    to('nobody', () => ({ assigned_to: null })),
    to('an unknown user', () => ({ assigned_to: NOBODY })),
    to('an inactive user', fifth, { given: set('users', 'is_active = false', (t) => t.userId) }),
    to('somebody else, by a user,', fifth, { role: 'user' }),
  ];
}

function creations(recordType: Noun): Case[] {
  const least = LEAST[recordType];
  const of = (what: string, customerId: (t: Target) => string): Case => ({
    what,
    body: (t) => ({ ...least(t), customer_id: customerId(t) }),
  });
  const parents = [of('of an unknown customer', unknown), of('of a deleted customer', (t) => t.deletedId)];
  return [
    { what: 'the least', body: least },
    { what: 'nothing', body: () => ({}) },
    { what: 'a member that is not known', body: (t) => ({ ...least(t), tenant_id: 'x' }) },
    ...(recordType === 'customer' ? [] : parents),
    ...(recordType === 'contact' ? [] : assignments(least)),
  ];
}

function changes(recordType: Noun, change: Fields): Case[] {
  const kind = KINDS[recordType];
  return [
    ...onRecord(kind, change),
    { what: 'no change', id: kind.id, body: () => ({}) },
    ...(recordType === 'contact' ? [] : assignments(() => ({}), kind.id)),
  ];
}

function restorations(recordType: Noun): Case[] {
  const { id, deletedId } = KINDS[recordType];
  const given = set('customers', 'deleted_at = now()', KINDS.customer.id);
  return [
    { what: 'a deleted record', id: deletedId },
    { what: 'a live record', id },
    { what: 'an unknown record', id: unknown },
    ...(recordType === 'customer' ? [] : [{ what: 'a record of a deleted customer', id: deletedId, given }]),
  ];
}

const { customer, contact, opportunity, activity } = KINDS;
const FULL = { limit_customers: 1, limit_contacts_per_customer: 1, limit_active_opportunities: 1 };
const beyond = (more: Partial<Case>): Case => ({ what: 'one more than the limit', settings: FULL, ...more });

const typed = (type: string): Case => ({
  what: `one that is ${type}`,
  id: customer.id,
  given: set('customers', `type = '${type}'`, customer.id),
});
const OF_A_LOST_ONE = set('opportunities', "status = 'LOST', probability = 0", won);

/** The lifecycle through the record's fields: a status alone, and with what it allows or not. */
const STATUSES = ['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST'];
const MEMBERS: readonly object[] = [
  ...STATUSES.map((status) => ({ status })),
  ...STATUSES.map((status) => ({ status, probability: 100 })),
  ...STATUSES.map((status) => ({ status, probability: null })),
  { status: 'WON', win_reason: 'Prix' },
  { status: 'WON', loss_reason: 'Prix' },
  { status: 'LOST', loss_reason: 'Prix' },
  { loss_reason: 'Prix' },
  { win_reason: 'Prix' },
  { probability: 33, amount: '100.01' },
  { amount: '0.005' },
  { amount: -1 },
  { probability: 101 },
  { currency: 'XXY' },
];
const lifecycle = (id: Case['id'], state: string): Case[] =>
  MEMBERS.map((field) => ({ what: `${JSON.stringify(field)} to ${state}`, id, body: () => field }));

const reasons = (reason: string | null): Fields => (reason === null ? () => ({}) : () => ({ reason }));

/** By the name of the GraphQL field. Lists are compared on their own. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  customer: onRecord(customer).filter(({ version }) => version === undefined),
  contact: onRecord(contact).filter(({ version }) => version === undefined),
  opportunity: onRecord(opportunity).filter(({ version }) => version === undefined),
  activity: onRecord(activity).filter(({ version }) => version === undefined),

  createCustomer: [
    ...creations('customer'),
    { what: 'a code that is taken', body: (t) => ({ name: 'Nouveau', code: t.code }) },
    { what: 'a code of a deleted one', body: (t) => ({ name: 'Nouveau', code: `${t.code}-X` }) },
    beyond({ body: LEAST.customer }),
  ],
  updateCustomer: changes('customer', () => ({ city: 'Lyon', annual_revenue: 12.5, tags: ['a'] })),
  deleteCustomer: onRecord(customer),
  restoreCustomer: [
    ...restorations('customer'),
    {
      what: 'a code that was taken meanwhile',
      id: customer.deletedId,
      given: (t) => set('customers', `code = '${t.code}-X'`, customer.id)(t),
    },
    beyond({ id: customer.deletedId }),
  ],
  convertCustomer: [...onRecord(customer), ...['LEAD', 'CUSTOMER', 'VIP', 'PARTNER', 'CHURNED'].map(typed)],

  createContact: [
    ...creations('contact'),
    { what: 'a primary one', body: (t) => ({ ...LEAST.contact(t), is_primary: true }) },
    {
      what: 'another primary one',
      body: (t) => ({ ...LEAST.contact(t), is_primary: true }),
      given: set('contacts', 'is_primary = true', contact.id),
    },
    beyond({ body: LEAST.contact }),
  ],
  updateContact: [
    ...changes('contact', () => ({ email: 'JEAN@Exemple.fr', do_not_call: true })),
    { what: 'the primary one', id: contact.id, body: () => ({ is_primary: true }) },
    { what: 'one that left', id: contact.id, body: () => ({ is_active: false }) },
  ],
  deleteContact: onRecord(contact),
  restoreContact: [...restorations('contact'), beyond({ id: contact.deletedId })],

  createOpportunity: [
    ...creations('opportunity'),
    { what: 'a code that is taken', body: (t) => ({ ...LEAST.opportunity(t), code: t.opportunityCode }) },
    ...MEMBERS.map((field): Case => ({
      what: JSON.stringify(field),
      body: (t) => ({ ...LEAST.opportunity(t), ...field }),
    })),
    beyond({ body: LEAST.opportunity }),
    beyond({ what: 'a closed one beyond the limit', body: (t) => ({ ...LEAST.opportunity(t), status: 'WON' }) }),
  ],
  updateOpportunity: [
    ...changes('opportunity', () => ({ team: 'Nord', products: [{ a: [1, null] }] })),
    ...lifecycle(opportunity.id, 'an active one'),
    ...lifecycle(won, 'one that was won'),
    beyond({ id: won, body: () => ({ status: 'NEW' }) }),
  ],
  deleteOpportunity: [...onRecord(opportunity), { what: 'one that was won', id: won }],
  restoreOpportunity: [
    ...restorations('opportunity'),
    {
      what: 'a code that was taken meanwhile',
      id: opportunity.deletedId,
      given: (t) => set('opportunities', `code = '${t.opportunityCode}-X'`, opportunity.id)(t),
    },
    beyond({ id: opportunity.deletedId }),
  ],
  winOpportunity: [
    ...onRecord(opportunity),
    { what: 'a reason', id: opportunity.id, body: reasons('Prix') },
    { what: 'a long reason', id: opportunity.id, body: reasons('x'.repeat(256)) },
    { what: 'one that was won', id: won, body: reasons('Encore') },
    { what: 'one that was lost', id: won, given: OF_A_LOST_ONE },
    ...['LEAD', 'VIP', 'PARTNER'].map((type) => ({ ...typed(type), what: `a ${type}'s`, id: opportunity.id })),
  ],
  loseOpportunity: [
    ...onRecord(opportunity, reasons('Budget')),
    { what: 'a long reason', id: opportunity.id, body: reasons('x'.repeat(256)) },
    { what: 'one that was won', id: won, body: reasons('Budget') },
    { what: 'one that was lost', id: won, body: reasons('Budget'), given: OF_A_LOST_ONE },
  ],
  reopenOpportunity: [
    ...onRecord({ ...opportunity, id: won }),
    { what: 'a reason', id: won, body: reasons('Relance') },
    { what: 'a long reason', id: won, body: reasons('x'.repeat(256)) },
    { what: 'one that is active', id: opportunity.id },
    { what: 'one that was lost', id: won, given: OF_A_LOST_ONE },
    ...STATUSES.map((status) => ({ what: `to ${status}`, id: won, body: () => ({ status }) })),
    beyond({ id: won }),
  ],

  createActivity: [
    ...creations('activity'),
    {
      what: 'all three records',
      body: (t) => ({ ...LEAST.activity(t), opportunity_id: t.opportunityId, contact_id: t.contactId }),
    },
    { what: 'an unknown opportunity', body: (t) => ({ ...LEAST.activity(t), opportunity_id: NOBODY }) },
    { what: 'a deleted contact', body: (t) => ({ ...LEAST.activity(t), contact_id: t.deletedContactId }) },
    { what: 'a day by which it is due', body: (t) => ({ ...LEAST.activity(t), due_date: '2026-12-31' }) },
  ],
  updateActivity: changes('activity', () => ({ duration_minutes: 5, due_date: '2026-12-31T10:00:00+01:00' })),
  deleteActivity: onRecord(activity),
  restoreActivity: restorations('activity'),
  completeActivity: [
    ...onRecord(activity),
    {
      what: 'one that is done',
      id: activity.id,
      given: set('activities', "is_completed = true, completed_at = '2026-11-01T10:00:00Z'", activity.id),
    },
  ],
  reopenActivity: [
    ...onRecord(activity),
    {
      what: 'one that is done',
      id: activity.id,
      given: set('activities', "is_completed = true, completed_at = '2026-11-01T10:00:00Z'", activity.id),
    },
  ],
};
