import { NO_DEADLINE } from '../../platform/postgres/lease.js';
import type { Database } from '../../tenancy/database.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import * as query from './audit-log.query.js';
import { ChainChecks, type ChainCheck } from '../seals/chain-checks.js';
import { compareHead, type ChainHead } from '../seals/verify.js';

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

/** By what all requests of a process share. */
const checks = new WeakMap<Database['orm'], ChainChecks>();

export interface ChainCheckOptions {
  /** A head that the caller kept. */
  readonly keptHead?: ChainHead | undefined;
  /** From the first seal, now, however long it takes. */
  readonly isWhole?: boolean | undefined;
}

/** Checks the caller's trail; see `ChainChecks`. @throws AppError FORBIDDEN, RATE_LIMITED (a whole check that just ended) */
export async function checkChain(
  ctx: RequestContext,
  { keptHead, isWhole = false }: ChainCheckOptions = {},
): Promise<ChainCheck> {
  authorize(ctx, 'audit:read');
  const { orm } = ctx.database;
  const ofProcess = checks.get(orm) ?? new ChainChecks();
  checks.set(orm, ofProcess);
  // A long trail takes longer than a request may wait for its answer. Each read has a limit of its own.
  const reader = ctx.database.until(NO_DEADLINE).reader(ctx.reader.tenantId);
  const check = await ofProcess.check(reader, isWhole);
  if (!keptHead) return check;
  return { ...check, problems: [...check.problems, ...(await compareHead(reader, keptHead))] };
}
