/** What every CSV file has in common: complete or refused, one snapshot, streamed, digested, audited before and after. */
import { pipeline, type Readable } from 'node:stream';
import type { RecordCollection } from '../../access/rights/record-kinds.js';
import { withoutDeadline, type RequestContext } from '../../access/identity/request-context.js';
import { openExport, type OpenExport } from '../../tenancy/tenant-export.js';
import { recordExportFailed, recordExportFinished, recordExportStarted } from '../../audit/events/export-events.js';
import { copyText, csvHeader, type CsvColumn, type CsvDialect } from '../../platform/postgres/csv.js';
import { AppError } from '../../platform/errors/errors.js';
import { isWaitTimeout } from '../../platform/postgres/database-errors.js';
import { literalText, type Sql } from '../../platform/postgres/sql.js';
import { DigestedFile } from './digested-file.js';
import { ExportCut } from './export-cut.js';

/** One kind of file, and which rows this one holds. */
export interface CsvExport {
  readonly resource: RecordCollection;
  readonly columns: readonly CsvColumn[];
  readonly dialect: CsvDialect;
  /** Without one, more rows than a file holds are refused; with one, the file is that part of them. */
  readonly page: number | undefined;
  /** What was asked for, in REST names: for the audit trail. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly count: Sql;
  readonly rows: (part: { readonly limit: number; readonly offset: number }) => Sql;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}

export interface CsvFile {
  readonly content: Readable;
  readonly totalRows: number;
  readonly hasNextPage: boolean;
  /** `sha-256=:…:` (RFC 9530) of the bytes; known when `content` has ended. */
  digest(): string;
}

/**
 * An export has its place before its first event and until its reader has taken the last byte. Of the connections that
 * everybody shares it needs one at a time, for its events, and waits for none while it holds one.
 * @throws AppError EXPORT_TOO_LARGE with `details {rows, limit}`; UNAVAILABLE when too many exports are running
 */
export async function exportCsv(ctx: RequestContext, request: CsvExport): Promise<CsvFile> {
  const { exportPlaces } = ctx.database;
  const place = await exportPlaces.take(ctx.actor.tenantId, request.signal);
  const cut = new ExportCut(exportPlaces.limits, request.signal);
  const end = (): void => {
    cut.end();
    place.release();
  };
  try {
    const file = await openFile(ctx, request, cut);
    file.content.once('close', end);
    return file;
  } catch (error) {
    end();
    throw error;
  }
}

async function openFile(ctx: RequestContext, request: CsvExport, cut: ExportCut): Promise<CsvFile> {
  const limit = ctx.tenant.limits.exportRows;
  const exportId = await recordExportStarted(ctx, request.resource, request.facts);
  try {
    const exported = await openExport(ctx.database, ctx.actor.tenantId, request.count, cut.signal);
    if (request.page !== undefined || exported.totalRows <= limit) {
      const file = startFile(ctx, request, exported, exportId);
      cut.watch(file.content);
      return file;
    }
    await exported.cancel();
    throw tooLarge(exported.totalRows, limit);
  } catch (error) {
    const failed = recordExportFailed(withoutDeadline(ctx), request.resource, exportId, { rows: 0 });
    const isRecorded = failed.catch(() => undefined);
    // Who has waited as long as a request may does not wait for this too.
    if (!isWaitTimeout(error)) await isRecorded;
    throw error;
  }
}

function tooLarge(rows: number, limit: number): AppError {
  return new AppError(
    'EXPORT_TOO_LARGE',
    {
      fr: `L'export compte ${rows} lignes, plus que ${limit} : demandez-le en plusieurs fichiers avec page=1, page=2 …`,
      en: `The export has ${rows} rows, more than ${limit}: ask for it in several files with page=1, page=2 …`,
    },
    { details: { rows, limit } },
  );
}

function startFile(
  ctx: RequestContext,
  request: CsvExport,
  exported: OpenExport,
  exportId: string,
): CsvFile & { readonly content: DigestedFile } {
  const limit = ctx.tenant.limits.exportRows;
  const page = request.page ?? 1;
  const rows = request.rows({ limit, offset: (page - 1) * limit });
  const late = withoutDeadline(ctx);
  const copy = exported.stream(copyText(literalText(rows), request.dialect));
  const content = new DigestedFile(csvHeader(request.columns, request.dialect), async (sha256) => {
    await recordExportFinished(late, request.resource, exportId, { rows: copy.rowCount, sha256 });
  });
  pipeline(copy, content, (error) => {
    if (!error) return;
    // The caller has left or was cut, or the database failed; if neither can be recorded, the first event alone tells of the export.
    recordExportFailed(late, request.resource, exportId, { rows: copy.rowCount }).catch(() => undefined);
  });
  return {
    content,
    totalRows: exported.totalRows,
    hasNextPage: page * limit < exported.totalRows,
    digest: () => `sha-256=:${content.sha256}:`,
  };
}
