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
  readonly kind: RecordType;
  view: View;
  isDeleted: boolean;
  /** Actions of its audit events, in order. */
  readonly events: string[];
}

export interface CustomerModel extends RecordModel {
  /** Contacts, opportunities and activities. */
  readonly children: RecordModel[];
}

export function newRecord(kind: RecordType, view: View): RecordModel {
  return { kind, view, isDeleted: false, events: [`${kind}.created`] };
}

export function idOf({ view }: RecordModel): string {
  return String(view.id);
}

export function versionOf({ view }: RecordModel): number {
  return Number(view.version);
}

/** Live children of a kind. */
export function childrenOf(customer: CustomerModel, kind: RecordType): RecordModel[] {
  return customer.children.filter((child) => child.kind === kind && !child.isDeleted);
}

export function isActive({ view }: RecordModel): boolean {
  return view.status !== 'WON' && view.status !== 'LOST';
}

/** What an answer says of a record, in one form for both transports. */
export function viewOf(kind: RecordType, answer: unknown): View {
  return Object.fromEntries(FIELDS[kind].map((name) => [name, fieldOf(answer, name)]));
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

function typeName(kind: RecordType): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function snakeCased(input: Input): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name === 'assignedToId' ? 'assigned_to' : name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      value,
    ]),
  );
}

export function pathOf(kind: RecordType, id?: string): string {
  return `/v1/commercial/${COLLECTIONS[kind]}${id === undefined ? '' : `/${id}`}`;
}

export function createRequest(kind: RecordType, input: Input): Request {
  const type = typeName(kind);
  const fields = FIELDS[kind].join(' ');
  return {
    rest: { method: 'POST', path: pathOf(kind), body: snakeCased(input) },
    graphql: {
      document: `mutation($input: Create${type}Input!) { result: create${type}(input: $input) { record: ${kind} { ${fields} } } }`,
      variables: { input },
    },
  };
}

export function updateRequest(kind: RecordType, id: string, input: Input, version?: number): Request {
  const type = typeName(kind);
  const fields = FIELDS[kind].join(' ');
  return {
    rest: { method: 'PUT', path: pathOf(kind, id), body: snakeCased(input), version },
    graphql: {
      document: `mutation($id: ID!, $input: Update${type}Input!, $version: Int) {
        result: update${type}(id: $id, input: $input, expectedVersion: $version) { record: ${kind} { ${fields} } } }`,
      variables: { id, input, version },
    },
  };
}

/** `win`, `complete`, `restore` … */
export function actionRequest(kind: RecordType, id: string, word: string, reason?: string): Request {
  const fields = FIELDS[kind].join(' ');
  const [declared, passed] = reason === undefined ? ['', ''] : [', $reason: String!', ', reason: $reason'];
  return {
    rest: { method: 'POST', path: `${pathOf(kind, id)}/${word}`, body: reason === undefined ? {} : { reason } },
    graphql: {
      document: `mutation($id: ID!${declared}) { result: ${word}${typeName(kind)}(id: $id${passed}) { record: ${kind} { ${fields} } } }`,
      variables: { id, reason },
    },
  };
}

export function deleteRequest(kind: RecordType, id: string): Request {
  const fields = FIELDS[kind].join(' ');
  return {
    rest: { method: 'DELETE', path: pathOf(kind, id) },
    graphql: {
      document: `mutation($id: ID!) { result: delete${typeName(kind)}(id: $id) { record: ${kind} { ${fields} } } }`,
      variables: { id },
    },
  };
}

export function readRequest(kind: RecordType, id: string): Request {
  return {
    rest: { method: 'GET', path: pathOf(kind, id) },
    graphql: {
      document: `query($id: ID!) { result: ${kind}(id: $id) { ${FIELDS[kind].join(' ')} } }`,
      variables: { id },
    },
  };
}

/** The record of an answer to one of these requests; undefined for REST's 204. */
export function resultOf(kind: RecordType, data: unknown, isGraphql: boolean): View | undefined {
  const answer = isGraphql ? (valueAt(data, 'result', 'record') ?? valueAt(data, 'result')) : data;
  return textAt(answer, 'id') === '' ? undefined : viewOf(kind, answer);
}
