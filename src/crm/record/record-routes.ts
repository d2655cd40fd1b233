/** The routes on single records, the same for every record type: create, get, change, delete, restore, and actions. */
import { readRecord, type RecordTypeTable } from '../../access/loaders/record-reads.js';
import type { Changed } from '../../access/writes/change-effects.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ExpectedVersion } from '../../access/writes/version.js';
import type { ErrorCode } from '../../platform/errors/errors.js';
import type { InputClass } from '../../platform/input/input-plan.js';
import { createdAnswer, readIfMatch, recordAnswer } from '../../platform/rest/record.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../../platform/rest/routes.js';
import type { RestSerializer } from '../../platform/rest/serializer.js';
import { FieldsQuery, pickFields, propertiesFor } from '../../platform/rest/sparse.js';
import type { ChangeOptions } from './record-change.js';
import { rejectUnknown } from './record-errors.js';
import { capitalized, collectionOf, need, type RecordNames } from './record-names.js';

/** The fields that every REST answer needs: for its address and its ETag. */
interface AnswerableRow {
  readonly id: string;
  readonly version: number;
}

/** A record type and its service. */
interface RecordResource<Row extends AnswerableRow, Create extends object, Update extends object> {
  readonly names: RecordNames;
  readonly table: RecordTypeTable<Row>;
  readonly serializer: RestSerializer<Row>;
  /** Further names of fields that requests may use: alias → REST name. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly createInput: InputClass<Create>;
  readonly updateInput: InputClass<Update>;
  readonly createErrors: readonly ErrorCode[];
  readonly updateErrors?: readonly ErrorCode[];
  readonly restoreErrors: readonly ErrorCode[];
  readonly deleteDescription: string;
  /** Bodies that can be sent without a change. */
  readonly examples: { readonly create: object; readonly update: object };
  readonly create: (ctx: RequestContext, input: Create) => Promise<Changed<Row>>;
  readonly update: (
    ctx: RequestContext,
    id: string,
    input: Update,
    options: ChangeOptions<Row>,
  ) => Promise<Changed<Row>>;
  readonly remove: (ctx: RequestContext, id: string, expectedVersion?: ExpectedVersion) => Promise<Changed<Row>>;
  readonly restore: (ctx: RequestContext, id: string) => Promise<Changed<Row>>;
}

/** `POST` on the collection; `GET`, `PUT`, `PATCH`, `DELETE` and `/restore` on one record. */
export function recordRoutes<Row extends AnswerableRow, Create extends object, Update extends object>(
  resource: RecordResource<Row, Create, Update>,
): readonly RestRoute<RequestContext>[] {
  return [
    createRoute(resource),
    getRoute(resource),
    updateRoute(resource, 'PUT'),
    updateRoute(resource, 'PATCH'),
    deleteRoute(resource),
    restoreRoute(resource),
  ];
}

function createRoute<Row extends AnswerableRow, Create extends object, Update extends object>(
  resource: RecordResource<Row, Create, Update>,
): RestRoute<RequestContext> {
  const { names, serializer, aliases = {}, createErrors } = resource;
  return defineRestRoute({
    method: 'POST',
    path: collectionOf(names),
    operationId: `create${capitalized(names.recordType)}`,
    summary: `Create ${names.one}`,
    description: 'A field that is absent or null takes its default. `Location` and `ETag` are those of the new record.',
    tags: [names.tag],
    body: resource.createInput,
    example: resource.examples.create,
    aliases,
    returned: serializer,
    response: { type: 'record', serializer },
    status: 201,
    errors: ['FORBIDDEN', ...createErrors],
    authorize: need(names, 'create'),
    handle: async (ctx: RequestContext, { body }) => {
      const { record } = await resource.create(ctx, body);
      return createdAnswer(serializer, record, collectionOf(names));
    },
  });
}

function getRoute<Row extends AnswerableRow, Create extends object, Update extends object>(
  resource: RecordResource<Row, Create, Update>,
): RestRoute<RequestContext> {
  const { names, serializer, table } = resource;
  return defineRestRoute({
    method: 'GET',
    path: `${collectionOf(names)}/{id}`,
    operationId: `get${capitalized(names.recordType)}`,
    summary: `One ${names.recordType}`,
    description: '`ETag` is its version, for `If-Match` and `If-None-Match`.',
    tags: [names.tag],
    query: FieldsQuery,
    response: { type: 'record', serializer },
    conditional: true,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    authorize: need(names, 'read'),
    handle: async (ctx: RequestContext, { params: { id = '' }, query: { fields } }) => {
      const picked = pickFields(serializer, fields);
      const properties = fields ? propertiesFor(picked, table.properties, ['id', 'version']) : undefined;
      const row = await readRecord(ctx, table, { id }, properties);
      return recordAnswer(picked, row ?? rejectUnknown(names.recordType));
    },
  });
}

