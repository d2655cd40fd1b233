/** Contacts of the demo: one to four for each customer, the first one the main contact. */
import type { Faker } from '@faker-js/faker';
import type { Contact } from '../crm/contact/contact.entity.js';
import { makeChanges, makeDemoId, type DemoCustomer } from './demo-customers.js';
import { domainOf, slugOf, sometimes, type FirmMaker } from './demo-firm.js';
import { HOUR_MS, instantText, makeMomentAtWork } from './demo-moments.js';
import { DEMO_ENDS_AT } from './demo-tenants.js';
import type { Job, PeopleWords } from './demo-words.js';

export type DemoContact = Omit<Contact, 'searchPhone' | symbol>;

interface ContactSources {
  readonly firms: FirmMaker;
  readonly people: PeopleWords;
  readonly customers: readonly DemoCustomer[];
  /** Those who create contacts. */
  readonly userIds: readonly string[];
}

/** The contacts of all customers, in the order of the customers. */
export function makeDemoContacts(faker: Faker, sources: ContactSources): DemoContact[] {
  return sources.customers.flatMap((customer) => makeStaff(faker, customer, sources));
}

/** A firm with fewer employees has one decision maker, its owner. */
const SMALL = 10;

/** Larger firms have more contacts. */
function makeStaff(faker: Faker, customer: DemoCustomer, sources: ContactSources): DemoContact[] {
  const employees = customer.employeeCount ?? 0;
  const most = employees < SMALL ? 2 : employees < 50 ? 3 : 4;
  const count = faker.number.int({ min: 1, max: most });
  // No two of a firm share a surname, so that their addresses differ.
  const lastNames = faker.helpers.arrayElements(sources.people.lastNames, count);
  return lastNames.map((lastName, place) => makeContact(faker, customer, sources, lastName, place === 0));
}

function makeContact(
  faker: Faker,
  customer: DemoCustomer,
  { firms, people, userIds }: ContactSources,
  lastName: string,
  isPrimary: boolean,
): DemoContact {
  const customerSinceMs = Date.parse(customer.createdAt);
  const latestMs = isPrimary ? Math.min(customerSinceMs + HOUR_MS, DEMO_ENDS_AT) : DEMO_ENDS_AT;
  const createdAtMs = makeMomentAtWork(faker, customerSinceMs, latestMs);
  return {
    tenantId: customer.tenantId,
    id: makeDemoId(faker, createdAtMs),
    customerId: customer.id,
    lastName,
    ...makePerson(faker, jobsAt(customer, people, isPrimary), { people, lastName, domain: domainOf(customer.name) }),
    phone: sometimes(faker, 80, firms.makePhone(faker, customer)),
    mobile: sometimes(faker, 65, firms.makeMobile(faker)),
    isPrimary,
    ...makeWishes(faker, people),
    ...makeStay(faker, people, createdAtMs, isPrimary),
    createdById: faker.helpers.arrayElement(userIds),
    createdAt: instantText(createdAtMs),
    deletedAt: null,
    deletedWith: null,
  };
}

type Person = Pick<
  Contact,
  'firstName' | 'title' | 'email' | 'linkedin' | 'jobTitle' | 'department' | 'isBilling' | 'isShipping' | 'isDecisionMaker'
>; // prettier-ignore

/** The main contact decides; the first two jobs of the list are those of an owner. */
function jobsAt({ employeeCount }: DemoCustomer, { jobs }: PeopleWords, isPrimary: boolean): readonly Job[] {
  if (!isPrimary) return jobs;
  return (employeeCount ?? 0) < SMALL ? jobs.slice(0, 2) : jobs.filter(isDecider);
}

interface PersonSources {
  readonly people: PeopleWords;
  readonly lastName: string;
  readonly domain: string;
}

function makePerson(faker: Faker, jobs: readonly Job[], { people, lastName, domain }: PersonSources): Person {
  const gender = faker.datatype.boolean() ? 0 : 1;
  const firstName = faker.helpers.arrayElement(people.firstNames[gender]);
  const job = faker.helpers.arrayElement(jobs);
  const address = `${slugOf(firstName)}.${slugOf(lastName)}`;
  return {
    firstName,
    title: people.titles[gender],
    email: sometimes(faker, 92, `${address}@${domain}`),
    linkedin: sometimes(faker, 30, `https://www.linkedin.example/in/${address.replace('.', '-')}`),
    jobTitle: job.title[gender],
    department: job.department,
    isBilling: job.duty === 'pays',
    isShipping: job.duty === 'receives',
    isDecisionMaker: isDecider(job),
  };
}

function isDecider({ duty }: Job): boolean {
  return duty === 'decides';
}

type Wishes = Pick<Contact, 'preferredLanguage' | 'preferredContactMethod' | 'doNotCall' | 'doNotEmail'>;

function makeWishes(faker: Faker, { language, otherLanguages }: PeopleWords): Wishes {
  return {
    preferredLanguage: sometimes(faker, 4, faker.helpers.arrayElement(otherLanguages)) ?? language,
    preferredContactMethod: sometimes(faker, 40, faker.helpers.arrayElement(['email', 'phone', 'mobile'])),
    doNotCall: faker.datatype.boolean(0.04),
    doNotEmail: faker.datatype.boolean(0.03),
  };
}

type Stay = Pick<Contact, 'isActive' | 'notes' | 'updatedAt' | 'version'>;

/** Some have left the firm, but never the main contact. */
function makeStay(faker: Faker, people: PeopleWords, createdAtMs: number, isPrimary: boolean): Stay {
  if (isPrimary || faker.datatype.boolean(0.88)) {
    const notes = sometimes(faker, 20, faker.helpers.arrayElement(people.notes));
    return { isActive: true, notes, ...makeChanges(faker, createdAtMs) };
  }
  const leftAtMs = makeMomentAtWork(faker, createdAtMs, DEMO_ENDS_AT);
  const notes = faker.helpers.arrayElement(people.leavings);
  return { isActive: false, notes, updatedAt: instantText(leftAtMs), version: 2 };
}
