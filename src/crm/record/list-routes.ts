/** The routes that read many records: the list, by page number or cursor, and the CSV file. */
import { readRecords, type RecordTypeTable } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { InputClass } from '../../platform/input/input-plan.js';
import { filterForm } from '../../platform/lists/filter-form.js';
import { cursorScope, deletedForm, orderForm, type OrderKey } from '../../platform/lists/keyset.js';
import type { ListSort } from '../../platform/lists/list-order.js';
import { isNarrowed, MAX_COUNTED } from '../../platform/lists/record-count.js';
import { soughtText } from '../../platform/lists/search-text.js';
import type { RecordSelection, RecordTable } from '../../platform/lists/record-table.js';
import {
  beyondCounted,
  cutPage,
  pageAnswer,
  pagedQuery,
  readSort,
  readWindow,
  type PageQuery,
} from '../../platform/rest/page.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../../platform/rest/routes.js';
import type { RestSerializer } from '../../platform/rest/serializer.js';
import { pickFields, propertiesFor } from '../../platform/rest/sparse.js';
import { csvAnswer } from '../export/csv-answer.js';
import { exportQuery, toDialect } from '../export/export.input.js';
import { exportRecords, type RecordFile } from '../export/record-export.service.js';
import { wantsDeleted, withDeleted, type DeletedQuery } from './deleted-records.js';
import { capitalized, collectionOf, need, type RecordNames } from './record-names.js';

/** How a record type is listed. */
export interface RecordListing<Row extends { readonly id: string }, Filters extends object> {
  readonly names: RecordNames;
  readonly serializer: RestSerializer<Row>;
  readonly table: RecordTypeTable<Row>;
  /** For `sort`. */
  readonly order: ListSort;
  /** Converts the parameters into the filter that both transports use. */
  readonly toSelection: (query: Filters, ctx: RequestContext) => RecordSelection;
}

/** One page by number or by cursor. */
export async function answerPage<Row extends { readonly id: string }, Filters extends object>(
  ctx: RequestContext,
  listing: RecordListing<Row, Filters>,
  query: Filters & PageQuery & DeletedQuery,
  url: string,
): Promise<RestAnswer> {
  const order = readSort(query.sort, listing.order.sortFields, listing.order.usual);
  const serializer = pickFields(listing.serializer, query.fields);
  const deleted = wantsDeleted(query.deleted);
  const selection = { ...listing.toSelection(query, ctx), deleted };
  const scope = cursorScope(
    ctx.tenant.id,
    `rest.${listing.names.many}`,
    filterForm(selection.filter),
    soughtText(selection.search),
    orderForm(order),
    ...deletedForm(deleted),
  );
  const window = readWindow(query, scope, order);
  const list = await readRecords(ctx, listing.table, {
    ...selection,
    order,
    properties: query.fields
      ? propertiesFor(serializer, listing.table.properties, keysOf(order))
      : listing.table.properties,
    ...window,
    withRows: !isUncounted(listing.table, selection, window),
    withTotal: true,
  });
  const { rows, total = 0, isTotalExact = true } = list;
  if (!isTotalExact && isUncounted(listing.table, selection, window)) throw beyondCounted();
  return pageAnswer(serializer, query, { ...cutPage(query, scope, order, rows), total, isTotalExact }, url);
}

/** Whether a page by number lies beyond the records that are counted. No rows are read there. */
function isUncounted<Row extends object>(
  table: RecordTable<Row>,
  selection: RecordSelection,
  { offset = 0 }: { readonly offset?: number },
): boolean {
  return offset >= MAX_COUNTED && isNarrowed(table, selection);
}

/** The properties that a row's cursor holds. */
function keysOf(order: readonly OrderKey[]): string[] {
  return order.map(({ property }) => property);
}

/** `GET` on the collection. */
export function listRoute<Row extends { readonly id: string }, Filters extends object>(
  listing: RecordListing<Row, Filters>,
  Filters: InputClass<Filters>,
): RestRoute<RequestContext> {
  const { names, serializer, order } = listing;
  return defineRestRoute({
    method: 'GET',
    path: collectionOf(names),
    operationId: `list${capitalized(names.many)}`,
    summary: `List ${names.many}`,
    description: `One page, by number or by cursor, of the records that match all filters. A walk by \`cursor\` returns each record once, whatever their number.`,
    tags: [names.tag],
    query: pagedQuery(withDeleted(Filters), order.sortFields),
    response: { type: 'page', serializer },
    errors: ['FORBIDDEN', 'INVALID_CURSOR'],
    authorize: need(names, 'read'),
    handle: (ctx: RequestContext, { query, url }) => answerPage(ctx, listing, query, url),
  });
}

/** How a record type is exported. */
interface RecordExport<Row extends { readonly id: string }, Filters extends object> {
  readonly names: RecordNames;
  /** Begin of the file's name: `clients_export`. */
  readonly filePrefix: string;
  readonly toSelection: (query: Filters, ctx: RequestContext) => RecordSelection;
  readonly file: RecordFile<Row>;
}

/** `GET /v1/commercial/export/…` */
export function exportRoute<Row extends { readonly id: string }, Filters extends object>(
  { names, filePrefix, toSelection, file }: RecordExport<Row, Filters>,
  Filters: InputClass<Filters>,
): RestRoute<RequestContext> {
  return defineRestRoute({
    method: 'GET',
    path: `/v1/commercial/export/${names.many}`,
    operationId: `export${capitalized(names.many)}`,
    summary: `${capitalized(names.many)} as a CSV file`,
    description:
      'Complete, or rejected. A selection with more rows than the limit needs several files: request the first one with page=1, and ' +
      'each further one at the address of `Link: rel="next"`. A row that exists throughout is in exactly one file. Each file is ' +
      'sorted by itself. `X-Total-Rows` counts the rows of the whole selection.',
    tags: ['Exports'],
    query: exportQuery(Filters),
    response: { type: 'csv' },
    errors: ['FORBIDDEN', 'INVALID_CURSOR', 'EXPORT_TOO_LARGE'],
    authorize: need(names, 'export'),
    handle: async (ctx: RequestContext, { query, url, whenLeft }) => {
      const csv = await exportRecords(ctx, file, {
        selection: toSelection(query, ctx),
        dialect: toDialect(query, ctx.tenant.timeZone),
        part: query.page || query.cursor ? { cursor: query.cursor ?? null } : undefined,
        metadata: Object.fromEntries(Object.entries(query)),
        signal: whenLeft(),
      });
      return csvAnswer(ctx, csv, filePrefix, url);
    },
  });
}
