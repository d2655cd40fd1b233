import { authorize } from '../access/rights/permissions.js';
import type { RequestContext } from '../access/identity/request-context.js';
import { readIfMatch, recordAnswer } from '../platform/rest/record.js';
import { defineRestRoute, type RestRoute } from '../platform/rest/routes.js';
import { tenantShape, toTenantRecord } from './account.shape.js';
import type { AccountTools } from './account-tools.js';
import { UpdateTenantInput } from './tenant.input.js';
import { getTenantSettings, updateTenant } from './tenant.service.js';

const ADMIN = {
  path: '/v1/tenant',
  tags: ['Company'],
  authorize: (ctx: RequestContext): void => {
    authorize(ctx, 'tenant:manage');
  },
};

const getRoute = defineRestRoute({
  ...ADMIN,
  method: 'GET',
  operationId: 'getTenant',
  summary: "The company's settings and limits",
  description: 'For admins.',
  response: { kind: 'record', shape: tenantShape },
  conditional: true,
  errors: ['FORBIDDEN'],
  handle: async (ctx: RequestContext) => recordAnswer(tenantShape, toTenantRecord(await getTenantSettings(ctx))),
});

function updateRoute(tools: AccountTools, method: 'PUT' | 'PATCH', operationId: string): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method,
    operationId,
    summary: "Change the company's settings: absent is untouched",
    description: 'Limits and suspension are the operator’s: they may be sent back unchanged, no more.',
    body: UpdateTenantInput,
    example: { time_zone: 'Europe/Paris' },
    returned: tenantShape,
    response: { kind: 'record', shape: tenantShape },
    versioned: true,
    errors: ['FORBIDDEN'],
    handle: async (ctx: RequestContext, { body, headers, refuseChangedReadOnly }) => {
      const { record } = await updateTenant(ctx, tools, body, {
        expectedVersion: readIfMatch(headers),
        check: (current) => {
          refuseChangedReadOnly(toTenantRecord(current));
        },
      });
      return recordAnswer(tenantShape, toTenantRecord(record));
    },
  });
}

/** The company's settings, for admins. */
export function tenantRoutes(tools: AccountTools): readonly RestRoute<RequestContext>[] {
  return [getRoute, updateRoute(tools, 'PUT', 'updateTenant'), updateRoute(tools, 'PATCH', 'patchTenant')];
}
