import { authorize } from '../../access/permissions.js';
import type { RequestContext } from '../../access/request-context.js';
import { BooleanField, CountryField, EnumField, TextField, UuidField } from '../../platform/input-fields.js';
import type { Filter, OperatorValues } from '../../platform/filters.js';
import { cursorScope, decodeCursor, encodeCursor } from '../../platform/keyset.js';
import { DEFAULT_PAGE_SIZE } from '../../platform/connection.js';
import { pageAnswer, pagedQuery, readSort, type PageQuery } from '../../platform/rest-page.js';
import { createdAnswer, readIfMatch, recordAnswer } from '../../platform/rest-record.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../../platform/rest-routes.js';
import { csvAnswer } from '../export/csv-answer.js';
import { exportQuery, toDialect } from '../export/export.input.js';
import { CustomerType } from './customer-enums.js';
import { exportCustomers } from './customer-export.service.js';
import { CUSTOMER_SORT, customerOrder } from './customer.filter.js';
import { CreateCustomerInput, UpdateCustomerInput } from './customer.input.js';
import { CUSTOMER_PROPERTIES } from './customer.query.js';
import * as customers from './customer.service.js';
import { customerShape } from './customer.shape.js';

const COLLECTION = '/v1/commercial/customers';
const ONE = `${COLLECTION}/{id}`;
const ALIASES = { customer_type: 'type' };
const TAGS = ['Customers'];

/** The filters of the list and of the export. */
export class CustomerFilterQuery {
  @EnumField(CustomerType, { description: 'Only customers of this type.' })
  type?: CustomerType | null;

  @UuidField({ description: 'Only customers of this responsible user.' })
  assignedTo?: string | null;

  @BooleanField({ description: 'Only active, or only inactive customers.' })
  isActive?: boolean | null;

  @CountryField({ description: 'Only customers of this country.' })
  countryCode?: string | null;

  @TextField({ max: 255, description: 'Part of name, code, e-mail or city, or digits of a telephone.' })
  search?: string | null;
}

const CustomerListQuery = pagedQuery(CustomerFilterQuery);

/** The parameters of a list or export as the one filter that both edges use. */
export function toCustomerFilter(query: CustomerFilterQuery): Filter & Readonly<Record<string, OperatorValues | null>> {
  const equal = <T>(value: T | null | undefined): { eq: T } | null =>
    value === null || value === undefined ? null : { eq: value };
  return {
    type: equal(query.type),
    assignedTo: equal(query.assignedTo),
    isActive: equal(query.isActive),
    countryCode: equal(query.countryCode),
  };
}

/** One page by number or by cursor. One row more than asked tells whether another page follows. */
async function answerList(
  ctx: RequestContext,
  query: CustomerFilterQuery & PageQuery,
  url: string,
): Promise<RestAnswer> {
  const { pageSize: size = DEFAULT_PAGE_SIZE, page: number = 1, search, cursor } = query;
  const order = readSort(query.sort, CUSTOMER_SORT, customerOrder(null));
  const filter = toCustomerFilter(query);
  const scope = cursorScope(ctx.tenant.id, 'customers', filter, search ?? null, order);
  const { rows, total = 0 } = await customers.listCustomers(ctx, {
    filter,
    search,
    order,
    properties: CUSTOMER_PROPERTIES,
    limit: size + 1,
    ...(cursor ? { after: decodeCursor(scope, order, cursor) } : { offset: (number - 1) * size }),
    withRows: true,
    withTotal: true,
  });
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const nextCursor = rows.length > size && last ? encodeCursor(scope, order, last) : null;
  return pageAnswer(customerShape, query, { rows: page, total, nextCursor }, url);
}

