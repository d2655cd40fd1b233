/** Connections of records below other records: what they read, and how the look-ahead learns it from their own resolvers. */
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
import { pagesPerParent, type ChildPages, type RecordTable } from '../../platform/lists/record-table.js';

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

/** Told what a field would read, in place of its being read. */
export type Foresee = <Row extends object>(pages: ChildPages, request: ConnectionRequest<Row>) => void;

/** Of a field that is resolved below a parent, or only asked what it would read below any. */
export type ChildInfo = ConnectionInfo & { readonly foresee?: Foresee };

/**
 * The page below one parent; pages below others of the same level come with the same statement.
 * @throws AppError FORBIDDEN, BAD_USER_INPUT, INVALID_CURSOR, VALIDATION_FAILED
 */
export async function pageBelow<Args extends ConnectionArgs, Row extends object>(
  child: ChildConnection<Args, Row>,
  ctx: RequestContext,
  parentId: string,
  args: Args,
  info: ChildInfo,
): Promise<ConnectionPage<Row>> {
  authorize(ctx, child.permission);
  const { table, column, list } = child;
  const request = connectionRequest(table, ctx, list, () => child.readList(args), args, info);
  if (!info.foresee) return connectionPage(request, await loadPage(ctx, child, parentId, request.query));
  info.foresee(pagesPerParent(table, ctx.reader.tenantId, column, request.query), request);
  return connectionPage(request, { rows: [], total: undefined });
}

const EXTENSION = 'childConnection';

/** Lets the look-ahead ask a field's resolver, which answers with `pageBelow`, what it would read. */
export const ReadsChildren = (): MethodDecorator => Extensions({ [EXTENSION]: true });

/** Whether a field was decorated so. */
export function isChildConnection({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): boolean {
  return extensions[EXTENSION] === true;
}
