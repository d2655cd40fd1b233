import { authorize } from '../access/rights/permissions.js';
import type { RequestContext } from '../access/identity/request-context.js';
import { readIfMatch, recordAnswer } from '../platform/rest/record.js';
import { defineRestRoute, type RestRoute } from '../platform/rest/routes.js';
import { tenantSerializer, toTenantRecord } from './account.serializer.js';
import type { AccountDependencies } from './account-dependencies.js';
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
  response: { type: 'record', serializer: tenantSerializer },
  conditional: true,
  errors: ['FORBIDDEN'],
  handle: async (ctx: RequestContext) => recordAnswer(tenantSerializer, toTenantRecord(await getTenantSettings(ctx))),
});

function updateRoute(
  dependencies: AccountDependencies,
  method: 'PUT' | 'PATCH',
  operationId: string,
): RestRoute<RequestContext> {
  return defineRestRoute({
    ...ADMIN,
    method,
    operationId,
    summary: "Change the company's settings: absent is untouched",
    description: 'Limits and suspension are the operator’s: they may be sent back unchanged, no more.',
    body: UpdateTenantInput,
    example: { time_zone: 'Europe/Paris' },
    returned: tenantSerializer,
    response: { type: 'record', serializer: tenantSerializer },
    versioned: true,
    errors: ['FORBIDDEN'],
    handle: async (ctx: RequestContext, { body, headers, rejectChangedReadOnly }) => {
      const { record } = await updateTenant(ctx, dependencies, body, {
        expectedVersion: readIfMatch(headers),
        check: (current) => {
          rejectChangedReadOnly(toTenantRecord(current));
        },
      });
      return recordAnswer(tenantSerializer, toTenantRecord(record));
    },
  });
}

/** The company's settings, for admins. */
export function tenantRoutes(dependencies: AccountDependencies): readonly RestRoute<RequestContext>[] {
  return [
    getRoute,
    updateRoute(dependencies, 'PUT', 'updateTenant'),
    updateRoute(dependencies, 'PATCH', 'patchTenant'),
  ];
}
