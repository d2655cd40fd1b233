/** Customers of the demo: realistic, and the same on every machine. */
import type { Faker } from '@faker-js/faker';
import { v7 } from 'uuid';
import type { CustomerType } from '../crm/customer/customer-enums.js';
import type { Customer } from '../crm/customer/customer.entity.js';
import { moneyText, pickWeighted, sometimes, type FirmMaker, type Vocabulary } from './demo-firm.js';
import { DAY_MS } from './demo-moments.js';
import { DEMO_ENDS_AT, type DemoTenant } from './demo-tenants.js';

export type DemoCustomer = Omit<Customer, 'searchPhone' | symbol>;

const DEMO_DAYS = 730;
/** When the tenant and its users were created. */
export const DEMO_STARTS_AT = DEMO_ENDS_AT - DEMO_DAYS * DAY_MS;

const TYPES = { PROSPECT: 30, LEAD: 20, CUSTOMER: 34, VIP: 6, PARTNER: 4, CHURNED: 6 };
const TERMS = { NET_30: 50, NET_45: 15, NET_60: 12, END_OF_MONTH: 10, IMMEDIATE: 8, NET_15: 5 };
const METHODS = ['BANK_TRANSFER', 'BANK_TRANSFER', 'BANK_TRANSFER', 'DIRECT_DEBIT', 'CHECK', 'CREDIT_CARD'] as const;
const HAVE_BOUGHT: readonly CustomerType[] = ['CUSTOMER', 'VIP', 'CHURNED'];
/** Shares of the size classes, from the smallest, in percent. */
const SIZE_SHARES = [38, 44, 15, 3];

/** A UUID v7 of that moment, with a random part from the seed. */
export function makeDemoId(faker: Faker, atMs: number): string {
  const random = Uint8Array.from({ length: 16 }, () => faker.number.int(255));
  return v7({ msecs: atMs, random });
}

/** @param userIds those who create customers and are responsible for them */
export function makeDemoCustomers(
  faker: Faker,
  tenant: DemoTenant,
  { makeFirm, vocabulary }: FirmMaker,
  userIds: readonly string[],
): DemoCustomer[] {
  const names = new Set<string>();
  const moments = Array.from({ length: tenant.customers }, () => makeWorkingMoment(faker)).sort((a, b) => a - b);
  return moments.map((atMs, index) => ({
    tenantId: tenant.id,
    id: makeDemoId(faker, atMs),
    code: `CLI${String(index + 1).padStart(5, '0')}`,
    ...makeFirm(faker, names),
    ...makeSize(faker, vocabulary),
    ...makeTrade(faker, atMs),
    ...makeRemarks(faker, vocabulary),
    currency: tenant.currency,
    assignedToId: sometimes(faker, 88, faker.helpers.arrayElement(userIds)),
    createdById: faker.helpers.arrayElement(userIds),
    createdAt: new Date(atMs).toISOString(),
    ...makeChanges(faker, atMs),
    deletedAt: null,
  }));
}

/** The version of a record, and when it was last changed. */
export function makeChanges(faker: Faker, createdAtMs: number): Pick<Customer, 'updatedAt' | 'version'> {
  const changes = faker.helpers.arrayElement([0, 0, 1, 2, 4]);
  const updatedAtMs = changes === 0 ? createdAtMs : faker.number.int({ min: createdAtMs, max: DEMO_ENDS_AT });
  return { updatedAt: new Date(updatedAtMs).toISOString(), version: 1 + changes };
}

/** Between eight and five on a weekday. */
function makeWorkingMoment(faker: Faker): number {
  for (;;) {
    const dayMs = DEMO_STARTS_AT + faker.number.int({ min: 1, max: DEMO_DAYS - 1 }) * DAY_MS;
    const atMs = dayMs - faker.number.int({ min: 0, max: 9 * 3_600_000 });
    if (![0, 6].includes(new Date(atMs).getUTCDay())) return atMs;
  }
}

