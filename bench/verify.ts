/** Before anything is timed, every peer must give the answer that the database gives. */
import type { Client } from 'pg';
import { type Row, isSameValue, rowsAt, valueAt } from './answer.js';
import { requestOf, send, wireRequest } from './http-request.js';
import type { RunningPeer } from './running-peer.js';
import type { Draw, Sample } from './sample.js';
import type { ExportWorkload, LoadWorkload, PeerRequest, Workload } from './workload.js';

/** Neighbours and a gap: an answer kept from the request before would show. */
const CHECKED_REQUESTS = [0, 1, 3];

interface Truth {
  readonly rows: readonly Row[];
  readonly total?: unknown;
}

/** What is wrong with a peer's answers to a workload, in one line; undefined when they are right. */
export async function findFault(
  peer: RunningPeer,
  workload: Workload,
  sample: Sample,
  database: Client,
): Promise<string | undefined> {
  const request = requestOf(peer, workload);
  if (request === undefined) return 'no request for it';
  for (const n of workload.kind === 'export' ? [0] : CHECKED_REQUESTS) {
    const response = await send(peer, wireRequest(peer, request, sample, n));
    const text = await response.text();
    if (!response.ok) return `status ${response.status}: ${text.slice(0, 300)}`;
    const fault =
      workload.kind === 'export'
        ? findExportFault(workload, request, response, text)
        : findRowFault(workload, request, text, await readTruth(workload, sample(n), database));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

async function readTruth({ expected }: LoadWorkload, draw: Draw, database: Client): Promise<Truth> {
  if (typeof expected === 'function') return { rows: [expected(draw)] };
  const parameters = expected.parameters(draw);
  const { rows } = await database.query<Row>(expected.sql, parameters);
  if (expected.totalSql === undefined) return { rows };
  const totals = await database.query<{ total: number }>(expected.totalSql, parameters);
  return { rows, total: totals.rows[0]?.total };
}

function findExportFault(
  workload: ExportWorkload,
  request: PeerRequest,
  response: Response,
  text: string,
): string | undefined {
  const isCsv = response.headers.get('content-type')?.startsWith('text/csv');
  const count = isCsv ? text.trim().split('\n').length - 1 : rowsAt(JSON.parse(text), request.rows).length;
  return count === workload.expectedRowCount ? undefined : `${count} rows instead of ${workload.expectedRowCount}`;
}

function findRowFault(workload: LoadWorkload, request: PeerRequest, text: string, truth: Truth): string | undefined {
  const answer: unknown = JSON.parse(text);
  const errors = valueAt(answer, 'errors');
  if (errors !== undefined) return JSON.stringify(errors).slice(0, 300);
  if (request.total !== undefined && !isSameValue(valueAt(answer, request.total), truth.total)) {
    return `total ${String(valueAt(answer, request.total))} instead of ${String(truth.total)}`;
  }
  const rows = rowsAt(answer, request.rows).map((row) => rename(row, request.names));
  return findDifference(rows, truth.rows, workload);
}

/** The row with the workload's names for its fields. */
function rename(row: Row, names: PeerRequest['names'] = {}): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [names[name] ?? name, value]));
}

type Compared = Pick<LoadWorkload, 'fields' | 'nestedFields' | 'unordered'>;

function findDifference(
  actualRows: readonly Row[],
  expectedRows: readonly Row[],
  { fields, nestedFields = {}, unordered = [] }: Compared,
): string | undefined {
  const key = unordered.includes('') ? fields[0] : undefined;
  const [actual, expected] = [sortRows(actualRows, key), sortRows(expectedRows, key)];
  if (actual.length !== expected.length) return `${actual.length} rows instead of ${expected.length}`;
  for (const [index, row] of expected.entries()) {
    const field = fields.find((name) => !isSameValue(actual[index]?.[name], row[name]));
    if (field !== undefined) {
      return `row ${index}, ${field}: ${JSON.stringify(actual[index]?.[field])} instead of ${JSON.stringify(row[field])}`;
    }
    for (const [list, names] of Object.entries(nestedFields)) {
      const within = { fields: names, unordered: unordered.includes(list) ? [''] : [] };
      const difference = findDifference(rowsAt(actual[index], list), rowsAt(row, list), within);
      if (difference !== undefined) return `row ${index}, ${list}: ${difference}`;
    }
  }
  return undefined;
}

/** By the text of a field; as they are without one. */
function sortRows(rows: readonly Row[], field: string | undefined): readonly Row[] {
  if (field === undefined) return rows;
  return rows.toSorted((a, b) => (String(a[field]) < String(b[field]) ? -1 : 1));
}
