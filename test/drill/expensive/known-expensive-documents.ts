/** Documents that once cost the service far more than their price, and their siblings: each is rejected or answered quickly. */
import type { ExpensiveDocument } from './expensive-documents.js';

type KnownDocument = Omit<ExpensiveDocument, 'cost'>;

function many(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(' ');
}

function aliases(count: number, field: string): string {
  return many(count, (index) => `a${index}: ${field}`);
}

function written(name: string, query: string, variables: Readonly<Record<string, unknown>> = {}): KnownDocument {
  return { name, query, variables };
}

/** The same list of a connection again and again, also inside itself. */
function repeatedRows(): KnownDocument[] {
  const rows = (list: string, count: number, inner: string): string =>
    aliases(count, list === 'edges' ? `edges { node { ${inner} } }` : `nodes { ${inner} }`);
  // Fragments: aliases are counted in the text.
  const nested = (list: string): string => `{ customers(first: 10) { ${rows(list, 7, '...A')} } }
    fragment A on Customer { activities(first: 5) { ${rows(list, 7, 'customer { ...B }')} } }
    fragment B on Customer { contacts(first: 3) { ${rows(list, 7, 'customer { ...C }')} } }
    fragment C on Customer { opportunities(first: 3) { ${rows(list, 7, 'id name')} } }`;
  return [
    written('30 × nodes', `{ customers(first: 100) { ${rows('nodes', 30, 'id')} } }`),
    written('30 × edges', `{ activities(first: 100) { ${rows('edges', 30, 'id subject customer { id name }')} } }`),
    written('nodes in nodes in nodes', nested('nodes')),
    written('edges in edges in edges', nested('edges')),
    written('30 × node', `{ customers(first: 100) { edges { ${aliases(30, 'node { id name }')} } } }`),
    written('30 × record of a change', `{ changes(first: 100) { nodes { ${aliases(30, 'record { id }')} } } }`),
    written(
      '30 × history',
      `{ customers(first: 100) { nodes { ${aliases(30, 'history(first: 3) { nodes { id } }')} } } }`,
    ),
    written(
      '24 × history',
      `{ customers(first: 100) { nodes { ${aliases(24, 'history(first: 2) { nodes { action description } }')} } } }`,
    ),
    written(
      '30 × viewerCan',
      `{ activities(first: 100) { nodes { ${aliases(30, 'viewerCan { update { allowed reason } }')} } } }`,
    ),
  ];
}

/** Parts of texts where nothing else narrows the list. */
function parts(): KnownDocument[] {
  const contains = (field: string, text: string): object => ({ [field]: { contains: text } });
  const list = (name: string, field: string, type: string, filter: object, count = 1): KnownDocument =>
    written(
      name,
      `query ($filter: ${type}) { ${aliases(count, `${field}(first: 3, filter: $filter) { totalCount nodes { id } }`)} }`,
      { filter },
    );
  const hundred = Array.from({ length: 100 }, () => contains('name', 'e'));
  return [
    list('not contains', 'activities', 'ActivityFilter', { not: contains('subject', 'relance') }),
    list('not contains, 15 aliases', 'activities', 'ActivityFilter', { not: contains('subject', 'e') }, 15),
    list('100 × contains, 15 aliases', 'customers', 'CustomerFilter', { and: hundred }, 15),
    list('100 × or contains, 15 aliases', 'customers', 'CustomerFilter', { or: hundred }, 15),
    list('or of two', 'customers', 'CustomerFilter', { or: [contains('name', 'martin'), contains('city', 'lyon')] }),
    list('or of two activities', 'activities', 'ActivityFilter', {
      or: [contains('subject', 'relance'), contains('subject', 'devis')],
    }),
    list('two contains', 'activities', 'ActivityFilter', { and: [contains('subject', 'e'), contains('subject', 'a')] }),
    list('contains of contacts', 'customers', 'CustomerFilter', { contacts: { none: contains('lastName', 'e') } }, 15),
    list('not contains of a contact', 'activities', 'ActivityFilter', { contact: { not: contains('lastName', 'e') } }),
    written(
      'search per parent',
      '{ customers(first: 100) { nodes { activities(first: 3, search: "e") { totalCount nodes { id } } } } }',
    ),
    written(
      'contains per parent',
      `{ customers(first: 100) { nodes { contacts(first: 3, filter: { not: { lastName: { contains: "e" } } })
        { totalCount nodes { id } } } } }`,
    ),
    written('15 × search', `{ ${aliases(15, 'search(query: "re", first: 50) { nodes { title } }')} }`),
    written(
      '15 × list searched',
      `{ ${aliases(15, 'activities(first: 100, search: "e") { totalCount nodes { id } }')} }`,
    ),
    written(
      '15 × pipeline of contains',
      `{ ${aliases(15, 'pipeline(filter: { not: { name: { contains: "e" } } }, asOf: "2026-12-31") { key amount }')} }`,
    ),
  ];
}

