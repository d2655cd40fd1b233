import { createHash } from 'node:crypto';
import { CreateActivityInput } from '../../src/crm/activity/activity.input.js';
import { CreateContactInput } from '../../src/crm/contact/contact.input.js';
import { CreateOpportunityInput } from '../../src/crm/opportunity/opportunity.input.js';
import type { DemoContact } from '../../src/demo/demo-contacts.js';
import { domainOf } from '../../src/demo/demo-firm.js';
import type { DemoRecords } from '../../src/demo/demo-records.js';
import type { DemoOpportunity, DemoTransition } from '../../src/demo/demo-opportunities.js';
import { DEMO_ENDS_AT } from '../../src/demo/demo-tenants.js';
import { parseInput } from '../../src/platform/input/validation.js';
import { ACME, DEMO, makeTenantRecords } from './support.js';

const french = makeTenantRecords(DEMO);
const british = makeTenantRecords(ACME);
const COUNTRIES: [string, DemoRecords][] = [
  ['French', french],
  ['British', british],
];

const ENDS_AT = new Date(DEMO_ENDS_AT).toISOString();
const TYPICAL = { NEW: 10, QUALIFIED: 25, PROPOSAL: 50, NEGOTIATION: 75, WON: 100, LOST: 0 };
const ACTIVE = ['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION'];

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** How often each word occurs. */
function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Fields that no caller may send. */
const OURS = ['tenantId', 'id', 'createdById', 'createdAt', 'updatedAt', 'deletedAt', 'deletedWith', 'version'];

function inputOf(record: object, ours: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([field]) => ![...OURS, ...ours].includes(field)));
}

describe('the records of the demo', () => {
  it('are the same on every machine, ids included', () => {
    const recordTypes = ['customers', 'contacts', 'opportunities', 'transitions', 'activities'] as const;
    const digests = recordTypes.map((recordType) => [
      recordType,
      digestOf(french[recordType]),
      digestOf(british[recordType]),
    ]);
    // A new record type is drawn after the others and changes none of them.
    expect(digests).toEqual([
      ['customers', '8ad0c1948cffb1e0', 'a6188a99a4cdbb36'],
      ['contacts', 'ae7b62fc62b8d5fd', 'fcd274eb7e5f78cd'],
      ['opportunities', 'f05fcd00dd62ce31', 'c3c47382ec845c84'],
      ['transitions', '0500a353d342b3ef', 'b282289857e8b0a6'],
      ['activities', '7e2e3126285140aa', 'b1ba0a6834029d41'],
    ]);
    expect(makeTenantRecords(DEMO)).toEqual(french);
  });

  it('are as many as announced, of one to four contacts per customer', () => {
    for (const [records, tenant] of [[french, DEMO] as const, [british, ACME] as const]) {
      expect(records.opportunities).toHaveLength(tenant.opportunities);
      expect(records.activities).toHaveLength(tenant.activities);
      const staff = tally(records.contacts.map(({ customerId }) => customerId));
      expect(Object.keys(staff)).toHaveLength(tenant.customers);
      expect([...new Set(Object.values(staff))].sort()).toEqual([1, 2, 3, 4]);
    }
  });

  it.each(COUNTRIES)('%s: could have come through the API, word for word', (_country, records) => {
    for (const contact of records.contacts) {
      expect(parseInput(CreateContactInput, inputOf(contact, []))).toEqual(inputOf(contact, []));
    }
    for (const opportunity of records.opportunities) {
      const input = inputOf(opportunity, ['actualCloseDate', 'winReason', 'lossReason']);
      expect(parseInput(CreateOpportunityInput, input)).toEqual(input);
    }
    for (const activity of records.activities) {
      const input = inputOf(activity, ['isCompleted', 'completedAt']);
      expect(parseInput(CreateActivityInput, input)).toEqual(input);
    }
  });

  it.each(COUNTRIES)('%s: come after their customer and before the end', (_country, records) => {
    const customers = byId(records.customers);
    for (const child of [...records.contacts, ...records.opportunities, ...records.activities]) {
      const moments = [customers.get(child.customerId)?.createdAt, child.createdAt, child.updatedAt, ENDS_AT];
      expect(moments).toEqual([...moments].sort());
    }
  });

  it.each(COUNTRIES)('%s: belong together', (_country, { contacts, opportunities, activities }) => {
    const named = new Map<string | null, DemoContact | DemoOpportunity>([...byId(contacts), ...byId(opportunities)]);
    for (const { customerId, contactId, opportunityId, createdAt } of activities) {
      for (const id of [contactId, opportunityId]) {
        expect(named.get(id)?.customerId).toBe(id === null ? undefined : customerId);
        expect(named.get(id)?.createdAt.localeCompare(createdAt)).not.toBe(1);
      }
    }
  });

  it.each(COUNTRIES)(
    '%s: respect who does not want to be called or written to',
    (_country, { contacts, activities }) => {
      const rejecting = (wish: 'doNotCall' | 'doNotEmail'): string[] =>
        contacts.filter((one) => one[wish]).map(({ id }) => id);
      const reached = (type: string): (string | null)[] =>
        activities.filter((one) => one.type === type).map((one) => one.contactId);
      expect(rejecting('doNotCall').length).toBeGreaterThan(0);
      expect(reached('CALL').filter((id) => rejecting('doNotCall').includes(String(id)))).toEqual([]);
      expect(reached('EMAIL').filter((id) => rejecting('doNotEmail').includes(String(id)))).toEqual([]);
    },
  );

  it('leave no blank in a text', () => {
    const texts = [...french.activities, ...british.activities].flatMap(({ subject, description }) => [
      subject,
      description,
    ]);
    expect(texts.filter((text) => text !== null && /[{}]|undefined|null|: *$/.test(text))).toEqual([]);
  });
});

