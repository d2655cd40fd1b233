/** All records of a demo tenant, generated in a fixed order from one seed. New data is generated last, so that the rest does not change. */
import type { Faker } from '@faker-js/faker';
import { makeDemoActivities, type DemoActivity } from './demo-activities.js';
import { makeDemoContacts, type DemoContact } from './demo-contacts.js';
import { makeDemoCustomers, type DemoCustomer } from './demo-customers.js';
import type { FirmMaker } from './demo-firm.js';
import { makeDemoSales, type DemoOpportunity, type DemoTransition } from './demo-opportunities.js';
import type { DemoTenant } from './demo-tenants.js';
import type { SalesWords } from './demo-words.js';

/** A country's firms, and the words of its language. */
export interface DemoCountry {
  readonly firms: FirmMaker;
  readonly words: SalesWords;
}

export interface DemoRecords {
  readonly customers: readonly DemoCustomer[];
  readonly contacts: readonly DemoContact[];
  readonly opportunities: readonly DemoOpportunity[];
  readonly transitions: readonly DemoTransition[];
  readonly activities: readonly DemoActivity[];
}

/** @param userIds those who create records and are responsible for them */
export function makeDemoRecords(
  faker: Faker,
  tenant: DemoTenant,
  { firms, words }: DemoCountry,
  userIds: readonly string[],
): DemoRecords {
  const { people, deals, scenes } = words;
  const { sources } = firms.vocabulary;
  const customers = makeDemoCustomers(faker, tenant, firms, userIds);
  const contacts = makeDemoContacts(faker, { firms, people, customers, userIds });
  const sales = makeDemoSales(faker, { tenant, deals, sources, customers, userIds });
  const activities = makeDemoActivities(faker, { tenant, scenes, customers, contacts, sales, userIds });
  return {
    customers,
    contacts,
    opportunities: sales.map(({ opportunity }) => opportunity),
    transitions: sales.flatMap(({ transitions }) => transitions),
    activities,
  };
}
