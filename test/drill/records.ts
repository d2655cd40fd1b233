/** What a caller knows of its records, and the requests about them in the words of both transports. */
import { textAt, valueAt, type Request } from './requester.js';

export type RecordType = 'customer' | 'contact' | 'opportunity' | 'activity';
export const RECORD_KINDS: readonly RecordType[] = ['customer', 'contact', 'opportunity', 'activity'];
export type View = Readonly<Record<string, string | number | boolean | null>>;

export const COLLECTIONS: Readonly<Record<RecordType, string>> = {
  customer: 'customers',
  contact: 'contacts',
  opportunity: 'opportunities',
  activity: 'activities',
};
/** Fields that are compared, in GraphQL's names. */
export const FIELDS: Readonly<Record<RecordType, readonly string[]>> = {
  customer: ['id', 'code', 'name', 'type', 'notes', 'version'],
  contact: ['id', 'lastName', 'version'],
  opportunity: ['id', 'code', 'name', 'status', 'probability', 'amount', 'version'],
  activity: ['id', 'subject', 'isCompleted', 'version'],
};

export interface RecordModel {
  readonly recordType: RecordType;
  view: View;
  isDeleted: boolean;
  /** Actions of its audit events, in order. */
  readonly events: string[];
}

export interface CustomerModel extends RecordModel {
  /** Contacts, opportunities and activities. */
  readonly children: RecordModel[];
}

export function newRecord(recordType: RecordType, view: View): RecordModel {
  return { recordType, view, isDeleted: false, events: [`${recordType}.created`] };
}

export function idOf({ view }: RecordModel): string {
  return String(view.id);
}

export function versionOf({ view }: RecordModel): number {
  return Number(view.version);
}

/** Live children of a record type. */
export function childrenOf(customer: CustomerModel, recordType: RecordType): RecordModel[] {
  return customer.children.filter((child) => child.recordType === recordType && !child.isDeleted);
}

export function isActive({ view }: RecordModel): boolean {
  return view.status !== 'WON' && view.status !== 'LOST';
}

/** What an answer says of a record, in one form for both transports. */
export function viewOf(recordType: RecordType, answer: unknown): View {
  return Object.fromEntries(FIELDS[recordType].map((name) => [name, fieldOf(answer, name)]));
}

function fieldOf(answer: unknown, name: string): View[string] {
  const value = valueAt(answer, name);
  if (name === 'amount' && value !== null && value !== undefined) return Number(value).toFixed(2);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** @returns what is different, undefined when nothing is */
export function difference(expected: View, actual: View): string | undefined {
  const wrong = Object.entries(expected).filter(([name, value]) => actual[name] !== value);
  if (wrong.length === 0) return undefined;
  return wrong.map(([name, value]) => `${name} is ${String(actual[name])}, not ${String(value)}`).join('; ');
}

/** The same for lists in any order. */
export function listDifference(expected: readonly View[], actual: readonly View[]): string | undefined {
  const byId = new Map(actual.map((view) => [view.id, view]));
  if (byId.size !== actual.length) return `${actual.length} records, only ${byId.size} of them different`;
  if (actual.length !== expected.length) return `${actual.length} records, not ${expected.length}`;
  for (const view of expected) {
    const found = byId.get(view.id ?? null);
    if (!found) return `${String(view.id)} is missing`;
    const wrong = difference(view, found);
    if (wrong !== undefined) return `${String(view.id)}: ${wrong}`;
  }
  return undefined;
}

type Input = Readonly<Record<string, string | number | null>>;

function typeName(recordType: RecordType): string {
  return recordType.charAt(0).toUpperCase() + recordType.slice(1);
}

function snakeCased(input: Input): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name === 'assignedToId' ? 'assigned_to' : name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      value,
    ]),
  );
}

export function pathOf(recordType: RecordType, id?: string): string {
  return `/v1/commercial/${COLLECTIONS[recordType]}${id === undefined ? '' : `/${id}`}`;
}

export function createRequest(recordType: RecordType, input: Input): Request {
  const type = typeName(recordType);
  const fields = FIELDS[recordType].join(' ');
  return {
    rest: { method: 'POST', path: pathOf(recordType), body: snakeCased(input) },
    graphql: {
      document: `mutation($input: Create${type}Input!) { result: create${type}(input: $input) { record: ${recordType} { ${fields} } } }`,
      variables: { input },
    },
  };
}

export function updateRequest(recordType: RecordType, id: string, input: Input, version?: number): Request {
  const type = typeName(recordType);
  const fields = FIELDS[recordType].join(' ');
  return {
    rest: { method: 'PUT', path: pathOf(recordType, id), body: snakeCased(input), version },
    graphql: {
      document: `mutation($id: ID!, $input: Update${type}Input!, $version: Int) {
        result: update${type}(id: $id, input: $input, expectedVersion: $version) { record: ${recordType} { ${fields} } } }`,
      variables: { id, input, version },
    },
  };
}

/** `win`, `complete`, `restore` … */
export function actionRequest(recordType: RecordType, id: string, word: string, reason?: string): Request {
  const fields = FIELDS[recordType].join(' ');
  const [declared, passed] = reason === undefined ? ['', ''] : [', $reason: String!', ', reason: $reason'];
  return {
    rest: { method: 'POST', path: `${pathOf(recordType, id)}/${word}`, body: reason === undefined ? {} : { reason } },
    graphql: {
      document: `mutation($id: ID!${declared}) { result: ${word}${typeName(recordType)}(id: $id${passed}) { record: ${recordType} { ${fields} } } }`,
      variables: { id, reason },
    },
  };
}

export function deleteRequest(recordType: RecordType, id: string): Request {
  const fields = FIELDS[recordType].join(' ');
  return {
    rest: { method: 'DELETE', path: pathOf(recordType, id) },
    graphql: {
      document: `mutation($id: ID!) { result: delete${typeName(recordType)}(id: $id) { record: ${recordType} { ${fields} } } }`,
      variables: { id },
    },
  };
}

export function readRequest(recordType: RecordType, id: string): Request {
  return {
    rest: { method: 'GET', path: pathOf(recordType, id) },
    graphql: {
      document: `query($id: ID!) { result: ${recordType}(id: $id) { ${FIELDS[recordType].join(' ')} } }`,
      variables: { id },
    },
  };
}

/** The record of an answer to one of these requests; undefined for REST's 204. */
export function resultOf(recordType: RecordType, data: unknown, isGraphql: boolean): View | undefined {
  const answer = isGraphql ? (valueAt(data, 'result', 'record') ?? valueAt(data, 'result')) : data;
  return textAt(answer, 'id') === '' ? undefined : viewOf(recordType, answer);
}
