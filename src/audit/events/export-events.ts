/** Events of an export: one before its first byte and one after its last, each in a transaction of its own. */
import type { RecordCollection } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { inTransaction } from '../../access/writes/transaction.js';
import { newId } from '../../platform/values/ids.js';
import { recordEvent, type AuditValues } from './audit-event.js';
import { originOf } from './origin.js';

/**
 * Records that an export starts. Await it before the first byte.
 * @param metadata the request, under API names: filters, page
 * @returns the id that both events of the export share
 */
export async function recordExportStarted(
  ctx: RequestContext,
  resource: RecordCollection,
  metadata: AuditValues = {},
): Promise<string> {
  const exportId = newId();
  await recordExport(ctx, resource, exportId, { ...metadata, phase: 'started' });
  return exportId;
}

/** @param file rows in it, and its SHA-256 as in `Repr-Digest` */
export async function recordExportFinished(
  ctx: RequestContext,
  resource: RecordCollection,
  exportId: string,
  file: { readonly rows: number; readonly sha256: string },
): Promise<void> {
  await recordExport(ctx, resource, exportId, { phase: 'finished', rows: file.rows, sha256: file.sha256 });
}

/** The caller disconnected or the database failed after this number of rows. */
export async function recordExportFailed(
  ctx: RequestContext,
  resource: RecordCollection,
  exportId: string,
  file: { readonly rows: number },
): Promise<void> {
  await recordExport(ctx, resource, exportId, { phase: 'failed', rows: file.rows });
}

function recordExport(
  ctx: RequestContext,
  resource: RecordCollection,
  exportId: string,
  newValue: AuditValues & { readonly phase: 'started' | 'finished' | 'failed' },
): Promise<void> {
  return inTransaction(ctx, (tx) =>
    recordEvent(tx.em, originOf(ctx), {
      action: `export.${resource}`,
      entityType: 'export',
      entityId: exportId,
      newValue,
      ...(newValue.phase === 'failed' && { errorCode: 'UNAVAILABLE' as const }),
    }),
  );
}
