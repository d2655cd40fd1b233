/** Opportunities of the demo: the pipeline of a team after most of a year, with the history of each opportunity. */
import type { Faker } from '@faker-js/faker';
import type { Opportunity } from '../crm/opportunity/opportunity.entity.js';
import { isActive } from '../crm/opportunity/opportunity-status.js';
import { makeDemoId, type DemoCustomer } from './demo-customers.js';
import { moneyText, sometimes, type Vocabulary } from './demo-firm.js';
import { DAY_MS, instantText, makeMomentAtWork, weekdayAfter } from './demo-moments.js';
import { live, planSteps, type Fate, type Life, type Milestone, type Step } from './demo-opportunity-history.js';
import { DEMO_ENDS_AT, DEMO_YEAR, type DemoTenant } from './demo-tenants.js';
import type { DealWords } from './demo-words.js';

/** The database computes the weighted amount. */
export type DemoOpportunity = Omit<Opportunity, symbol | 'weightedAmount'>;

/** A row of opportunity_transitions. */
export interface DemoTransition extends Omit<Milestone, 'cents' | 'atMs'> {
  readonly tenantId: string;
  readonly opportunityId: string;
  readonly amount: string;
  readonly currency: string;
  readonly changedAt: string;
  readonly changedBy: string;
}

export interface DemoSale {
  readonly customer: DemoCustomer;
  readonly opportunity: DemoOpportunity;
  readonly transitions: readonly DemoTransition[];
}

interface SaleSources {
  readonly tenant: DemoTenant;
  readonly deals: DealWords;
  readonly sources: Vocabulary['sources'];
  readonly customers: readonly DemoCustomer[];
  /** Those who sell. */
  readonly userIds: readonly string[];
}

/** Of 40 sales, how many end in each status. */
const FATES: readonly (readonly [status: Opportunity['status'], isReopened: boolean, share: number])[] = [
  ['NEW', false, 6], ['QUALIFIED', false, 6], ['PROPOSAL', false, 5], ['NEGOTIATION', false, 4], ['NEGOTIATION', true, 1],
  ['WON', false, 10], ['WON', true, 1], ['LOST', false, 6], ['LOST', true, 1],
]; // prettier-ignore

/** How long ago a sale may have begun. Closed ones begin in the middle of January at the earliest, so that all codes have one year. */
const ACTIVE_SINCE_MS = 150 * DAY_MS;
const CLOSED_SINCE_MS = 310 * DAY_MS;
const SHORTEST_SALE_MS = 4 * DAY_MS;
const LONGEST_SALE_MS = 120 * DAY_MS;

/** All sales of a tenant, the oldest first. */
export function makeDemoSales(faker: Faker, given: SaleSources): DemoSale[] {
  return dealFates(faker, given.tenant.opportunities)
    .map((fate) => beginSale(faker, fate, given.customers))
    .sort((a, b) => a.createdAtMs - b.createdAtMs)
    .map((beginning, index) => makeSale(faker, given, beginning, index + 1));
}

function dealFates(faker: Faker, count: number): Fate[] {
  const deck = FATES.flatMap(([status, isReopened, share]) => Array<Fate>(share).fill({ status, isReopened }));
  const dealt = Array.from({ length: Math.ceil(count / deck.length) }, () => faker.helpers.shuffle(deck)).flat();
  return dealt.slice(0, count);
}

interface Beginning {
  readonly fate: Fate;
  readonly customer: DemoCustomer;
  readonly createdAtMs: number;
}

function beginSale(faker: Faker, fate: Fate, customers: readonly DemoCustomer[]): Beginning {
  const isOpen = isActive(fate.status);
  const latestMs = DEMO_ENDS_AT - (isOpen ? 0 : SHORTEST_SALE_MS);
  const able = customers.filter((one) => isAble(one, fate) && Date.parse(one.createdAt) <= latestMs);
  const weights = able.map((value) => ({ value, weight: value.type === 'VIP' ? 4 : 1 }));
  const customer = faker.helpers.weightedArrayElement(weights);
  const sinceMs = DEMO_ENDS_AT - (isOpen ? ACTIVE_SINCE_MS : CLOSED_SINCE_MS);
  const createdAtMs = makeMomentAtWork(faker, Math.max(sinceMs, Date.parse(customer.createdAt)), latestMs);
  return { fate, customer, createdAtMs };
}

/** A won sale belongs to a customer that has bought. Only lost sales belong to churned customers. */
function isAble(customer: DemoCustomer, { status }: Fate): boolean {
  if (status === 'WON') return hasBought(customer);
  return status === 'LOST' || customer.type !== 'CHURNED';
}

function hasBought({ type }: DemoCustomer): boolean {
  return type === 'CUSTOMER' || type === 'VIP';
}

