/** Relay connections: arguments, page info, and the class of each connection. */
import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { AppError, type Sentence } from '../errors/errors.js';

export const MAX_PAGE_SIZE = 100;
export const DEFAULT_PAGE_SIZE = 20;

export const SortDirection = { ASC: 'ASC', DESC: 'DESC' } as const;
export type SortDirection = keyof typeof SortDirection;
registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Direction of an order.',
  valuesConfig: { ASC: { description: 'Smallest first.' }, DESC: { description: 'Largest first.' } },
});

export const NullsOrder = { FIRST: 'FIRST', LAST: 'LAST' } as const;
export type NullsOrder = keyof typeof NullsOrder;
registerEnumType(NullsOrder, {
  name: 'NullsOrder',
  description: 'Position of records without a value in an order.',
  valuesConfig: { FIRST: { description: 'Before all others.' }, LAST: { description: 'After all others.' } },
});

/** The four arguments of a connection. Default: the first 20. */
@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      'Number of records from the beginning, or after the cursor `after`: 0 to 100. Default: 20, unless `last` is given.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Return only records after this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of records from the end, or before the cursor `before`: 0 to 100.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Return only records before this cursor.' })
  before?: string | null;
}

/** The checked arguments: the number of rows, the direction and the cursors. */
export interface ConnectionWindow {
  readonly size: number;
  readonly backward: boolean;
  readonly after: string | undefined;
  readonly before: string | undefined;
}

const SIZE: Sentence = { fr: '« first » et « last » vont de 0 à 100.', en: '`first` and `last` go from 0 to 100.' };
const BOTH: Sentence = {
  fr: 'Donnez « first » ou « last », pas les deux.',
  en: 'Give `first` or `last`, not both.',
};

/** @throws AppError BAD_USER_INPUT for sizes outside 0–100, or both directions at once */
export function readConnectionArgs(args: Readonly<ConnectionArgs>): ConnectionWindow {
  const backward = typeof args.last === 'number';
  if (backward && typeof args.first === 'number') throw new AppError('BAD_USER_INPUT', BOTH);
  return {
    size: requireSize(args.first ?? args.last ?? DEFAULT_PAGE_SIZE),
    backward,
    after: cursorOf(args.after),
    before: cursorOf(args.before),
  };
}

/** An empty text counts as absent, because clients send it as the cursor of their first page. */
function cursorOf(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

function requireSize(size: number): number {
  if (size < 0 || size > MAX_PAGE_SIZE) throw new AppError('BAD_USER_INPUT', SIZE);
  return size;
}

@ObjectType({ description: 'Position of a page in its connection.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there are records after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are records before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first record of this page; null on an empty page.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last record of this page; null on an empty page.',
  })
  endCursor!: string | null;
}

/** A page as connection resolvers return it. Cursors are only made when selected. */
export interface ConnectionPage<T> {
  readonly nodes: readonly T[];
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: Readonly<Pick<PageInfo, keyof PageInfo>>;
  readonly totalCount: number | undefined;
  readonly totalCountIsExact: boolean;
}

type ConnectionClass = abstract new () => object;

/** The edge and connection types of a record type: `CustomerConnection`, `CustomerEdge`. */
export function connectionOf(name: string, record: () => new () => object, plural: string): ConnectionClass {
  @ObjectType(`${name}Edge`, { description: `One of the ${plural}, with its cursor.`, simpleResolvers: true })
  class Edge {
    @Field(() => String, {
      description: 'Position in this order. Use it as `after` or `before` with the same filter and order.',
    })
    cursor!: string;

    @Field(record, { description: 'The record.' })
    node!: object;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${plural}.`, simpleResolvers: true })
  abstract class Connection {
    @Field(() => [Edge], { description: 'The records with their cursors.' })
    edges!: Edge[];

    @Field(() => [record()], { description: 'The records.' })
    nodes!: object[];

    @Field(() => PageInfo, { description: 'Position of this page in the connection.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      description: 'Number of records on all pages. When selected, the records are counted, which takes time.',
    })
    totalCount!: number;

    @Field(() => Boolean, {
      description:
        'Whether `totalCount` is exact. With a filter or a search, counting may stop at 10 000 although there are more. When selected, the records are counted, which takes time.',
    })
    totalCountIsExact!: boolean;
  }
  return Connection;
}

/**
 * Makes a page of the fetched rows.
 * @param fetched rows in reading direction, one more than the page holds if there are more
 * @param cursorOf called when the cursor of a row is selected
 */
export function pageOf<T extends object>(
  fetched: readonly T[],
  window: ConnectionWindow,
  cursorOf: (row: T) => string,
  totalCount: number | undefined,
  totalCountIsExact = true,
): ConnectionPage<T> {
  return new Page(fetched, window, cursorOf, totalCount, totalCountIsExact);
}

/** A class, because most queries select `nodes` only, and per-object getters are expensive. */
class Page<T extends object> implements ConnectionPage<T> {
  readonly nodes: readonly T[];

  constructor(
    private readonly fetched: readonly T[],
    private readonly window: ConnectionWindow,
    private readonly cursorOf: (row: T) => string,
    readonly totalCount: number | undefined,
    readonly totalCountIsExact: boolean,
  ) {
    const rows = fetched.length > window.size ? fetched.slice(0, window.size) : fetched;
    this.nodes = window.backward ? rows.toReversed() : rows;
  }

  get edges(): readonly PageEdge<T>[] {
    return this.nodes.map((node) => new PageEdge(node, this.cursorOf));
  }

  get pageInfo(): ConnectionPage<T>['pageInfo'] {
    const { fetched, nodes, window, cursorOf } = this;
    const more = fetched.length > window.size;
    const [first] = nodes;
    const last = nodes.at(-1);
    return {
      hasNextPage: window.backward ? window.before !== undefined : more,
      hasPreviousPage: window.backward ? more : window.after !== undefined,
      get startCursor() {
        return first ? cursorOf(first) : null;
      },
      get endCursor() {
        return last ? cursorOf(last) : null;
      },
    };
  }
}

class PageEdge<T> {
  constructor(
    readonly node: T,
    private readonly cursorOf: (row: T) => string,
  ) {}

  get cursor(): string {
    return this.cursorOf(this.node);
  }
}
