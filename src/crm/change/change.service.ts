import { authorize } from '../../access/rights/permissions.js';
import { RECORD_TYPES, type RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { cursorScope, decodeCursor, encodeCursor, type OrderKey } from '../../platform/lists/keyset.js';
import { ClientLeftError } from '../../platform/postgres/client-left.js';
import { loadRecordOf, type NodeRow, type SelectionOn } from '../node/node.service.js';
import type { ChangeWaiting } from './change-waiters.js';
import { findLatest, listChanges, type ChangePage, type ChangeRow, type ChangeSelection } from './change.query.js';

/** In place of a cursor: the end of the feed as it is now. */
export const LATEST = 'LATEST';

/** The keys of a cursor, the same in both transports. */
const POSITION: readonly OrderKey[] = [
  { column: 'seq', property: 'seq', type: 'integer', direction: 'ASC', nulls: 'LAST' },
  { column: 'position', property: 'position', type: 'integer', direction: 'ASC', nulls: 'LAST' },
];

/** A change with its cursor. */
export interface PositionedChange extends ChangeRow {
  readonly cursor: string;
}

export interface ChangeFeedPage {
  readonly changes: readonly PositionedChange[];
  /** Always present, so that a client that has read everything can continue from it later. */
  readonly endCursor: string;
  readonly hasMore: boolean;
}

export interface ChangeFeedRequest {
  /** A cursor, LATEST, or nothing: from the first change. */
  readonly after: string | null | undefined;
  readonly size: number;
  /** Absent: all. */
  readonly recordTypes?: readonly RecordType[] | null | undefined;
  /** How long to wait for a change where there is none yet. */
  readonly waitSeconds?: number | null | undefined;
}

/** The feed needs the right to read every record type. @throws AppError FORBIDDEN */
export function authorizeChanges(ctx: RequestContext): void {
  for (const recordType of RECORD_TYPES) authorize(ctx, `${recordType}:read`);
}

/**
 * The changes after a cursor, from the first one without it.
 * @throws AppError FORBIDDEN, INVALID_CURSOR; UNAUTHENTICATED, TOKEN_EXPIRED where that came about while the caller waited
 */
export async function readChanges(
  ctx: RequestContext,
  waiters: ChangeWaiting,
  { after, size, recordTypes, waitSeconds }: ChangeFeedRequest,
): Promise<ChangeFeedPage> {
  authorizeChanges(ctx);
  const scope = scopeOf(ctx, recordTypes);
  if (after === LATEST) return toFeedPage(scope, { rows: [], end: await findLatest(ctx.reader), hasMore: false });
  const [seq, position] = after ? decodeCursor(scope, POSITION, after) : [0, 0];
  const start = { seq: Number(seq), position: Number(position) };
  const selection = { after: start, size, recordTypes: recordTypes ?? null };
  const page = await listChanges(ctx.reader, selection);
  const limitMs = 1000 * (waitSeconds ?? 0);
  return toFeedPage(scope, limitMs > 0 ? await orLater(ctx, waiters, selection, page, limitMs) : page);
}

/** A cursor is bound to the types: read on with more of them, it would lack the changes that it has passed over. */
function scopeOf({ tenant }: RequestContext, recordTypes: ChangeFeedRequest['recordTypes']): string {
  return recordTypes
    ? cursorScope(tenant.id, 'changes', [...new Set(recordTypes)].sort())
    : cursorScope(tenant.id, 'changes');
}

/** The page, or if it is empty the one that there is after waiting. */
async function orLater(
  ctx: RequestContext,
  waiters: ChangeWaiting,
  selection: ChangeSelection,
  first: ChangePage,
  limitMs: number,
): Promise<ChangePage> {
  const endsAt = performance.now() + limitMs;
  const { tenantId, userId: caller } = ctx.actor;
  let page = first;
  while (page.rows.length === 0 && !page.hasMore) {
    const startedAt = performance.now();
    const waiting = waiters.wait({
      ...{ tenantId, caller, seq: page.end.seq, recordTypes: selection.recordTypes },
      ...{ limitMs: Math.max(0, endsAt - startedAt), onLeave: ctx.onLeave },
    });
    if (!waiting) break;
    const why = await waiting;
    if (why === 'client left') throw new ClientLeftError();
    ctx.database.connections.leaveOutWait(startedAt);
    await ctx.identifyAgain?.();
    authorizeChanges(ctx);
    page = await listChanges(ctx.reader, { ...selection, after: page.end });
    // A seal wakes whoever may find a change of theirs in it. Whoever finds none waits on.
    if (why !== 'change') break;
  }
  return page;
}

function toFeedPage(scope: string, { rows, end, hasMore }: ChangePage): ChangeFeedPage {
  return {
    changes: rows.map((row) => ({ ...row, cursor: encodeCursor(scope, POSITION, { ...row }) })),
    endCursor: encodeCursor(scope, POSITION, { ...end }),
    hasMore,
  };
}

/** The record as it is now, null when it is deleted. One statement per record type reads those of a page. @throws AppError FORBIDDEN */
export async function loadChanged(
  ctx: RequestContext,
  { type, recordId }: Pick<ChangeRow, 'type' | 'recordId'>,
  selectionOn: SelectionOn,
): Promise<NodeRow | null> {
  authorize(ctx, `${type}:read`);
  return loadRecordOf(ctx, type, recordId, selectionOn);
}
