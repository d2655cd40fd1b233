/** Connections of records below other records: their resolver, and what the look-ahead must know of them. */
import { Extensions } from 'type-graphql';
import { authorize, type Permission } from '../../access/rights/permissions.js';
import { loadPage } from '../../access/loaders/record-loaders.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ConnectionArgs, ConnectionPage } from '../../platform/graphql-schema/connection.js';
import {
  connectionPage,
  connectionRequest,
  type ConnectionInfo,
  type ConnectionRequest,
  type ListRequest,
} from '../../platform/lists/record-connection.js';
import type { RecordTable } from '../../platform/lists/record-table.js';

/** One such connection, e.g. the contacts of a customer. */
export interface ChildConnection<Args extends ConnectionArgs, Row extends object> {
  readonly table: RecordTable<Row>;
  /** Of the table, with the parent's id: `customer_id`. */
  readonly column: string;
  /** What its cursors belong to: `customer.contacts`. */
  readonly list: string;
  readonly permission: Permission;
  readonly readList: (args: Args) => ListRequest;
}

/** What the field asks for: the same below every parent. @throws AppError BAD_USER_INPUT, INVALID_CURSOR, VALIDATION_FAILED */
export function childRequest<Args extends ConnectionArgs, Row extends object>(
  { table, list, readList }: ChildConnection<Args, Row>,
  ctx: RequestContext,
  args: Args,
  info: ConnectionInfo,
): ConnectionRequest<Row> {
  return connectionRequest(table, ctx, list, () => readList(args), args, info);
}

/** The page below one parent; pages below others of the same level come with the same statement. @throws AppError FORBIDDEN */
export async function pageBelow<Args extends ConnectionArgs, Row extends object>(
  child: ChildConnection<Args, Row>,
  ctx: RequestContext,
  parentId: string,
  args: Args,
  info: ConnectionInfo,
): Promise<ConnectionPage<Row>> {
  authorize(ctx, child.permission);
  const request = childRequest(child, ctx, args, info);
  return connectionPage(request, await loadPage(ctx, child, parentId, request.query));
}

const EXTENSION = 'childConnection';

/** Tells the look-ahead what a field's resolver reads. */
export function ReadsChildren<Args extends ConnectionArgs, Row extends object>(
  child: ChildConnection<Args, Row>,
): MethodDecorator {
  return Extensions({ [EXTENSION]: child });
}

/** @returns the connection that a field was decorated with */
export function childConnectionOf(field: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): ChildConnection<ConnectionArgs, object> | undefined {
  // Only the decorator writes it; which arguments and rows it has, its own functions know.
  return field.extensions[EXTENSION] as ChildConnection<ConnectionArgs, object> | undefined;
}
