/** `?dry_run=true`: on every route that takes an Idempotency-Key. */
import { BooleanField } from '../input/fields.js';
import { parseQuery } from './input.js';
import type { RestAnswer } from './routes.js';

class DryRunQuery {
  /** `?dry_run` without a value is rejected: its author does not expect a change. */
  @BooleanField({ nullable: false, description: 'Only tries: everything is checked, and nothing is left.' })
  dryRun?: boolean;
}

interface DryRunRequest {
  readonly isDryRun: boolean;
  /** The other parameters. */
  readonly query: unknown;
}

/** @throws AppError VALIDATION_FAILED */
export function readDryRun(query: unknown): DryRunRequest {
  if (typeof query !== 'object' || query === null || !('dry_run' in query)) return { isDryRun: false, query };
  const { dry_run, ...others } = query;
  return { isDryRun: parseQuery(DryRunQuery, { dry_run }).dryRun === true, query: others };
}

/** Headers that describe a record which does not exist. */
export function dryRunAnswer(answer: RestAnswer): RestAnswer {
  const kept = Object.entries(answer.headers ?? {}).filter(([name]) => name !== 'location' && name !== 'etag');
  return { ...answer, headers: { ...Object.fromEntries(kept), 'dry-run': 'true' } };
}
