/** The types of made-up firms, and random choices that both countries share. */
import type { Faker } from '@faker-js/faker';
import type { Customer } from '../crm/customer/customer.entity.js';

/** The fields of a firm that do not depend on the business with it. */
export type Firm = Pick<
  Customer,
  | 'name' | 'legalName' | 'legalForm' | 'industry' | 'email' | 'phone' | 'mobile' | 'website'
  | 'addressLine1' | 'addressLine2' | 'city' | 'state' | 'postalCode' | 'countryCode' | 'taxId' | 'registrationNumber'
>; // prettier-ignore

/** Words of a tenant's language. */
export interface Vocabulary {
  /** Size classes from the smallest, with the largest number of employees of each and the segment that sells to it. */
  readonly sizes: readonly (readonly [name: string, employees: number, segment: string])[];
  readonly sources: readonly string[];
  readonly tags: readonly string[];
  readonly notes: readonly string[];
  readonly internalNotes: readonly string[];
}

/** One country's firms. */
export interface FirmMaker {
  readonly vocabulary: Vocabulary;
  /** @param taken names already given; the new one is added */
  readonly makeFirm: (faker: Faker, taken: Set<string>) => Firm;
  /** A telephone and a mobile that fit the firm's place and ring nowhere. */
  readonly makePhone: (faker: Faker, firm: Pick<Firm, 'city' | 'postalCode'>) => string;
  readonly makeMobile: (faker: Faker) => string;
}

/** @returns the first generated text that is not taken yet; it is added to `taken` */
export function makeUnique(taken: Set<string>, make: () => string): string {
  for (;;) {
    const text = make();
    if (taken.has(text)) continue;
    taken.add(text);
    return text;
  }
}

/** `Fromagerie Lefèvre & Fils` → `fromagerie-lefevre-fils`. */
export function slugOf(name: string): string {
  const letters = name.normalize('NFD').replace(/\p{M}/gu, '').replace(/œ/g, 'oe').toLowerCase();
  return letters.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** The firm's name under the reserved domain `.example`. */
export function domainOf(name: string): string {
  return `${slugOf(name)}.example`;
}

/** Cents as an exact decimal text: 5 → `0.05`. */
export function moneyText(cents: number): string {
  return `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** Random digits, with leading zeros. */
export function digits(faker: Faker, length: number): string {
  return faker.string.numeric({ length, allowLeadingZeros: true });
}

/** One of the words, each as likely as its weight. */
export function pickWeighted<Word extends string>(faker: Faker, weights: Readonly<Record<Word, number>>): Word {
  // Object.entries forgets the words.
  const entries = Object.entries(weights) as [Word, number][];
  return faker.helpers.weightedArrayElement(entries.map(([value, weight]) => ({ value, weight })));
}

/** The value in the given percentage of cases, else null. */
export function sometimes<T>(faker: Faker, percent: number, value: T): T | null {
  return faker.number.int({ min: 1, max: 100 }) <= percent ? value : null;
}
