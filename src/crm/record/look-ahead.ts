/**
 * Look-ahead: a list reads the pages of connections that are selected below its records in its own round trip. The loaders read what
 * the look-ahead cannot foresee: merged fields, directives, totals, deeper levels.
 */
import {
  getArgumentValues,
  getNamedType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { requestCache } from '../../access/loaders/request-cache.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { fieldsOf, type Fragments } from '../../platform/graphql-schema/fragments.js';
import { countKept } from '../../platform/graphql-schema/kept-bytes.js';
import { connectionPage, fieldKeyOf, type ConnectionRequest } from '../../platform/lists/record-connection.js';
import type { ChildPages, OfParent, RecordList, RecordListQuery } from '../../platform/lists/record-table.js';
import { isChildConnection, type ChildInfo } from './child-connection.js';

/** A connection that a document selects below the records of a list. */
interface SelectedChild {
  /** As graphql-js will pass them to the resolver. */
  readonly nodes: readonly [FieldNode];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
}

const BYTES_PER_CHILD = 200;
const selectedChildren = new WeakMap<readonly FieldNode[], readonly SelectedChild[]>();

function childrenBelow(info: GraphQLResolveInfo): readonly SelectedChild[] {
  let children = selectedChildren.get(info.fieldNodes);
  if (!children) {
    const sets = info.fieldNodes.flatMap(({ selectionSet }) => recordSets(selectionSet, info.fragments));
    children = sets.flatMap((set) => childrenIn(set, info));
    selectedChildren.set(info.fieldNodes, children);
    countKept(info.operation, BYTES_PER_CHILD * (1 + children.length));
  }
  return children;
}

/** The selections of a connection's records: below `nodes`, and below `node` of `edges`. */
function recordSets(set: SelectionSetNode | undefined, fragments: Fragments): SelectionSetNode[] {
  return plainFieldsOf(set, fragments).flatMap(({ name, selectionSet }) => {
    if (name.value === 'nodes') return selectionSet ?? [];
    if (name.value !== 'edges') return [];
    return plainFieldsOf(selectionSet, fragments).flatMap((field) =>
      field.name.value === 'node' ? (field.selectionSet ?? []) : [],
    );
  });
}

/** Fields without a condition; a record's fragments are all on its own type or on what it implements. */
function plainFieldsOf(set: SelectionSetNode | undefined, fragments: Fragments): FieldNode[] {
  return fieldsOf([set], fragments, (_fragment, selection) => isPlain(selection)).filter(isPlain);
}

function isPlain({ directives }: SelectionNode): boolean {
  return !directives?.length;
}

function childrenIn(set: SelectionSetNode, info: GraphQLResolveInfo): SelectedChild[] {
  const parentType = recordTypeOf(info);
  if (!parentType) return [];
  const definitions = parentType.getFields();
  const byName = Map.groupBy(plainFieldsOf(set, info.fragments), ({ alias, name }) => (alias ?? name).value);
  return [...byName.values()].flatMap(([node, ...merged]) => {
    const definition = node && definitions[node.name.value];
    const isForeseeable = definition && isChildConnection(definition) && merged.length === 0;
    return isForeseeable ? [{ nodes: [node] as const, definition, parentType }] : [];
  });
}

function recordTypeOf({ returnType }: GraphQLResolveInfo) {
  const connection = getNamedType(returnType);
  const records = isObjectType(connection) ? connection.getFields().nodes : undefined;
  const type = records && getNamedType(records.type);
  return isObjectType(type) ? type : undefined;
}

interface ReadPage {
  readonly pageOf: PageOf;
  readonly rowsOf: ReadonlyMap<string, readonly object[]>;
  readonly parentIds: ReadonlySet<string>;
}

type PageOf = (rows: readonly object[]) => ConnectionPage<object>;

const readPagesOf = requestCache(() => new Map<unknown, ReadPage>());

/** Reads the page of a list, and with it the pages below its records. @param list the service's reading of the list */
export async function pageWithChildren<Row extends { readonly id: string }>(
  ctx: RequestContext,
  info: GraphQLResolveInfo,
  request: ConnectionRequest<Row>,
  list: (query: RecordListQuery<Row>) => Promise<RecordList<Row>>,
): Promise<ConnectionPage<Row>> {
  const selected = childrenBelow(info);
  const foreseen =
    selected.length === 0 ? [] : (await Promise.all(selected.map((child) => foresee(child, ctx, info)))).flat();
  const pages = foreseen.map((child) => child.pages);
  const { size: parents } = request.window;
  const page = await list(pages.length > 0 ? { ...request.query, children: { parents, pages } } : request.query);
  const parentIds = new Set(page.rows.slice(0, parents).map(({ id }) => id));
  foreseen.forEach(({ nodes, pageOf }, index) => {
    const rows = page.children?.[index];
    if (rows) readPagesOf(ctx).set(fieldKeyOf(nodes), { pageOf, parentIds, rowsOf: byParent(rows) });
  });
  return connectionPage(request, page);
}

/** The rows of one parent are adjacent, so the map is read once for each parent. */
function byParent(rows: readonly OfParent<object>[]): ReadonlyMap<string, readonly object[]> {
  const rowsOf = new Map<string, object[]>();
  let parentId: string | undefined;
  let siblings: object[] = [];
  for (const row of rows) {
    if (row.parentId !== parentId) {
      parentId = row.parentId;
      siblings = rowsOf.get(parentId) ?? [];
      rowsOf.set(parentId, siblings);
    }
    siblings.push(row);
  }
  return rowsOf;
}

interface ForeseenChild {
  readonly nodes: readonly FieldNode[];
  readonly pages: ChildPages;
  readonly pageOf: PageOf;
}

/**
 * Asks the field's own resolver, which alone coerces and validates its arguments. What it rejects is not read ahead: it will say so
 * itself, below each parent.
 */
async function foresee(
  { nodes, definition, parentType }: SelectedChild,
  ctx: RequestContext,
  info: GraphQLResolveInfo,
): Promise<readonly ForeseenChild[]> {
  const foreseen: ForeseenChild[] = [];
  const childInfo: GraphQLResolveInfo & ChildInfo = {
    ...info,
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType,
    foresee: <Row extends object>(pages: ChildPages, request: ConnectionRequest<Row>) => {
      const { withRows, withTotal } = request.query;
      // The rows are those of the request's own statement.
      const pageOf: PageOf = (rows) => connectionPage(request, { rows: rows as readonly Row[], total: undefined });
      if (withRows && !withTotal) foreseen.push({ nodes, pages, pageOf });
    },
  };
  try {
    const args = getArgumentValues(definition, nodes[0], info.variableValues);
    await definition.resolve?.(NO_PARENT, args, ctx, childInfo);
    return foreseen;
  } catch {
    return [];
  }
}

const NO_PARENT = { id: '' };

type ChildResolver = GraphQLFieldResolver<{ readonly id: string }, RequestContext>;

/** The resolver of a connection below records that answers from what was read with its parents, if it was. */
export function orFromLookAhead(resolve: ChildResolver): ChildResolver {
  return (parent, args, ctx, info) => {
    const page = readPagesOf(ctx).get(fieldKeyOf(info.fieldNodes));
    if (!page?.parentIds.has(parent.id)) return resolve(parent, args, ctx, info);
    return page.pageOf(page.rowsOf.get(parent.id) ?? []);
  };
}
