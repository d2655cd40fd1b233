/** Documents that are all different, each as large as it may be in some way: many tokens, much text, many selections, many levels. */
import type { Random } from '../random.js';

export interface HostileDocument {
  readonly name: string;
  readonly query: string;
  /** Of the answer to somebody who is signed in. */
  readonly status: number;
  /** Of the answer to nobody. */
  readonly statusOfNobody: number;
}

/** Just below the limit of 64 KiB. */
const BYTES = 63_000;

const FIELDS = (
  'id code name legalName type email phone mobile website addressLine1 addressLine2 city state postalCode countryCode taxId ' +
  'registrationNumber legalForm industry size annualRevenue employeeCount paymentTerms paymentMethod creditLimit currency ' +
  'discountRate tags segment source notes internalNotes isActive leadScore healthScore totalRevenue orderCount lastOrderDate ' +
  'firstOrderDate createdAt updatedAt version'
).split(' ');

/** @param index makes it different from all others */
export function hostileDocument(random: Random, index: number): HostileDocument {
  const make = random.pick([padded, padded, wide, merged, nested, bottomless, anybodys]);
  const document = make(random);
  const padding = 'x'.repeat(Math.max(0, BYTES - document.query.length));
  return { ...document, query: `${document.query} #${index} ${padding}` };
}

const SIGNED_IN_ONLY = { status: 200, statusOfNobody: 401 };

/** Little but text. */
function padded(random: Random): HostileDocument {
  return { name: 'padded', query: `{ customers(first: 1) { nodes { ${some(random, 12)} } } }`, ...SIGNED_IN_ONLY };
}

/** As many tokens as may be. */
function wide(random: Random): HostileDocument {
  const fields = Array.from({ length: 60 }, () => some(random, 32)).join(' ');
  return { name: 'wide', query: `{ customers(first: 1) { nodes { ${fields} } } }`, ...SIGNED_IN_ONLY };
}

/** As many selections as may be, and other columns each time. */
function merged(random: Random): HostileDocument {
  const spreads = '...Many '.repeat(100);
  const query = `{ customers(first: 1) { nodes { ${spreads} } } } fragment Many on Customer { ${some(random, 45)} }`;
  return { name: 'merged', query, ...SIGNED_IN_ONLY };
}

/** As many levels as may be, with plans, selections and statements of their own on each. */
function nested(random: Random): HostileDocument {
  const contact = () => random.pick(['firstName', 'lastName', 'email', 'jobTitle', 'createdAt']);
  const inner = `contacts(first: 1) { nodes { id ${contact()} customer { ${some(random, 20)} } } }`;
  const middle = `contacts(first: 1) { nodes { id ${contact()} customer { ${some(random, 20)} ${inner} } } }`;
  const query = `{ customers(first: 1) { nodes { ${some(random, 20)} ${middle} activities(first: 1) { nodes { id } } } } }`;
  return { name: 'nested', query, ...SIGNED_IN_ONLY };
}

/** More levels than may be, of fragments only. */
function bottomless(): HostileDocument {
  const query = `{ ${'... { '.repeat(600)} __typename ${'} '.repeat(600)} }`;
  return { name: 'bottomless', query, status: 400, statusOfNobody: 400 };
}

/** What anybody may ask. */
function anybodys(random: Random): HostileDocument {
  const depth = random.integer(1, 10);
  const query = `{ ${'... { '.repeat(depth)} __typename ${'} '.repeat(depth)} }`;
  return { name: 'anybody’s', query, status: 200, statusOfNobody: 200 };
}

function some(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick(FIELDS)).join(' ');
}
