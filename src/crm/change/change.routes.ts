import type { RequestContext } from '../../access/identity/request-context.js';
import { RECORD_TYPES, type RecordType } from '../../access/rights/record-types.js';
import { validationError } from '../../platform/errors/errors.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../platform/graphql-schema/connection.js';
import { IntegerField, TextField } from '../../platform/input/fields.js';
import { isOneOf } from '../../platform/input/rules.js';
import { jsonOf } from '../../platform/rest/json-text.js';
import { linkTo } from '../../platform/rest/page.js';
import { defineRestRoute, type RestRoute } from '../../platform/rest/routes.js';
import { MAX_WAIT_SECONDS, type ChangeWaiting } from './change-waiters.js';
import { authorizeChanges, readChanges } from './change.service.js';
import { changeFeedSchema, changeSerializer } from './change.serializer.js';
import { WAIT } from './change.type.js';

class ChangeParameters {
  @TextField({
    max: 4000,
    description:
      'next_cursor of the previous answer. Without it the feed begins with the first change. `LATEST` is the cursor of now, for the first call only.',
  })
  cursor?: string | null;

  @IntegerField({ min: 1, max: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE, description: 'Changes on a page, at most.' })
  pageSize?: number;

  @TextField({
    max: 100,
    form: 'code',
    description: `Only changes of these types of record, separated by commas: \`${RECORD_TYPES.join(',')}\`. next_cursor moves past those of other types, so it belongs to these types.`,
  })
  types?: string | null;

  @IntegerField({ min: 0, max: MAX_WAIT_SECONDS, default: 0, description: WAIT })
  wait?: number;
}

/** `contact,customer` @throws AppError VALIDATION_FAILED */
function readTypes(types: string | null | undefined): readonly RecordType[] | null {
  if (!types) return null;
  return types.split(',').map((word) => {
    const recordType = RECORD_TYPES.find((one) => one === word.trim());
    if (recordType !== undefined) return recordType;
    const { code, sentence } = isOneOf(RECORD_TYPES);
    throw validationError([{ path: ['types'], code, message: sentence }]);
  });
}

const changesRoute = (waiters: ChangeWaiting): RestRoute<RequestContext> =>
  defineRestRoute({
    method: 'GET',
    path: '/v1/commercial/changes',
    operationId: 'listChanges',
    summary: 'The changes of customers, contacts, opportunities and activities',
    description: `For clients that keep a copy and follow the changes. Each change is returned once, in an order that never changes, deletions included. A new change appears after the last cursor, about two seconds after it was made.

To keep a copy, take \`next_cursor\` of \`cursor=LATEST\` first, then walk the lists, then follow the feed from that cursor. For each item read the record, and drop it if it is not found. If \`cascades\` is true, the customer's contacts, opportunities and activities were deleted or restored with it: drop those of a deleted customer, and read those of a restored one again. Store \`next_cursor\` with the copy. Ask again at once while \`has_more\` is true, else with \`wait=25\`.`,
    tags: ['Changes'],
    query: ChangeParameters,
    response: { type: 'json', schema: changeFeedSchema, linked: true },
    errors: ['FORBIDDEN', 'INVALID_CURSOR'],
    authorize: authorizeChanges,
    handle: async (ctx: RequestContext, { query, url }) => {
      const { cursor: after, pageSize: size = DEFAULT_PAGE_SIZE, types, wait: waitSeconds } = query;
      const request = { after, size, recordTypes: readTypes(types), waitSeconds };
      const { changes, endCursor, hasMore } = await readChanges(ctx, waiters, request);
      const end = `,"next_cursor":${JSON.stringify(endCursor)},"has_more":${String(hasMore)}}`;
      return {
        status: 200,
        json: jsonOf('{"items":', changeSerializer.writeList(changes), end),
        ...(hasMore && { headers: { link: linkTo(url, 'cursor', endCursor, 'next') } }),
      };
    },
  });

export const changeRoutes = (waiters: ChangeWaiting): readonly RestRoute<RequestContext>[] => [changesRoute(waiters)];