const listRoute = defineRestRoute({
  method: 'GET',
  path: COLLECTION,
  operationId: 'listCustomers',
  summary: 'List customers',
  tags: TAGS,
  query: CustomerListQuery,
  response: { kind: 'page', shape: customerShape },
  errors: ['FORBIDDEN', 'INVALID_CURSOR'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:read'),
  handle: (ctx, { query, url }) => answerList(ctx, query, url),
});

const createRoute = defineRestRoute({
  method: 'POST',
  path: COLLECTION,
  operationId: 'createCustomer',
  summary: 'Create a customer',
  tags: TAGS,
  body: CreateCustomerInput,
  aliases: ALIASES,
  returned: customerShape,
  response: { kind: 'record', shape: customerShape },
  status: 201,
  errors: ['FORBIDDEN', 'DUPLICATE', 'QUOTA_EXCEEDED'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:create'),
  handle: async (ctx, { body }) => createdAnswer(customerShape, await customers.createCustomer(ctx, body), COLLECTION),
});

const getRoute = defineRestRoute({
  method: 'GET',
  path: ONE,
  operationId: 'getCustomer',
  summary: 'One customer',
  tags: TAGS,
  response: { kind: 'record', shape: customerShape },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:read'),
  handle: async (ctx, { params: { id = '' } }) => recordAnswer(customerShape, await customers.getCustomer(ctx, id)),
});

/** PUT is partial, so PATCH is the same operation under another name. */
function updateRoute(method: 'PUT' | 'PATCH', operationId: string): RestRoute<RequestContext> {
  return defineRestRoute({
    method,
    path: ONE,
    operationId,
    summary: 'Change a customer: absent is untouched, null is cleared',
    tags: TAGS,
    body: UpdateCustomerInput,
    aliases: ALIASES,
    returned: customerShape,
    response: { kind: 'record', shape: customerShape },
    versioned: true,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
    authorize: (ctx: RequestContext) => authorize(ctx, 'customer:update'),
    handle: async (ctx, { params: { id = '' }, body, headers, refuseChangedReadOnly }) => {
      const expectedVersion = readIfMatch(headers);
      const change = { check: refuseChangedReadOnly, expectedVersion };
      return recordAnswer(customerShape, await customers.updateCustomer(ctx, id, body, change));
    },
  });
}

const deleteRoute = defineRestRoute({
  method: 'DELETE',
  path: ONE,
  operationId: 'deleteCustomer',
  summary: 'Delete a customer',
  description: 'Soft: restore brings it back, and its code is free meanwhile.',
  tags: TAGS,
  response: { kind: 'none' },
  versioned: true,
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:delete'),
  handle: async (ctx, { params: { id = '' }, headers }) => {
    await customers.deleteCustomer(ctx, id, readIfMatch(headers));
    return { status: 204 };
  },
});

const convertRoute = defineRestRoute({
  method: 'POST',
  path: `${ONE}/convert`,
  operationId: 'convertCustomer',
  summary: 'Convert a prospect or lead into a customer',
  tags: TAGS,
  bodyOptional: true,
  response: { kind: 'record', shape: customerShape },
  versioned: true,
  errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:update'),
  handle: async (ctx, { params: { id = '' }, headers }) =>
    recordAnswer(customerShape, await customers.convertCustomer(ctx, id, readIfMatch(headers))),
});

const restoreRoute = defineRestRoute({
  method: 'POST',
  path: `${ONE}/restore`,
  operationId: 'restoreCustomer',
  summary: 'Bring a deleted customer back',
  tags: TAGS,
  bodyOptional: true,
  response: { kind: 'record', shape: customerShape },
  errors: ['FORBIDDEN', 'NOT_FOUND', 'DUPLICATE', 'QUOTA_EXCEEDED'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:restore'),
  handle: async (ctx, { params: { id = '' } }) => recordAnswer(customerShape, await customers.restoreCustomer(ctx, id)),
});

const exportRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/commercial/export/customers',
  operationId: 'exportCustomers',
  summary: 'Customers as a CSV file',
  description: 'Complete or refused: beyond the limit of rows ask for it in parts with page=1, page=2 …',
  tags: ['Exports'],
  query: exportQuery(CustomerFilterQuery),
  response: { kind: 'csv' },
  errors: ['FORBIDDEN', 'EXPORT_TOO_LARGE'],
  authorize: (ctx: RequestContext) => authorize(ctx, 'customer:export'),
  handle: async (ctx, { query, url }) => {
    const selection = { filter: toCustomerFilter(query), search: query.search };
    const dialect = toDialect(query, ctx.tenant.timeZone);
    const file = await exportCustomers(
      ctx,
      selection,
      dialect,
      query.page ?? undefined,
      Object.fromEntries(Object.entries(query)),
    );
    return csvAnswer(ctx, file, 'clients_export', url, query.page);
  },
});

export const customerRoutes: readonly RestRoute<RequestContext>[] = [
  listRoute,
  createRoute,
  getRoute,
  updateRoute('PUT', 'updateCustomer'),
  updateRoute('PATCH', 'patchCustomer'),
  deleteRoute,
  convertRoute,
  restoreRoute,
  exportRoute,
];
