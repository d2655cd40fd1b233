/** A filter tells something of every record that it looks at, also of those that it only goes through. */
import type { Filter, FilterColumns, FilterRelation, RelatedList } from '../../platform/lists/filter-columns.js';
import type { RequestContext } from '../identity/request-context.js';
import { authorize } from './permissions.js';
import { recordTypeOf } from './record-types.js';

/**
 * Each record type that a filter goes through takes the right to read it: an API key may have the right to read some types only.
 * @param columns of the records that are filtered
 * @throws AppError FORBIDDEN
 */
export function authorizeFilter(ctx: RequestContext, columns: FilterColumns, filter: Filter | null | undefined): void {
  if (!filter) return;
  const { and, or, not, ...fields } = filter;
  for (const part of [...(and ?? []), ...(or ?? []), not]) authorizeFilter(ctx, columns, part);
  for (const [name, value] of Object.entries<unknown>(fields)) {
    const field = columns[name];
    if (field && 'target' in field) authorizeRelation(ctx, field, value);
  }
}

function authorizeRelation(ctx: RequestContext, { target, toMany }: FilterRelation, sent: unknown): void {
  // The class of the filter gives a relation the type of the related filter.
  const value = sent as (Filter & RelatedList) | null | undefined;
  if (!value) return;
  authorize(ctx, `${recordTypeOf(target.table)}:read`);
  const columns = target.columns(target.alias);
  for (const filter of toMany ? [value.some, value.none] : [value]) authorizeFilter(ctx, columns, filter);
}
