/** Connections below records, such as the contacts of a customer. The look-ahead asks their resolvers what they would read. */
import { Extensions } from 'type-graphql';
import { authorizeFilter } from '../../access/rights/filter-rights.js';
import { authorize, type Permission } from '../../access/rights/permissions.js';
import { loadPage } from '../../access/loaders/record-loaders.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { noteRejection } from '../../audit/events/rejections.js';
import { AppError } from '../../platform/errors/errors.js';
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
  /** The table's column with the parent's id: `customer_id`. */
  readonly column: string;
  /** Name of the list in its cursors: `customer.contacts`. */
  readonly list: string;
  readonly permission: Permission;
  /** Of those who may read deleted records; absent where nobody can ask for them. */
  readonly deletedPermission?: Permission;
  readonly readList: (args: Args) => ListRequest;
}

/** Receives what a field would read. The field then reads nothing. */
export type Foresee = <Row extends object>(pages: ChildPages, request: ConnectionRequest<Row>) => void;

/** The info of a field. With `foresee` the field is only asked what it would read below any parent. */
export type ChildInfo = ConnectionInfo & { readonly foresee?: Foresee };

/**
 * The page below one parent. One statement reads the pages below all parents of a level.
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
  if (request.query.deleted && child.deletedPermission) await requireRight(ctx, child.deletedPermission, info);
  authorizeFilter(ctx, table.filterColumns, request.query.filter);
  if (!info.foresee) return connectionPage(request, await loadPage(ctx, child, parentId, request.query));
  info.foresee(pagesPerParent(table, ctx.reader.tenantId, column, request.query), request);
  return connectionPage(request, { rows: [], total: undefined });
}

/** The transport notes rejections of root fields only. The look-ahead asks first, and the field itself once more. */
async function requireRight(ctx: RequestContext, permission: Permission, { foresee }: ChildInfo): Promise<void> {
  try {
    authorize(ctx, permission);
  } catch (error) {
    if (!foresee && error instanceof AppError) await noteRejection(ctx, error);
    throw error;
  }
}

const EXTENSION = 'childConnection';

/** Marks a resolver that returns `pageBelow`, so that the look-ahead can ask it what it would read. */
export const ReadsChildren = (): MethodDecorator => Extensions({ [EXTENSION]: true });

/** Whether a field was decorated with `ReadsChildren`. */
export function isChildConnection({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): boolean {
  return extensions[EXTENSION] === true;
}
