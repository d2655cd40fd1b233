/** What every CSV file has in common: complete or rejected, one snapshot, streamed, digested, audited before and after. */
import { pipeline, type Readable } from 'node:stream';
import type { RecordCollection } from '../../access/rights/record-types.js';
import { withoutDeadline, type RequestContext } from '../../access/identity/request-context.js';
import { openExport, type OpenExport } from '../../tenancy/tenant-export.js';
import { recordExportFailed, recordExportFinished, recordExportStarted } from '../../audit/events/export-events.js';
import { copyText, csvHeader, type CsvColumn, type CsvDialect } from '../../platform/postgres/csv.js';
import { AppError } from '../../platform/errors/errors.js';
import { isWaitTimeout } from '../../platform/postgres/database-errors.js';
import { literalText, type Sql } from '../../platform/postgres/sql.js';
import { DigestedFile } from './digested-file.js';
import { ExportCut } from './export-cut.js';

/** A type of file, and the rows of this one. */
export interface CsvExport {
  readonly resource: RecordCollection;
  readonly columns: readonly CsvColumn[];
  readonly dialect: CsvDialect;
  /** Without it, more rows than a file holds are rejected; with it, the file is the next part of them. */
  readonly part: FilePart | undefined;
  /** The parameters by their REST names, for the audit log. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly count: Sql;
  /** @param lastId of this part, undefined for the rest */
  readonly rows: (limit: number, lastId: string | undefined) => Sql;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}

/** Where a part of a selection ends. Parts follow each other by id, which never changes. */
export interface FilePart {
  /** A statement for the id of the part's last row, and that of the next one, as `{id}`. */
  readonly end: (limit: number) => Sql;
  readonly cursorAfter: (lastId: string) => string;
}

export interface CsvFile {
  readonly content: Readable;
  readonly totalRows: number;
  /** Of the next part; null where none is left, or the file is no part. */
  readonly nextCursor: string | null;
  /** `sha-256=:…:` (RFC 9530) of the bytes; known when `content` has ended. */
  digest(): string;
}

/**
 * Streams a CSV file. An export takes a slot before its first event and keeps it until its reader has taken the last byte. It uses at
 * most one shared connection at a time, for its events, and never waits for one while it holds one.
 * @throws AppError EXPORT_TOO_LARGE with `details {rows, limit}`; UNAVAILABLE when too many exports are running
 */
export async function exportCsv(ctx: RequestContext, request: CsvExport): Promise<CsvFile> {
  const { exportSlots } = ctx.database;
  const slot = await exportSlots.take(ctx.actor.tenantId, request.signal);
  const cut = new ExportCut(exportSlots.limits, request.signal);
  const end = (): void => {
    cut.end();
    slot.release();
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
  const exportId = await recordExportStarted(ctx, request.resource, request.metadata);
  try {
    const { count, dialect } = request;
    const opening = { count, timeZone: dialect.timeZone, signal: cut.signal };
    const exported = await openExport(ctx.database, ctx.actor.tenantId, opening);
    if (request.part === undefined && exported.totalRows > limit) {
      await exported.cancel();
      throw tooLarge(exported.totalRows, limit);
    }
    const end = await readEnd(request.part, exported, limit);
    const file = startFile(ctx, request, exported, { exportId, ...end });
    cut.watch(file.content);
    return file;
  } catch (error) {
    const failed = recordExportFailed(withoutDeadline(ctx), request.resource, exportId, { rows: 0 });
    const isRecorded = failed.catch(() => undefined);
    // A request that has used up its time does not wait for the event.
    if (!isWaitTimeout(error)) await isRecorded;
    throw error;
  }
}

function tooLarge(rows: number, limit: number): AppError {
  return new AppError(
    'EXPORT_TOO_LARGE',
    {
      fr: `L'export compte ${rows} lignes, plus que ${limit} : demandez-le en plusieurs fichiers avec page=1, puis le lien next de chacun.`,
      en: `The export has ${rows} rows, more than ${limit}: ask for it in several files with page=1, then the next link of each.`,
    },
    { details: { rows, limit } },
  );
}

interface PartEnd {
  /** undefined if the file holds all remaining rows. */
  readonly lastId: string | undefined;
  readonly nextCursor: string | null;
}

async function readEnd(part: FilePart | undefined, exported: OpenExport, limit: number): Promise<PartEnd> {
  const [last, next] = part === undefined ? [] : await exported.read<{ id: string }>(part.end(limit));
  return { lastId: last?.id, nextCursor: part && last && next ? part.cursorAfter(last.id) : null };
}

function startFile(
  ctx: RequestContext,
  request: CsvExport,
  exported: OpenExport,
  { exportId, lastId, nextCursor }: PartEnd & { readonly exportId: string },
): CsvFile & { readonly content: DigestedFile } {
  const rows = request.rows(ctx.tenant.limits.exportRows, lastId);
  const late = withoutDeadline(ctx);
  const copy = exported.stream(copyText(literalText(rows), request.dialect));
  const content = new DigestedFile(csvHeader(request.columns, request.dialect), async (sha256) => {
    await recordExportFinished(late, request.resource, exportId, { rows: copy.rowCount, sha256 });
  });
  pipeline(copy, content, (error) => {
    if (!error) return;
    // The caller has left or was cut off, or the database failed. If this event cannot be written, the first one remains.
    recordExportFailed(late, request.resource, exportId, { rows: copy.rowCount }).catch(() => undefined);
  });
  return {
    content,
    totalRows: exported.totalRows,
    nextCursor,
    digest: () => `sha-256=:${content.sha256}:`,
  };
}
