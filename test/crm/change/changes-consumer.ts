/** What an integrator writes who keeps a copy in step: it knows nothing but the feed, and the lists for what a restored customer brought back. */
import type { Client } from '../../support/client.js';

export type Kind = 'customers' | 'contacts' | 'opportunities' | 'activities';

interface Held {
  readonly version: number;
  /** Of a contact, an opportunity or an activity. */
  readonly customerId?: string;
}

interface Live {
  readonly id: string;
  readonly version: number;
  readonly customer?: { readonly id: string } | null;
}

interface Change {
  readonly id: string;
  readonly type: keyof typeof KIND_OF;
  readonly recordId: string;
  readonly action: string;
  readonly cascades: boolean;
  readonly record: Live | null;
}

interface Page {
  readonly nodes: readonly Change[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const KIND_OF = {
  CUSTOMER: 'customers',
  CONTACT: 'contacts',
  OPPORTUNITY: 'opportunities',
  ACTIVITY: 'activities',
} as const;

const FEED = `query ($after: String, $wait: Int) { changes(first: 50, after: $after, wait: $wait) {
  nodes { id type recordId action cascades record { id
    ... on Customer { version } ... on Contact { version customer { id } }
    ... on Opportunity { version customer { id } } ... on Activity { version customer { id } } } }
  pageInfo { hasNextPage endCursor } } }`;

const CHILDREN: readonly (readonly [recordType: Kind, field: string, args: string])[] = [
  ['contacts', 'contacts', 'filter: { isActive: { eq: true } }, '],
  ['contacts', 'contacts', 'filter: { isActive: { eq: false } }, '],
  ['opportunities', 'opportunities', ''],
  ['activities', 'activities', ''],
];

/** The lists of everything, for the first load. */
const LISTS: readonly (readonly [recordType: Kind, args: string])[] = [
  ['customers', ''],
  ['contacts', 'filter: { isActive: { isNull: false } }, '],
  ['opportunities', ''],
  ['activities', ''],
];

const listOf = (recordType: Kind, args: string): string => `query ($after: String) {
  list: ${recordType}(${args}first: 100, after: $after) {
    nodes { id version ${recordType === 'customers' ? '' : 'customer { id }'} } pageInfo { hasNextPage endCursor } } }`;

const pageOf = (field: string, args: string): string => `query ($id: ID!, $after: String) {
  customer(id: $id) { list: ${field}(${args}first: 100, after: $after) { nodes { id version } pageInfo { hasNextPage endCursor } } } }`;

/** What outlives the consumer: as text, as if it had been on a disk. */
export type Saved = string;

export class ChangeConsumer {
  /** How many changes were read, and how many of them cascaded. */
  changes = 0;
  cascades = 0;
  /** Changes that came twice. */
  readonly repeated: string[] = [];
  private cursor: string | null = null;
  private readonly seen = new Set<string>();
  private readonly held: Readonly<Record<Kind, Map<string, Held>>> = {
    customers: new Map(),
    contacts: new Map(),
    opportunities: new Map(),
    activities: new Map(),
  };

  constructor(private readonly client: Client) {}

  /** The same consumer in another process. */
  static resume(client: Client, saved: Saved): ChangeConsumer {
    const consumer = new ChangeConsumer(client);
    const { cursor, seen, held } = JSON.parse(saved) as {
      readonly cursor: string | null;
      readonly seen: readonly string[];
      readonly held: Readonly<Record<Kind, readonly (readonly [string, Held])[]>>;
    };
    consumer.cursor = cursor;
    consumer.changes = seen.length;
    for (const id of seen) consumer.seen.add(id);
    for (const recordType of Object.values(KIND_OF))
      for (const [id, record] of held[recordType]) consumer.held[recordType].set(id, record);
    return consumer;
  }

  save(): Saved {
    const held = Object.fromEntries(
      Object.entries(this.held).map(([recordType, records]) => [recordType, [...records]]),
    );
    return JSON.stringify({ cursor: this.cursor, seen: [...this.seen], held });
  }

  /** The first load: the position of now, then everything that there is. What is changed meanwhile comes after the position. */
  async load(): Promise<void> {
    const { changes } = await this.ask<{ readonly changes: Page }>(FEED, { after: 'LATEST' });
    this.cursor = changes.pageInfo.endCursor;
    for (const [recordType, args] of LISTS) {
      for (let after: string | null = null, more = true; more;) {
        const { list }: List = await this.ask<List>(listOf(recordType, args), { after });
        for (const record of list.nodes) this.hold(recordType, record.id, record);
        [more, after] = [list.pageInfo.hasNextPage, list.pageInfo.endCursor];
      }
    }
  }

  /** Reads one page. @param wait seconds, for a change where there is none @returns whether more follow at once */
  async poll(wait = 0): Promise<boolean> {
    const { changes } = await this.ask<{ readonly changes: Page }>(FEED, { after: this.cursor, wait });
    for (const change of changes.nodes) await this.apply(change);
    this.cursor = changes.pageInfo.endCursor;
    return changes.pageInfo.hasNextPage;
  }

  /** Ids and versions of everything held. */
  contents(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.held).map(([recordType, records]) => [
        recordType,
        Object.fromEntries([...records].map(([id, { version }]) => [id, version])),
      ]),
    );
  }

  private async apply({ id, type, recordId, cascades, action, record }: Change): Promise<void> {
    if (this.seen.has(id)) this.repeated.push(id);
    this.seen.add(id);
    this.changes += 1;
    this.hold(KIND_OF[type], recordId, record);
    if (!cascades) return;
    this.cascades += 1;
    this.dropChildren(recordId);
    if (action === 'customer.restored') await this.readChildren(recordId);
  }

  /** A live record has a live customer: without one the customer was deleted between the two reads. */
  private hold(recordType: Kind, id: string, record: Live | null): void {
    const customerId = recordType === 'customers' ? undefined : record?.customer?.id;
    const isGone = record === null || (recordType !== 'customers' && customerId === undefined);
    if (isGone) this.held[recordType].delete(id);
    else this.held[recordType].set(id, { version: record.version, ...(customerId !== undefined && { customerId }) });
  }

  private dropChildren(customerId: string): void {
    for (const [recordType] of CHILDREN)
      for (const [id, record] of this.held[recordType])
        if (record.customerId === customerId) this.held[recordType].delete(id);
  }

  private async readChildren(customerId: string): Promise<void> {
    for (const [recordType, field, args] of CHILDREN) await this.readList(customerId, recordType, pageOf(field, args));
  }

  private async readList(id: string, recordType: Kind, query: string): Promise<void> {
    for (let after: string | null = null, more = true; more;) {
      const data: OfCustomer = await this.ask<OfCustomer>(query, { id, after });
      if (data.customer === null) return;
      const { nodes, pageInfo } = data.customer.list;
      for (const record of nodes) this.hold(recordType, record.id, { ...record, customer: { id } });
      [more, after] = [pageInfo.hasNextPage, pageInfo.endCursor];
    }
  }

  private async ask<Data>(query: string, variables: object): Promise<Data> {
    const answer = await this.client.graphql(query, variables);
    const { data, errors } = answer.body as { readonly data?: Data; readonly errors?: unknown };
    if (!data || errors !== undefined) throw new Error(answer.text);
    return data;
  }
}

interface Children {
  readonly nodes: readonly Live[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface List {
  readonly list: Children;
}

interface OfCustomer {
  readonly customer: { readonly list: Children } | null;
}
