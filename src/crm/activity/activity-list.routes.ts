/** The list of activities: a bare array for clients of CRM T0, or the envelope of every other list. */
import { readRecords } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../platform/graphql-schema/connection.js';
import { validationError } from '../../platform/errors/errors.js';
import { equalTo } from '../../platform/lists/filters.js';
import { periodOf } from '../../platform/lists/period.js';
import { BooleanField, DateOrInstantField, EnumField, IntegerField, UuidField } from '../../platform/input/fields.js';
import { isWithin } from '../../platform/input/rules.js';
import { pageSchema } from '../../platform/rest/openapi-schemas.js';
import type { RecordSelection } from '../../platform/lists/record-table.js';
import { CursorField, readSort, SortField } from '../../platform/rest/page.js';
import { defineRestRoute, type RestAnswer } from '../../platform/rest/routes.js';
import { FieldsField, pickFields, propertiesFor } from '../../platform/rest/sparse.js';
import { SENTENCES } from '../../platform/input/validation.js';
import { DeletedField, wantsDeleted, type DeletedRecords } from '../record/deleted-records.js';
import { answerPage, type RecordListing } from '../record/list-routes.js';
import { need, type RecordNames } from '../record/record-names.js';
import { sinceFilter, SinceQuery } from '../record/since.js';
import { ActivityType } from './activity-enums.js';
import { activityOrder } from './activity.filter.js';
import { activityTable, type ActivityRow } from './activity.query.js';
import { activitySerializer } from './activity.serializer.js';

export const names: RecordNames = { recordType: 'activity', one: 'an activity', many: 'activities', tag: 'Activities' };

/** Page size of the bare array. The envelope has the sizes of every other list. */
const ARRAY_SIZE = { default: 50, max: 200 };

/** The filters of the list and of the export. */
export class ActivityFilterQuery extends SinceQuery {
  @UuidField({ description: 'Only activities about this customer.' })
  customerId?: string | null;

  @UuidField({ description: 'Only activities about this opportunity.' })
  opportunityId?: string | null;

  @UuidField({ description: 'Only activities about this contact.' })
  contactId?: string | null;

  @UuidField({ description: 'Only activities of this responsible user.' })
  assignedToId?: string | null;

  @EnumField(ActivityType, { description: 'Only activities of this type.' })
  type?: ActivityType | null;

  @BooleanField({ description: 'Only completed, or only open activities.' })
  isCompleted?: boolean | null;

  @DateOrInstantField({
    description: 'Not before this instant, or this day in the time zone of the company (`2026-03-31`).',
  })
  dateFrom?: string | null;

  @DateOrInstantField({ description: 'Not after this instant or day; the whole day is included.' })
  dateTo?: string | null;
}

const SIZE =
  'Records in the array: 1 to 200, by default 50. With `page` or `cursor`, records on a page: 1 to 100, by default 20.';

class ActivityListQuery extends ActivityFilterQuery {
  @IntegerField({ min: 1, max: ARRAY_SIZE.max, nullable: false, description: SIZE })
  limit?: number;

  @IntegerField({ min: 1, max: ARRAY_SIZE.max, nullable: false, description: 'Another name of `limit`.' })
  pageSize?: number;

  @IntegerField({ min: 1, max: 1_000_000, nullable: false, description: 'Number of the page, from 1.' })
  page?: number;

  @CursorField()
  cursor?: string | null;

  @SortField(activityOrder.sortFields)
  sort?: string | null;

  @FieldsField()
  fields?: string | null;

  @DeletedField()
  deleted?: DeletedRecords | null;
}

/** The parameters as the filter that both transports use. */
export function toSelection(query: ActivityFilterQuery, ctx: RequestContext): RecordSelection {
  const { customerId, opportunityId, contactId, assignedToId, type, isCompleted, dateFrom, dateTo } = query;
  const date = periodOf(dateFrom, dateTo, ctx.tenant.timeZone);
  const equal = equalTo({ customerId, opportunityId, contactId, assignedToId, type, isCompleted });
  const filter = { ...equal, date, ...sinceFilter(query, ctx) };
  return { filter };
}

const listing: RecordListing<ActivityRow, ActivityFilterQuery> = {
  names,
  serializer: activitySerializer,
  table: activityTable,
  order: activityOrder,
  toSelection,
};

/** The size under either name. @throws AppError VALIDATION_FAILED for two different ones */
function readSize({ limit, pageSize }: ActivityListQuery): number | undefined {
  if (limit !== undefined && pageSize !== undefined && limit !== pageSize) {
    const message = SENTENCES.CONFLICTING_MEMBERS;
    throw validationError([{ path: ['page_size'], code: 'CONFLICTING_MEMBERS', message }]);
  }
  return limit ?? pageSize;
}

async function answerArray(ctx: RequestContext, query: ActivityListQuery): Promise<RestAnswer> {
  const serializer = pickFields(activitySerializer, query.fields);
  const { rows } = await readRecords(ctx, activityTable, {
    ...toSelection(query, ctx),
    deleted: wantsDeleted(query.deleted),
    order: readSort(query.sort, activityOrder.sortFields, activityOrder.usual),
    properties: query.fields ? propertiesFor(serializer, activityTable.properties, ['id']) : activityTable.properties,
    limit: readSize(query) ?? ARRAY_SIZE.default,
    withRows: true,
    withTotal: false,
  });
  return { status: 200, json: serializer.writeList(rows) };
}

const PAGE_SIZE = isWithin({ min: 1, max: MAX_PAGE_SIZE });

function answerEnvelope(ctx: RequestContext, query: ActivityListQuery, url: string): Promise<RestAnswer> {
  const pageSize = readSize(query) ?? DEFAULT_PAGE_SIZE;
  if (!PAGE_SIZE.holds(pageSize)) {
    const path = [query.pageSize === undefined ? 'limit' : 'page_size'];
    throw validationError([{ path, code: PAGE_SIZE.code, message: PAGE_SIZE.sentence }]);
  }
  return answerPage(ctx, listing, Object.assign(new ActivityListQuery(), query, { pageSize }), url);
}

const RECORD = { $ref: `#/components/schemas/${activitySerializer.name}` };

export const activityListRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/commercial/activities',
  operationId: 'listActivities',
  summary: 'List activities, newest first',
  description: 'A bare array; with `page` or `cursor` one page, in the envelope of every other list.',
  tags: [names.tag],
  query: ActivityListQuery,
  response: { type: 'json', schema: { oneOf: [{ type: 'array', items: RECORD }, pageSchema(RECORD)] }, linked: true },
  errors: ['FORBIDDEN', 'INVALID_CURSOR'],
  authorize: need(names, 'read'),
  handle: (ctx: RequestContext, { query, url }) =>
    query.page === undefined && !query.cursor ? answerArray(ctx, query) : answerEnvelope(ctx, query, url),
});
