import { NO_DEADLINE } from '../../platform/postgres/lease.js';
import type { Database } from '../../tenancy/database.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import * as query from './audit-log.query.js';
import { compareHead, verifyTrail, type TrailHead, type TrailReport } from '../seals/verify.js';

const NOT_FOUND: Sentence = { fr: 'Événement non trouvé', en: 'Event not found' };

/** @throws AppError FORBIDDEN, VALIDATION_FAILED (a malformed id in the filter) */
export function listAuditEvents(ctx: RequestContext, log: query.AuditLogQuery): Promise<query.AuditLogPage> {
  authorize(ctx, 'audit:read');
  return query.listAuditEvents(ctx.reader, log);
}

/** @throws AppError FORBIDDEN, NOT_FOUND (also for another tenant's id) */
export async function getAuditEvent(ctx: RequestContext, id: string): Promise<query.AuditEventRow> {
  authorize(ctx, 'audit:read');
  const event = await query.findAuditEvent(ctx.reader, id);
  if (!event) throw new AppError('NOT_FOUND', NOT_FOUND);
  return event;
}

/** Checks that run, by what all requests of a process share, and by tenant. */
const running = new WeakMap<Database['orm'], Map<string, Promise<TrailReport>>>();

/**
 * Checks the caller's trail from its first seal. Whoever asks while it runs gets its outcome: a trail costs the work of one
 * check, however often it is asked for.
 * @throws AppError FORBIDDEN
 */
export async function checkTrail(ctx: RequestContext, keptHead?: TrailHead): Promise<TrailReport> {
  authorize(ctx, 'audit:read');
  const { orm } = ctx.database;
  // A long trail takes longer than a request may wait for its answer. Each read has a limit of its own.
  const reader = ctx.database.until(NO_DEADLINE).reader(ctx.reader.tenantId);
  const report = await runOnce(orm, reader);
  if (!keptHead) return report;
  return { ...report, problems: [...report.problems, ...(await compareHead(reader, keptHead))] };
}

function runOnce(orm: Database['orm'], reader: TenantReader): Promise<TrailReport> {
  const runs = running.get(orm) ?? new Map<string, Promise<TrailReport>>();
  running.set(orm, runs);
  let run = runs.get(reader.tenantId);
  if (!run) {
    run = verifyTrail(reader).finally(() => runs.delete(reader.tenantId));
    runs.set(reader.tenantId, run);
  }
  return run;
}