function makeSale(faker: Faker, given: SaleSources, { fate, customer, createdAtMs }: Beginning, n: number): DemoSale {
  const { tenant, deals, userIds } = given;
  const steps = planSteps(faker, fate, hasBought(customer));
  const momentsMs = makeMoments(faker, fate, createdAtMs, steps.length);
  const goods = makeGoods(faker, deals, steps);
  const life = live(faker, { steps, momentsMs, cents: goods.cents, words: deals });
  const id = makeDemoId(faker, createdAtMs);
  const owner = customer.assignedToId ?? faker.helpers.arrayElement(userIds);
  const currency = sometimes(faker, 8, faker.helpers.arrayElement(deals.otherCurrencies)) ?? tenant.currency;
  const lastMs = momentsMs.at(-1) ?? createdAtMs;
  const opportunity: DemoOpportunity = {
    tenantId: tenant.id,
    id,
    customerId: customer.id,
    code: `OPP-${DEMO_YEAR}-${String(n).padStart(5, '0')}`,
    name: faker.datatype.boolean(0.45) ? `${goods.name} – ${customer.name}` : goods.name,
    description: goods.description,
    products: goods.products,
    ...life.lifecycle,
    amount: moneyText(life.cents),
    currency,
    expectedCloseDate: makeExpectation(faker, life, createdAtMs, lastMs),
    assignedToId: sometimes(faker, 93, owner),
    ...makeRemarks(faker, given, life),
    createdById: owner,
    createdAt: instantText(createdAtMs),
    updatedAt: instantText(lastMs),
    deletedAt: null,
    deletedWith: null,
    version: life.version,
  };
  const transitions = life.milestones.map(({ cents, atMs, ...milestone }) => ({
    ...{ tenantId: tenant.id, opportunityId: id, ...milestone },
    ...{ amount: moneyText(cents), currency, changedAt: instantText(atMs), changedBy: owner },
  }));
  return { customer, opportunity, transitions };
}

/** One moment for each step, in order. */
function makeMoments(faker: Faker, { status }: Fate, createdAtMs: number, count: number): number[] {
  const longestMs = Math.min(DEMO_ENDS_AT, createdAtMs + LONGEST_SALE_MS);
  const endMs = isActive(status)
    ? makeMomentAtWork(faker, createdAtMs, DEMO_ENDS_AT)
    : makeMomentAtWork(faker, Math.min(createdAtMs + SHORTEST_SALE_MS, longestMs), longestMs);
  const later = Array.from({ length: count - 1 }, () => makeMomentAtWork(faker, createdAtMs, endMs));
  return [createdAtMs, ...later.sort((a, b) => a - b)];
}

interface Goods extends Pick<Opportunity, 'name' | 'description' | 'products'> {
  readonly cents: number;
}

/** Articles of one offer at list price. A new opportunity may have none yet. */
function makeGoods(faker: Faker, { offers, writeProduct }: DealWords, steps: readonly Step[]): Goods {
  const { name, articles } = faker.helpers.arrayElement(offers);
  if (steps.every((step) => step === 'NEW') && faker.datatype.boolean(0.35)) {
    return { name, description: null, products: [], cents: 0 };
  }
  const ordered = articles.map((article) => {
    const [, label, price, min, max] = article;
    return { article, label, price, quantity: faker.number.int({ min, max }) };
  });
  return {
    name,
    description: ordered.map(({ label, quantity }) => `${quantity} × ${label}`).join('\n'),
    products: ordered.map(({ article, price, quantity }) => writeProduct(article, quantity, moneyText(price))),
    cents: ordered.reduce((total, { price, quantity }) => total + price * quantity, 0),
  };
}

/** The expected close date of an active sale by its status: days after the end of the demo, from and to. */
const OUTLOOK = { NEW: [30, 160], QUALIFIED: [15, 110], PROPOSAL: [5, 75], NEGOTIATION: [1, 45] } as const;

/** Closed sales closed near the expected date. Some active ones are overdue, and a few have no date. */
function makeExpectation(faker: Faker, { lifecycle }: Life, createdAtMs: number, lastMs: number): string | null {
  const { status } = lifecycle;
  if (status === 'WON' || status === 'LOST') return weekdayAfter(lastMs, faker.number.int({ min: -18, max: 18 }));
  if (faker.datatype.boolean(0.06)) return null;
  const isOld = createdAtMs < DEMO_ENDS_AT - 45 * DAY_MS;
  if (isOld && faker.datatype.boolean(0.25)) return weekdayAfter(DEMO_ENDS_AT, -faker.number.int({ min: 3, max: 35 }));
  const [min, max] = OUTLOOK[status];
  return weekdayAfter(DEMO_ENDS_AT, faker.number.int({ min, max }));
}

type Remarks = Pick<Opportunity, 'stage' | 'team' | 'source' | 'campaign' | 'competitors' | 'notes' | 'nextSteps'>;

function makeRemarks(faker: Faker, { deals, sources }: SaleSources, { lifecycle: { status } }: Life): Remarks {
  const nextStep = status === 'WON' || status === 'LOST' ? null : faker.helpers.arrayElement(deals.nextSteps[status]);
  return {
    stage: sometimes(faker, 70, deals.stages[status]),
    team: sometimes(faker, 80, faker.helpers.arrayElement(deals.teams)),
    source: sometimes(faker, 88, faker.helpers.arrayElement(sources)),
    campaign: sometimes(faker, 30, faker.helpers.arrayElement(deals.campaigns)),
    competitors: faker.helpers.arrayElements(deals.competitors, { min: 0, max: 2 }),
    notes: sometimes(faker, 35, faker.helpers.arrayElement(deals.notes)),
    nextSteps: sometimes(faker, 75, nextStep),
  };
}
