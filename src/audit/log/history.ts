/** What happened to a record, as a field of it: the newest events of all records of a level in one statement. */
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { combinedReaderOf } from '../../access/loaders/combined-reader.js';
import { requestCache } from '../../access/loaders/request-cache.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { AppError } from '../../platform/errors/errors.js';
import { cursorScope } from '../../platform/lists/keyset.js';
import { noteRejection } from '../events/rejections.js';
import { auditConnectionPage, readAuditConnection } from './audit-connection.js';
import type { AuditPageArgs } from './audit-event.type.js';
import {
  historiesSql,
  historyCountsSql,
  type AuditEventRow,
  type AuditLogPage,
  type HistoryQuery,
} from './audit-log.query.js';

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
  const request = readAuditConnection(args, cursorScope(ctx.tenant.id, 'history', entityType, entityId), info);
  const query: HistoryQuery = { ...request.query, entityType };
  return auditConnectionPage(request, await loaderOf(ctx, query).load(entityId));
}

/** The transports note rejections of root fields; this is a field below them. */
async function requireRight(ctx: RequestContext): Promise<void> {
  try {
    authorize(ctx, 'audit:read');
  } catch (error) {
    if (error instanceof AppError) await noteRejection(ctx, error);
    throw error;
  }
}

type HistoryLoader = DataLoader<string, AuditLogPage>;

const loadersOf = requestCache(() => new Map<string, HistoryLoader>());

function loaderOf(ctx: RequestContext, query: HistoryQuery): HistoryLoader {
  const ofRequest = loadersOf(ctx);
  const key = JSON.stringify(query);
  let loader = ofRequest.get(key);
  if (!loader) ofRequest.set(key, (loader = new DataLoader((ids) => readHistories(ctx, ids, query))));
  return loader;
}

type OfRecord<Row> = Row & { readonly parentId: string };

async function readHistories(
  ctx: RequestContext,
  entityIds: readonly string[],
  query: HistoryQuery,
): Promise<AuditLogPage[]> {
  const reader = combinedReaderOf(ctx);
  const [rows, totals] = await Promise.all([
    query.withRows ? reader.rows<OfRecord<AuditEventRow>>(historiesSql(reader.tenantId, entityIds, query)) : [],
    query.withTotal
      ? reader.rows<OfRecord<{ readonly total: number }>>(historyCountsSql(reader.tenantId, entityIds, query))
      : [],
  ]);
  const rowsOf = Map.groupBy(rows, ({ parentId }) => parentId);
  const totalOf = new Map(totals.map(({ parentId, total }) => [parentId, total]));
  return entityIds.map((id) => ({
    rows: rowsOf.get(id) ?? [],
    total: query.withTotal ? (totalOf.get(id) ?? 0) : undefined,
  }));
}
