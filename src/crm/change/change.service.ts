import { authorize } from '../../access/rights/permissions.js';
import { RECORD_TYPES } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { cursorScope, decodeCursor, encodeCursor, type OrderKey } from '../../platform/lists/keyset.js';
import { loadRecordOf, type NodeRow, type SelectionOn } from '../node/node.service.js';
import { listChanges, type ChangeRow } from './change.query.js';

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

/** The feed needs the right to read every record type. @throws AppError FORBIDDEN */
export function authorizeChanges(ctx: RequestContext): void {
  for (const recordType of RECORD_TYPES) authorize(ctx, `${recordType}:read`);
}

/** The changes after a cursor, from the first one without it. @throws AppError FORBIDDEN, INVALID_CURSOR */
export async function readChanges(
  ctx: RequestContext,
  after: string | null | undefined,
  size: number,
): Promise<ChangeFeedPage> {
  authorizeChanges(ctx);
  const scope = cursorScope(ctx.tenant.id, 'changes');
  const [seq, position] = after ? decodeCursor(scope, POSITION, after) : [0, 0];
  const page = await listChanges(ctx.reader, { seq: Number(seq), position: Number(position) }, size);
  return {
    changes: page.rows.map((row) => ({ ...row, cursor: encodeCursor(scope, POSITION, { ...row }) })),
    endCursor: encodeCursor(scope, POSITION, { ...page.end }),
    hasMore: page.hasMore,
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
