/** Audit events by id alone: one statement for all that are asked for at once. */
import DataLoader from 'dataloader';
import { combinedReaderOf } from '../../access/loaders/combined-reader.js';
import { requestCache } from '../../access/loaders/request-cache.js';
import { grantOf } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Selection } from '../../platform/graphql-schema/selection.js';
import { auditEventsSql, type AuditEventProperty, type AuditEventRow } from './audit-log.query.js';
import { propertiesFor } from './audit-properties.js';

type EventLoader = DataLoader<string, AuditEventRow | null>;

const loadersOf = requestCache(() => new Map<readonly AuditEventProperty[], EventLoader>());

/** @returns null for an unknown event, and for a caller who may not read the log: an error would say that it is there */
export async function loadAuditEvent(
  ctx: RequestContext,
  id: string,
  selection: Selection,
): Promise<AuditEventRow | null> {
  if (grantOf(ctx.actor, 'audit:read') === undefined) return null;
  const properties = propertiesFor(selection);
  const ofRequest = loadersOf(ctx);
  let loader = ofRequest.get(properties);
  if (!loader) ofRequest.set(properties, (loader = new DataLoader((ids) => readEvents(ctx, ids, properties))));
  return loader.load(id);
}

async function readEvents(
  ctx: RequestContext,
  ids: readonly string[],
  properties: readonly AuditEventProperty[],
): Promise<(AuditEventRow | null)[]> {
  const reader = combinedReaderOf(ctx);
  const rows = await reader.rows<AuditEventRow>(auditEventsSql(reader.tenantId, ids, properties));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
