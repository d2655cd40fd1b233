/** From the arguments and the selection of a connection field to what must be read, and from what was read to the page. */
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import {
  pageOf,
  readConnectionArgs,
  type ConnectionArgs,
  type ConnectionPage,
  type ConnectionWindow,
} from '../graphql-schema/connection.js';
import type { Filter } from './filter-columns.js';
import { filterForm } from './filter-form.js';
import {
  cursorScope,
  decodeCursor,
  deletedForm,
  encodeCursor,
  orderForm,
  type OrderKey,
  type Position,
} from './keyset.js';
import type { RecordList, RecordListQuery, RecordTable } from './record-table.js';
import { readSearch, soughtText } from './search-text.js';
import { OwnSlot, type OwnValues } from '../values/own-values.js';
import { recordsOf, selectionOf, type Selection } from '../graphql-schema/selection.js';

/** What a list was asked for, beside its window. */
export interface ListRequest {
  readonly filter: Filter | null | undefined;
  readonly search: string | null | undefined;
  readonly deleted?: boolean | undefined;
  readonly order: readonly OrderKey[];
}

/** One connection field being resolved. */
export interface ConnectionRequest<Row extends object> {
  readonly query: RecordListQuery<Row>;
  readonly window: ConnectionWindow;
  /** What its cursors are bound to; made when the first is read. */
  readonly scope: () => string;
}

const selectedProperties = new WeakMap<Selection, readonly string[]>();

/** What must be read of a record for a selection: the selected members, the id, and what fields of other records need. */
export function propertiesOf<Row extends object>(
  table: RecordTable<Row>,
  selection: Selection,
): readonly (keyof Row & string)[] {
  // One selection is of one type, and so of one table.
  let properties = selectedProperties.get(selection) as readonly (keyof Row & string)[] | undefined;
  if (!properties) {
    const referenced = new Set(
      Object.entries(table.references)
        .filter(([field]) => selection.has(field))
        .flatMap(([, needed]) => needed),
    );
    properties = table.properties.filter((name) => name === 'id' || selection.has(name) || referenced.has(name));
    selectedProperties.set(selection, properties);
  }
  return properties;
}

const CURSORS = [
  ['edges', 'cursor'],
  ['pageInfo', 'startCursor'],
  ['pageInfo', 'endCursor'],
] as const;

/** The same for a connection's records, and what its cursors hold, where they are selected. */
function propertiesWithKeys<Row extends object>(
  table: RecordTable<Row>,
  connection: Selection,
  order: readonly OrderKey[],
): readonly (keyof Row & string)[] {
  const properties = propertiesOf(table, recordsOf(connection));
  if (!CURSORS.some(([field, member]) => connection.get(field)?.has(member))) return properties;
  const keys = order.flatMap(({ property }) => table.properties.filter((name) => name === property));
  const missing = keys.filter((key) => !properties.includes(key));
  return missing.length === 0 ? properties : [...properties, ...missing];
}

/** Whether there is a next page is seen by one record more than the page holds. */
function tellsOfMore(connection: Selection): boolean {
  const pageInfo = connection.get('pageInfo');
  return pageInfo !== undefined && (pageInfo.has('hasNextPage') || pageInfo.has('hasPreviousPage'));
}

/** Who asks. */
interface Caller {
  readonly tenant: { readonly id: string };
  /** One per operation, or per mutation of it. */
  readonly cache: { readonly lasting: OwnValues };
}

const ofCaller = new OwnSlot<Map<FieldKey, unknown>>();

/** What tells a field of a document from others, also before it is executed: its node, or its nodes where several are merged. */
type FieldKey = FieldNode | readonly FieldNode[];

export function fieldKeyOf(nodes: readonly FieldNode[]): FieldKey {
  const [node] = nodes;
  return nodes.length === 1 && node ? node : nodes;
}

/** What is known of a connection field before it is executed, too. */
export type ConnectionInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'operation'>;

/**
 * Reads a connection field. Below all parents of an operation a field has the same arguments, so that is done once, and all parents
 * get the same request: loaders know by it what belongs together.
 * @param list what the cursors belong to beside tenant, filter and order: `contacts`, `customer.contacts`
 * @throws AppError BAD_USER_INPUT (size, length of the search), INVALID_CURSOR
 */
export function connectionRequest<Row extends object>(
  table: RecordTable<Row>,
  caller: Caller,
  list: string,
  read: () => ListRequest,
  args: ConnectionArgs,
  info: ConnectionInfo,
): ConnectionRequest<Row> {
  const { lasting } = caller.cache;
  const requests = ofCaller.get(lasting) ?? ofCaller.set(lasting, new Map<FieldKey, unknown>());
  const key = fieldKeyOf(info.fieldNodes);
  // A field is of one table.
  let request = requests.get(key) as ConnectionRequest<Row> | undefined;
  if (!request) {
    const asked = read();
    const { filter, search, order, deleted } = asked;
    request = readConnection(
      table,
      asked,
      () => {
        const parts = [filterForm(filter), soughtText(readSearch(search)), orderForm(order), ...deletedForm(deleted)];
        return cursorScope(caller.tenant.id, list, ...parts);
      },
      args,
      info,
    );
    requests.set(key, request);
  }
  return request;
}

/**
 * The same for a field whose cursors are bound to something else, or whose parents must not share a request.
 * @param makeScope what the cursors are bound to, from `cursorScope`
 */
export function readConnection<Row extends object>(
  table: RecordTable<Row>,
  { filter, search: sentSearch, order, deleted }: ListRequest,
  makeScope: () => string,
  args: Readonly<ConnectionArgs>,
  info: ConnectionInfo,
): ConnectionRequest<Row> {
  const window = readConnectionArgs(args);
  const search = readSearch(sentSearch);
  let known: string | undefined;
  const scope = (): string => (known ??= makeScope());
  const selection = selectionOf(info);
  const position = (cursor: string | undefined): Position | undefined =>
    cursor === undefined ? undefined : decodeCursor(scope(), order, cursor);
  return {
    window,
    scope,
    query: {
      filter,
      search,
      deleted,
      order,
      properties: propertiesWithKeys(table, selection, order),
      limit: window.size + (tellsOfMore(selection) ? 1 : 0),
      after: position(window.after),
      before: position(window.before),
      backward: window.backward,
      withRows: ['nodes', 'edges', 'pageInfo'].some((field) => selection.has(field)),
      withTotal: selection.has('totalCount') || selection.has('totalCountIsExact'),
    },
  };
}

/** The page of what was read for a request. */
export function connectionPage<Row extends object>(
  { query: { order }, window, scope }: ConnectionRequest<Row>,
  { rows, total, isTotalExact }: RecordList<Row>,
): ConnectionPage<Row> {
  const cursorOf = (row: Row): string => encodeCursor(scope(), order, row as Readonly<Record<string, unknown>>);
  return pageOf(rows, window, cursorOf, total, isTotalExact);
}
