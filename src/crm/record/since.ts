/** The filters of every list and export by the moment of creation and of the latest change. */
import type { RequestContext } from '../../access/identity/request-context.js';
import { DateOrInstantField } from '../../platform/input/fields.js';
import type { OperatorValues } from '../../platform/lists/filter-inputs.js';
import { periodOf } from '../../platform/lists/period.js';

const MOMENT = 'this instant, or the beginning of this day in the time zone of the company (`2026-03-31`)';

export abstract class SinceQuery {
  @DateOrInstantField({ description: `Only what was created at or after ${MOMENT}.` })
  createdSince?: string | null;

  @DateOrInstantField({
    description: `Only what was last changed at or after ${MOMENT}. The moment of a change is not that of its commit: a client that asks for changes since the latest one it has seen misses those that commit late. To keep a copy, follow \`/v1/commercial/changes\`.`,
  })
  updatedSince?: string | null;
}

/** The parameters as fields of the filter that both transports use. */
export function sinceFilter(
  { createdSince, updatedSince }: SinceQuery,
  { tenant }: RequestContext,
): Readonly<Record<'createdAt' | 'updatedAt', OperatorValues | null>> {
  const since = (moment: string | null | undefined) => periodOf(moment, null, tenant.timeZone);
  return { createdAt: since(createdSince), updatedAt: since(updatedSince) };
}