/** The answer to a change: the record alone. */
export function changedAnswer<Row extends AnswerableRow>(
  serializer: RestSerializer<Row>,
  { record }: Changed<Row>,
): RestAnswer {
  return recordAnswer(serializer, record);
}

/** PUT is partial, so PATCH is the same operation under another name. */
function updateRoute<Row extends AnswerableRow, Create extends object, Update extends object>(
  resource: RecordResource<Row, Create, Update>,
  method: 'PUT' | 'PATCH',
): RestRoute<RequestContext> {
  const { names, serializer, aliases = {}, updateErrors = [] } = resource;
  return defineRestRoute({
    method,
    path: `${collectionOf(names)}/{id}`,
    operationId: `${method === 'PUT' ? 'update' : 'patch'}${capitalized(names.recordType)}`,
    summary: `Change ${names.one}: absent is untouched, null is cleared`,
    description:
      'PUT and PATCH are the same. A whole record may be sent back as it was read. Read-only fields must then be unchanged.',
    tags: [names.tag],
    body: resource.updateInput,
    example: resource.examples.update,
    aliases,
    returned: serializer,
    response: { type: 'record', serializer },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND', ...updateErrors],
    authorize: need(names, 'update'),
    handle: async (ctx: RequestContext, { params: { id = '' }, body, headers, rejectChangedReadOnly }) => {
      const change = { check: rejectChangedReadOnly, expectedVersion: readIfMatch(headers) };
      return changedAnswer(serializer, await resource.update(ctx, id, body, change));
    },
  });
}

function deleteRoute<Row extends AnswerableRow, Create extends object, Update extends object>(
  resource: RecordResource<Row, Create, Update>,
): RestRoute<RequestContext> {
  const { names, deleteDescription } = resource;
  return defineRestRoute({
    method: 'DELETE',
    path: `${collectionOf(names)}/{id}`,
    operationId: `delete${capitalized(names.recordType)}`,
    summary: `Delete ${names.one}`,
    description: deleteDescription,
    tags: [names.tag],
    response: { type: 'none' },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    authorize: need(names, 'delete'),
    handle: async (ctx: RequestContext, { params: { id = '' }, headers }) => {
      await resource.remove(ctx, id, readIfMatch(headers));
      return { status: 204 };
    },
  });
}

function restoreRoute<Row extends AnswerableRow, Create extends object, Update extends object>(
  resource: RecordResource<Row, Create, Update>,
): RestRoute<RequestContext> {
  const { names, serializer, restoreErrors } = resource;
  return defineRestRoute({
    method: 'POST',
    path: `${collectionOf(names)}/{id}/restore`,
    operationId: `restore${capitalized(names.recordType)}`,
    summary: `Bring a deleted ${names.recordType} back`,
    description:
      'Restores it with exactly the records that were deleted with it. A record that is not deleted stays as it is.',
    tags: [names.tag],
    bodyOptional: true,
    response: { type: 'record', serializer },
    errors: ['FORBIDDEN', 'NOT_FOUND', ...restoreErrors],
    authorize: need(names, 'restore'),
    handle: async (ctx: RequestContext, { params: { id = '' } }) =>
      changedAnswer(serializer, await resource.restore(ctx, id)),
  });
}

/** `POST …/{id}/convert` and similar: an update that has a name of its own. */
interface RecordAction<Row extends AnswerableRow> {
  readonly names: RecordNames;
  readonly serializer: RestSerializer<Row>;
  /** Last part of the path and first of the operation id. */
  readonly action: string;
  readonly summary: string;
  readonly description: string;
  readonly errors?: readonly ErrorCode[];
  readonly run: (ctx: RequestContext, id: string, expectedVersion?: ExpectedVersion) => Promise<Changed<Row>>;
}

/** The route of an action without input: no body, or an empty object. */
export function actionRoute<Row extends AnswerableRow>(route: RecordAction<Row>): RestRoute<RequestContext> {
  const { names, serializer, action, summary, description, errors = [] } = route;
  return defineRestRoute({
    method: 'POST',
    path: `${collectionOf(names)}/{id}/${action}`,
    operationId: `${action}${capitalized(names.recordType)}`,
    summary,
    description,
    tags: [names.tag],
    bodyOptional: true,
    response: { type: 'record', serializer },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND', ...errors],
    authorize: need(names, 'update'),
    handle: async (ctx: RequestContext, { params: { id = '' }, headers }) =>
      changedAnswer(serializer, await route.run(ctx, id, readIfMatch(headers))),
  });
}
