/** What stands before and behind the statements of a message: BEGIN with the tenant setting, and COMMIT or ROLLBACK. */
import type { BatchOptions } from '../platform/postgres/batch.js';
import { bind, sql, type BoundStatement } from '../platform/postgres/sql.js';
import { tenantSetting } from './tenant-reader.js';

/** The last statement of a transaction that has not failed. */
export type Ending = 'commit' | 'rollback';

const BEGIN = bind(sql`begin`);
export const ROLLBACK = bind(sql`rollback`);
const ENDINGS: Readonly<Record<Ending, BoundStatement>> = { commit: bind(sql`commit`), rollback: ROLLBACK };

export interface Frame {
  readonly before: readonly BoundStatement[];
  readonly after: readonly BoundStatement[];
  /** The message ends the transaction. */
  readonly isLast: boolean;
  /** It is the whole transaction, without BEGIN and COMMIT: PostgreSQL runs all statements up to a Sync as one transaction. */
  readonly isWhole: boolean;
}

interface FramedTransaction {
  readonly tenantId: string;
  readonly ending: Ending;
  /** Citus needs BEGIN to pass the tenant on to its workers. */
  readonly batchOptions: BatchOptions;
}

export function frameOf(
  { tenantId, ending, batchOptions }: FramedTransaction,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): Frame {
  const isWhole = isFirst && isLast && ending === 'commit' && !batchOptions.explicitTransaction;
  const opening = isWhole ? [] : [BEGIN];
  return {
    before: isFirst ? [...opening, tenantSetting(tenantId, batchOptions)] : [],
    after: isLast && !isWhole ? [ENDINGS[ending]] : [],
    isLast,
    isWhole,
  };
}