function makeSize(
  faker: Faker,
  { sizes }: Vocabulary,
): Pick<Customer, 'size' | 'segment' | 'employeeCount' | 'annualRevenue'> {
  const classes = sizes.map((value, place) => ({ value: { value, place }, weight: SIZE_SHARES[place] ?? 1 }));
  const { value, place } = faker.helpers.weightedArrayElement(classes);
  const [size, most, segment] = value;
  const employeeCount = faker.number.int({ min: (sizes[place - 1]?.[1] ?? 0) + 1, max: most });
  const revenue = employeeCount * faker.number.int({ min: 80, max: 220 });
  return {
    size,
    segment: sometimes(faker, 80, segment),
    employeeCount,
    annualRevenue: sometimes(faker, 80, `${revenue}000.00`),
  };
}

type Trade = Pick<
  Customer,
  | 'type' | 'isActive' | 'paymentTerms' | 'paymentMethod' | 'creditLimit' | 'discountRate' | 'leadScore' | 'healthScore'
  | 'totalRevenue' | 'orderCount' | 'firstOrderDate' | 'lastOrderDate'
>; // prettier-ignore

function makeTrade(faker: Faker, createdAtMs: number): Trade {
  const type = pickWeighted(faker, TYPES);
  const hasBought = HAVE_BOUGHT.includes(type);
  const isHealthy = type !== 'CHURNED';
  return {
    type,
    isActive: isHealthy || faker.datatype.boolean(0.3),
    paymentTerms: pickWeighted(faker, TERMS),
    paymentMethod: hasBought ? faker.helpers.arrayElement(METHODS) : null,
    creditLimit: hasBought ? `${faker.number.int({ min: 1, max: 60 })}000.00` : null,
    discountRate: faker.helpers.arrayElement(
      type === 'VIP' ? ['7.50', '10.00', '12.50'] : ['0.00', '0.00', '0.00', '2.50', '5.00'],
    ),
    leadScore: faker.number.int(hasBought ? { min: 60, max: 100 } : { min: 5, max: 85 }),
    healthScore: faker.number.int(isHealthy ? { min: 55, max: 100 } : { min: 0, max: 35 }),
    ...(hasBought ? makeOrders(faker, createdAtMs, type) : NO_ORDERS),
  };
}

const NO_ORDERS = { totalRevenue: '0.00', orderCount: 0, firstOrderDate: null, lastOrderDate: null } as const;

type Orders = Pick<Customer, 'totalRevenue' | 'orderCount' | 'firstOrderDate' | 'lastOrderDate'>;

function makeOrders(faker: Faker, createdAtMs: number, type: CustomerType): Orders {
  const orderCount = faker.number.int(type === 'VIP' ? { min: 15, max: 60 } : { min: 1, max: 18 });
  const firstMs = faker.number.int({ min: createdAtMs, max: DEMO_ENDS_AT });
  const lastMs = orderCount === 1 ? firstMs : faker.number.int({ min: firstMs, max: DEMO_ENDS_AT });
  const cents = orderCount * faker.number.int({ min: 18_000, max: 640_000 });
  return {
    orderCount,
    totalRevenue: moneyText(cents),
    firstOrderDate: new Date(firstMs).toISOString().slice(0, 10),
    lastOrderDate: new Date(lastMs).toISOString().slice(0, 10),
  };
}

function makeRemarks(
  faker: Faker,
  { sources, tags, notes, internalNotes }: Vocabulary,
): Pick<Customer, 'source' | 'tags' | 'notes' | 'internalNotes'> {
  return {
    source: sometimes(faker, 85, faker.helpers.arrayElement(sources)),
    tags: faker.helpers.arrayElements(tags, { min: 0, max: 3 }),
    notes: sometimes(faker, 30, faker.helpers.arrayElement(notes)),
    internalNotes: sometimes(faker, 12, faker.helpers.arrayElement(internalNotes)),
  };
}