/** Records by what is related to them. */
function relations(): KnownDocument[] {
  const list = (name: string, field: string, type: string, conditions: readonly object[], count = 1): KnownDocument =>
    written(
      name,
      `query ($filter: ${type}) { ${aliases(count, `${field}(first: 3, filter: $filter) { totalCount nodes { id } }`)} }`,
      { filter: { and: conditions } },
    );
  const of = (count: number, condition: (index: number) => object): object[] =>
    Array.from({ length: count }, (_, index) => condition(index));
  const never = (index: number): object => ({ subject: { eq: `Rien ${index}` } });
  return [
    list('none whose customer contains', 'opportunities', 'OpportunityFilter', [
      {
        activities: {
          none: {
            subject: { neq: 'Rien' },
            customer: { assignedToId: { isNull: false }, email: { contains: 'a' } },
          },
        },
      },
    ]),
    list(
      '48 × none',
      'customers',
      'CustomerFilter',
      of(48, (index) => ({ activities: { none: never(index) } })),
    ),
    list(
      '48 × some',
      'customers',
      'CustomerFilter',
      of(48, () => ({ activities: { some: { isCompleted: { eq: true } } } })),
    ),
    list(
      '33 × to-one × to-many',
      'activities',
      'ActivityFilter',
      of(33, (index) => ({ customer: { activities: { none: never(index) } } })),
    ),
    list(
      '24 × to-one × some',
      'activities',
      'ActivityFilter',
      of(33, (index) => ({
        customer: { activities: { some: { type: { neq: 'CALL' }, subject: { neq: `R${index}` } } } },
      })),
    ),
    list(
      '15 lists by relations',
      'activities',
      'ActivityFilter',
      of(3, (index) => ({ customer: { activities: { none: never(index) } } })),
      15,
    ),
    written(
      'or of relations',
      `{ customers(filter: { or: [${many(20, (index) => `{ activities: { some: { subject: { eq: "Rien ${index}" } } } }`)}] }) { totalCount } }`,
    ),
    written(
      'relations per parent',
      `{ customers(first: 100) { nodes { activities(first: 1, filter: { and: [${many(
        20,
        (index) => `{ contact: { activities: { none: { subject: { eq: "Rien ${index}" } } } } }`,
      )}] }) { totalCount } } } }`,
    ),
    written(
      'order without an index',
      `{ ${aliases(15, 'customers(last: 100, orderBy: [{ field: CITY }, { field: TOTAL_REVENUE }, { field: NAME }]) { nodes { id } }')} }`,
    ),
  ];
}

/** Texts of 20 000 characters, each printed many times. */
function longTexts(): KnownDocument[] {
  const fifteen = (field: string, list: string, type: string, text: string): string =>
    `{ ${aliases(15, `${field}(${list}) { nodes { ...Texts } }`)} } fragment Texts on ${type} { ${aliases(15, text)} }`;
  return [
    written('15 × 15 long texts', fifteen('customers', 'first: 100', 'Customer', 'notes')),
    written('15 × 15 long texts of activities', fifteen('activities', 'first: 100', 'Activity', 'description')),
    written('15 × 15 long texts of opportunities', fifteen('opportunities', 'first: 100', 'Opportunity', 'nextSteps')),
    written('15 × 15 differences', fifteen('auditEvents', 'first: 100', 'AuditEvent', 'changes { before after }')),
    written(
      '30 long texts',
      `{ customers(first: 100) { nodes { ${aliases(15, 'notes')} ${many(15, (index) => `b${index}: internalNotes`)} } } }`,
    ),
    written('15 × long records', `{ ${aliases(15, 'customers(first: 100) { nodes { notes internalNotes } }')} }`),
    written(
      '15 × audit log',
      `{ ${aliases(15, 'auditEvents(first: 100) { totalCount nodes { action description userEmail } }')} }`,
    ),
    written(
      '15 × audit log, filtered',
      `{ ${aliases(15, 'auditEvents(first: 100, filter: { not: { action: { startsWith: "user" } } }) { totalCount nodes { action description } }')} }`,
    ),
    written(
      '15 × feed',
      `{ ${aliases(15, 'changes(first: 100) { nodes { record { ... on Customer { notes internalNotes } } } }')} }`,
    ),
  ];
}

export function knownExpensiveDocuments(): readonly KnownDocument[] {
  return [...repeatedRows(), ...parts(), ...relations(), ...longTexts()];
}
