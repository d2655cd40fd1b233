/** From the arguments and the selection of a connection of audit events to what must be read, and from that to the page. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  ConnectionArgs,
  pageOf,
  readConnectionArgs,
  type ConnectionPage,
  type ConnectionWindow,
} from '../../platform/graphql-schema/connection.js';
import { decodeCursor, encodeCursor } from '../../platform/lists/keyset.js';
import { recordsOf, selectionOf } from '../../platform/graphql-schema/selection.js';
import type { AuditPageArgs } from './audit-event.type.js';
import { NEWEST_FIRST, type AuditEventRow, type AuditLogPage, type AuditLogQuery } from './audit-log.query.js';
import { propertiesFor } from './audit-properties.js';

/** A connection field being resolved. */
export interface AuditConnectionRequest {
  readonly query: Pick<AuditLogQuery, 'properties' | 'limit' | 'after' | 'withRows' | 'withTotal'>;
  readonly window: ConnectionWindow;
  readonly scope: string;
}

/** @param scope of the cursors, from cursorScope @throws AppError BAD_USER_INPUT (size), INVALID_CURSOR */
export function readAuditConnection(
  { first, after }: AuditPageArgs,
  scope: string,
  info: GraphQLResolveInfo,
): AuditConnectionRequest {
  const window = readConnectionArgs(Object.assign(new ConnectionArgs(), { first, after }));
  const selection = selectionOf(info);
  const query = {
    properties: propertiesFor(recordsOf(selection)),
    limit: window.size + 1,
    after: window.after === undefined ? undefined : decodeCursor(scope, NEWEST_FIRST, window.after),
    withRows: ['nodes', 'edges', 'pageInfo'].some((field) => selection.has(field)),
    withTotal: selection.has('totalCount'),
  };
  return { query, window, scope };
}

/** The page of what was read for a request. */
export function auditConnectionPage(
  { window, scope }: AuditConnectionRequest,
  { rows, total }: AuditLogPage,
): ConnectionPage<AuditEventRow> {
  return pageOf(rows, window, (row) => encodeCursor(scope, NEWEST_FIRST, { ...row }), total);
}
