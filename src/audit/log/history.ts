/** The field `history` of records: one statement reads the newest events of all records of a level. */
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { combinedReaderOf } from '../../access/loaders/combined-reader.js';
import { listsOf } from '../../access/loaders/record-loaders.js';
import { requestCache } from '../../access/loaders/request-cache.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { AppError } from '../../platform/errors/errors.js';
import { cursorScope } from '../../platform/lists/keyset.js';
import { connectionPage, readConnection } from '../../platform/lists/record-connection.js';
import type { OfParent, RecordList } from '../../platform/lists/record-table.js';
import { noteRejection } from '../events/rejections.js';
import type { AuditPageArgs } from './audit-event.type.js';
import {
  auditEventTable,
  historiesSql,
  historyCountsSql,
  NEWEST_FIRST,
  type AuditEventRow,
  type HistoryQuery,
} from './audit-log.query.js';

const LIST = { filter: undefined, search: undefined, order: NEWEST_FIRST };

/**
 * The events of one record, newest first: `@FieldResolver(() => AuditEventConnection, { nullable: true })`.
 * @throws AppError FORBIDDEN, BAD_USER_INPUT (size), INVALID_CURSOR (also another record's)
 */
export async function loadHistory(
  ctx: RequestContext,
  entityType: RecordType,
  entityId: string,
  args: AuditPageArgs,
  info: GraphQLResolveInfo,
): Promise<ConnectionPage<AuditEventRow>> {
  await requireRight(ctx);
  const scope = () => cursorScope(ctx.tenant.id, 'history', entityType, entityId);
  const request = readConnection(auditEventTable, LIST, scope, args, info);
  const { properties, limit, after, withRows, withTotal } = request.query;
  const query: HistoryQuery = { entityType, properties, limit, after, withRows, withTotal };
  return connectionPage(request, await loaderOf(ctx, query).load(entityId));
}

/** The transport notes rejections of root fields only, and this is no root field. */
async function requireRight(ctx: RequestContext): Promise<void> {
  try {
    authorize(ctx, 'audit:read');
  } catch (error) {
    if (error instanceof AppError) await noteRejection(ctx, error);
    throw error;
  }
}

type HistoryLoader = DataLoader<string, RecordList<AuditEventRow>>;

const loadersOf = requestCache(() => new Map<string, HistoryLoader>());

function loaderOf(ctx: RequestContext, query: HistoryQuery): HistoryLoader {
  const ofRequest = loadersOf(ctx);
  const key = JSON.stringify(query);
  let loader = ofRequest.get(key);
  if (!loader) ofRequest.set(key, (loader = new DataLoader((ids) => readHistories(ctx, ids, query))));
  return loader;
}

async function readHistories(
  ctx: RequestContext,
  entityIds: readonly string[],
  query: HistoryQuery,
): Promise<RecordList<AuditEventRow>[]> {
  const reader = combinedReaderOf(ctx);
  const { tenantId } = reader;
  const [rows, totals] = await Promise.all([
    query.withRows ? reader.rows<OfParent<AuditEventRow>>(historiesSql(tenantId, entityIds, query)) : [],
    query.withTotal
      ? reader.rows<OfParent<{ readonly total: number }>>(historyCountsSql(tenantId, entityIds, query))
      : undefined,
  ]);
  return listsOf(entityIds, rows, totals);
}