describe('the contacts of the demo', () => {
  it('have one main contact per customer, who is there; some others have left', () => {
    for (const { customers, contacts } of [french, british]) {
      const main = contacts.filter(({ isPrimary }) => isPrimary);
      expect(new Set(main.map(({ customerId }) => customerId)).size).toBe(customers.length);
      expect(main).toHaveLength(customers.length);
      expect(main.every(({ isActive }) => isActive)).toBe(true);
      expect(contacts.some(({ isActive }) => !isActive)).toBe(true);
    }
  });

  it('have addresses at their firm, each their own', () => {
    for (const { customers, contacts } of [french, british]) {
      const domains = new Map(customers.map(({ id, name }) => [id, domainOf(name)]));
      const withAddress = contacts.filter(({ email }) => email !== null);
      for (const { customerId, email } of withAddress) {
        expect(email).toMatch(/^[a-z-]+\.[a-z-]+@[a-z0-9-]+\.example$/);
        expect(email?.split('@')[1]).toBe(domains.get(customerId));
      }
      expect(new Set(withAddress.map(({ email }) => email)).size).toBe(withAddress.length);
    }
  });

  it('have telephones that ring nowhere', () => {
    const inFrance = /^(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d$/;
    const inBritain = /^(020 7946 0|01\d\d 496 0|029 2018 0|028 9649 6|07700 900)\d{3}$/;
    const numbersOf = ({ contacts }: DemoRecords): string[] =>
      contacts.flatMap(({ phone, mobile }) => [phone ?? [], mobile ?? []].flat());
    for (const number of numbersOf(french)) expect(number).toMatch(inFrance);
    for (const number of numbersOf(british)) expect(number).toMatch(inBritain);
  });
});

describe('the pipeline of the demo', () => {
  it.each(COUNTRIES)('%s: has sales in every status, most of them open', (_c, { opportunities }) => {
    const statuses = tally(opportunities.map(({ status }) => status));
    expect(Object.keys(statuses).sort()).toEqual(Object.keys(TYPICAL).sort());
    const active = opportunities.filter(({ status }) => ACTIVE.includes(status));
    expect(active.length).toBeGreaterThan(opportunities.length / 2);
    expect(active.some(({ status, probability }) => probability !== TYPICAL[status])).toBe(true);
  });

  it.each(COUNTRIES)('%s: has amounts with cents, some in other currencies', (_c, { opportunities }) => {
    const currencies = Object.values(tally(opportunities.map(({ currency }) => currency)));
    expect(Math.max(...currencies)).toBeGreaterThan(opportunities.length * 0.85);
    expect(currencies.length).toBeGreaterThan(1);
    expect(opportunities.some(({ amount }) => !amount.endsWith('.00'))).toBe(true);
  });

  it.each(COUNTRIES)('%s: expects sales over months, some of them too late', (_c, { opportunities }) => {
    const active = opportunities.filter(({ status }) => ACTIVE.includes(status));
    const days = active.flatMap(({ expectedCloseDate }) => expectedCloseDate ?? []);
    expect(days.some((day) => day < ENDS_AT.slice(0, 10))).toBe(true);
    expect(new Set(days.map((day) => day.slice(0, 7))).size).toBeGreaterThanOrEqual(4);
  });

  it.each(COUNTRIES)('%s: was won from customers, with reasons for most of what is closed', (_c, records) => {
    const customers = byId(records.customers);
    const everWon = new Set(
      records.transitions.filter(({ toStatus }) => toStatus === 'WON').map((one) => one.opportunityId),
    );
    for (const { id, customerId } of records.opportunities) {
      if (everWon.has(id)) expect(['CUSTOMER', 'VIP']).toContain(customers.get(customerId)?.type);
    }
    const { opportunities } = records;
    expect(opportunities.filter(({ winReason }) => winReason !== null).length).toBeGreaterThan(5);
    expect(opportunities.filter(({ lossReason }) => lossReason !== null).length).toBeGreaterThan(4);
  });

  it.each(COUNTRIES)('%s: has codes in the order of creation, all of one year', (_c, { opportunities }) => {
    const expected = opportunities.map((_one, index) => `OPP-2026-${String(index + 1).padStart(5, '0')}`);
    expect(opportunities.map(({ code }) => code)).toEqual(expected);
    const moments = opportunities.map(({ createdAt }) => createdAt);
    expect(moments).toEqual([...moments].sort());
    expect(new Set(moments.map((moment) => moment.slice(0, 4)))).toEqual(new Set(['2026']));
  });

  it.each(COUNTRIES)('%s: has a history that leads to what each sale is now', (_c, { opportunities, transitions }) => {
    const histories = groupTransitions(transitions);
    expect(histories.size).toBe(opportunities.length);
    for (const opportunity of opportunities) expectToLeadTo(histories.get(opportunity.id) ?? [], opportunity);
    const isClosed = (status: string | null): boolean => status === 'WON' || status === 'LOST';
    const reopened = transitions.filter((one) => isClosed(one.fromStatus) && !isClosed(one.toStatus));
    expect(reopened.length).toBeGreaterThanOrEqual(3);
  });
});

function groupTransitions(transitions: readonly DemoTransition[]): Map<string, DemoTransition[]> {
  const histories = new Map<string, DemoTransition[]>();
  for (const transition of transitions) {
    const history = histories.get(transition.opportunityId) ?? [];
    histories.set(transition.opportunityId, [...history, transition]);
  }
  return histories;
}

function expectToLeadTo(history: readonly DemoTransition[], opportunity: DemoOpportunity): void {
  const {
    status: toStatus,
    probability,
    amount,
    currency,
    createdAt,
    updatedAt,
    version,
    actualCloseDate,
  } = opportunity;
  expect(history[0]).toMatchObject({ version: 1, fromStatus: null, changedAt: createdAt });
  expect(history.at(-1)).toMatchObject({ toStatus, probability, amount, currency });
  const versions = [...history.map((one) => one.version), version + 1];
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  const moments = [...history.map(({ changedAt }) => changedAt), updatedAt];
  expect(moments).toEqual([...moments].sort());
  expect(closingDayOf(history)).toBe(actualCloseDate);
  for (const [index, change] of history.slice(1).entries()) expectToFollow(change, history[index]);
}

/** The day on which a sale was closed for the last time, null while it is open. */
function closingDayOf(history: readonly DemoTransition[]): string | null {
  const closing = history.findLast(({ fromStatus, toStatus }) => fromStatus !== toStatus);
  return closing && !ACTIVE.includes(closing.toStatus) ? closing.changedAt.slice(0, 10) : null;
}

function expectToFollow(change: DemoTransition, before: DemoTransition | undefined): void {
  if (!before) throw new Error('Nothing comes before the creation.');
  expect(change.fromStatus).toBe(before.toStatus);
  const told = ({ toStatus, amount, probability }: DemoTransition): unknown[] => [toStatus, amount, probability];
  expect(told(change)).not.toEqual(told(before));
  const isReopened = !ACTIVE.includes(before.toStatus);
  // Between won and lost a sale is reopened; closing and reopening set the typical chance, whatever it was.
  if (isReopened) expect(ACTIVE).toContain(change.toStatus);
  if (isReopened || !ACTIVE.includes(change.toStatus)) expect(change.probability).toBe(TYPICAL[change.toStatus]);
}

describe('the activities of the demo', () => {
  it.each(COUNTRIES)('%s: are of every kind, about sales, people and customers', (_c, { activities }) => {
    const recordTypes = tally(activities.map(({ type }) => type));
    expect(Object.keys(recordTypes).sort()).toEqual(['CALL', 'EMAIL', 'FOLLOW_UP', 'MEETING', 'NOTE', 'TASK']);
    expect(Math.min(...Object.values(recordTypes))).toBeGreaterThan(15);
    const aboutSales = activities.filter(({ opportunityId }) => opportunityId !== null).length;
    expect(aboutSales / activities.length).toBeGreaterThan(0.5);
    expect(aboutSales / activities.length).toBeLessThan(0.75);
    expect(activities.filter(({ contactId }) => contactId !== null).length).toBeGreaterThan(activities.length / 2);
    const lastQuarter = activities.filter(({ createdAt }) => createdAt > '2026-08-20').length;
    expect(lastQuarter).toBeGreaterThan(activities.length * 0.7);
  });

  it.each(COUNTRIES)('%s: are partly done, partly overdue, partly to come', (_c, { activities }) => {
    const open = activities.filter(({ isCompleted }) => !isCompleted);
    expect(open.filter(({ completedAt }) => completedAt !== null)).toEqual([]);
    const due = open.flatMap(({ dueDate }) => dueDate ?? []);
    expect(due.filter((moment) => moment < ENDS_AT).length).toBeGreaterThan(4);
    expect(due.filter((moment) => moment > ENDS_AT).length).toBeGreaterThan(10);
    expect(open.filter(({ date }) => date > ENDS_AT).length).toBeGreaterThan(3);
  });

  it.each(COUNTRIES)('%s: were completed after they were entered, a few of them late', (_c, { activities }) => {
    const done = activities.filter(({ isCompleted }) => isCompleted);
    for (const { createdAt, completedAt, updatedAt, version } of done) {
      const moments = [createdAt, completedAt, updatedAt];
      expect(moments).toEqual([...moments].sort());
      expect(version).toBeGreaterThan(1);
    }
    const late = done.filter(({ completedAt, dueDate }) => String(completedAt) > (dueDate ?? '9'));
    expect(late.length).toBeGreaterThan(5);
    expect(late.length).toBeLessThan(done.length / 10);
  });

  it('leave nothing open on a sale that is lost, nor from before it was won', () => {
    for (const { opportunities, activities } of [french, british]) {
      const sales = byId(opportunities);
      for (const { opportunityId, createdAt } of activities.filter(({ isCompleted }) => !isCompleted)) {
        const sale = sales.get(opportunityId ?? '');
        expect(sale?.status).not.toBe('LOST');
        if (sale?.status === 'WON') expect(createdAt >= sale.updatedAt).toBe(true);
      }
    }
  });
});
