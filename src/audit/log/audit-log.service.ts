import { NO_DEADLINE } from '../../platform/postgres/lease.js';
import type { Database } from '../../tenancy/database.js';
import { findRecord } from '../../access/loaders/record-lists.js';
import { loadRecord } from '../../access/loaders/record-loaders.js';
import { authorize, grantOf } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { Selection } from '../../platform/graphql-schema/selection.js';
import { propertiesOf } from '../../platform/lists/record-connection.js';
import type { RecordList } from '../../platform/lists/record-table.js';
import * as query from './audit-log.query.js';
import { auditEventTable, type AuditEventRow, type AuditLogQuery } from './audit-log.query.js';
import { ChainChecks, type ChainCheck } from '../seals/chain-checks.js';
import { compareHead, type ChainHead } from '../seals/verify.js';

const NOT_FOUND: Sentence = { fr: 'Événement non trouvé', en: 'Event not found' };

/** @throws AppError FORBIDDEN, VALIDATION_FAILED (a malformed id in the filter) */
export function listAuditEvents(ctx: RequestContext, log: AuditLogQuery): Promise<RecordList<AuditEventRow>> {
  authorize(ctx, 'audit:read');
  return query.listAuditEvents(ctx.reader, log);
}

/** @throws AppError FORBIDDEN, NOT_FOUND (also for another tenant's id) */
export async function getAuditEvent(ctx: RequestContext, id: string): Promise<AuditEventRow> {
  authorize(ctx, 'audit:read');
  const event = await findRecord(ctx.reader, auditEventTable, id);
  if (!event) throw new AppError('NOT_FOUND', NOT_FOUND);
  return event;
}

/** @returns null for an unknown event, and for a caller who may not read the log: an error would reveal that the event exists */
export function loadAuditEvent(
  ctx: RequestContext,
  id: string,
  selection: Selection,
): Promise<AuditEventRow | null> | null {
  if (grantOf(ctx.actor, 'audit:read') === undefined) return null;
  return loadRecord(ctx, auditEventTable, id, propertiesOf(auditEventTable, selection));
}

/** One per process: keyed by the ORM, which all requests share. */
const checks = new WeakMap<Database['orm'], ChainChecks>();

export interface ChainCheckOptions {
  /** A head that the caller kept from an earlier check. */
  readonly keptHead?: ChainHead | undefined;
  /** Waits for a check from the first seal, however long it takes. */
  readonly isWhole?: boolean | undefined;
}

/** Checks the chain of the caller's tenant; see `ChainChecks`. @throws AppError FORBIDDEN, RATE_LIMITED (a whole check has just ended) */
export async function checkChain(
  ctx: RequestContext,
  { keptHead, isWhole = false }: ChainCheckOptions = {},
): Promise<ChainCheck> {
  authorize(ctx, 'audit:read');
  const { orm } = ctx.database;
  const ofProcess = checks.get(orm) ?? new ChainChecks();
  checks.set(orm, ofProcess);
  // Checking a long chain takes longer than a request's deadline. Each read has a timeout of its own.
  const reader = ctx.database.until(NO_DEADLINE).reader(ctx.reader.tenantId);
  const check = await ofProcess.check(reader, isWhole);
  if (!keptHead) return check;
  return { ...check, problems: [...check.problems, ...(await compareHead(reader, keptHead))] };
}
