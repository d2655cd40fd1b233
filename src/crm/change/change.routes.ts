import type { RequestContext } from '../../access/identity/request-context.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../platform/graphql-schema/connection.js';
import { IntegerField, TextField } from '../../platform/input/fields.js';
import { jsonOf } from '../../platform/rest/json-text.js';
import { linkTo } from '../../platform/rest/page.js';
import { defineRestRoute, type RestRoute } from '../../platform/rest/routes.js';
import { authorizeChanges, readChanges } from './change.service.js';
import { changeFeedSchema, changeSerializer } from './change.serializer.js';

class ChangeParameters {
  @TextField({
    max: 4000,
    description: 'next_cursor of the previous answer; without it the feed begins with the first change.',
  })
  cursor?: string | null;

  @IntegerField({ min: 1, max: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE, description: 'Changes on a page, at most.' })
  pageSize?: number;
}

const changesRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/commercial/changes',
  operationId: 'listChanges',
  summary: 'The changes of customers, contacts, opportunities and activities',
  description: `For clients that keep a copy and poll for changes. Each change is returned once, in an order that never changes, deletions included. A new change appears after the last cursor, about two seconds after it was made.

To keep a copy, begin without a cursor. For each item read the record, and drop it if it is not found. If \`cascades\` is true, the customer's contacts, opportunities and activities were deleted or restored with it: drop those of a deleted customer, and read those of a restored one again. Store \`next_cursor\` with the copy. Poll again at once while \`has_more\` is true, else after a moment.`,
  tags: ['Changes'],
  query: ChangeParameters,
  response: { type: 'json', schema: changeFeedSchema, linked: true },
  errors: ['FORBIDDEN', 'INVALID_CURSOR'],
  authorize: authorizeChanges,
  handle: async (ctx: RequestContext, { query: { cursor, pageSize = DEFAULT_PAGE_SIZE }, url }) => {
    const { changes, endCursor, hasMore } = await readChanges(ctx, cursor, pageSize);
    const end = `,"next_cursor":${JSON.stringify(endCursor)},"has_more":${String(hasMore)}}`;
    return {
      status: 200,
      json: jsonOf('{"items":', changeSerializer.writeList(changes), end),
      ...(hasMore && { headers: { link: linkTo(url, 'cursor', endCursor, 'next') } }),
    };
  },
});

export const changeRoutes: readonly RestRoute<RequestContext>[] = [changesRoute];
