import { RIGHTS } from '../access/rights/permissions.js';
import type { RequestContext } from '../access/identity/request-context.js';
import { defineRestRoute, type RestRoute } from '../platform/rest/routes.js';
import { readLimits, type ResourceUsage } from './tenant.service.js';

const permissionsRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/meta/permissions',
  operationId: 'getPermissions',
  summary: 'Who may do what',
  description: 'The table that every operation asks, in REST and in GraphQL.',
  tags: ['Meta'],
  response: {
    type: 'json',
    schema: {
      type: 'object',
      description:
        'role → permission → `all`, or `own` for records that the caller created or is responsible for; what is not listed is rejected',
      properties: {
        roles: {
          type: 'object',
          additionalProperties: { type: 'object', additionalProperties: { type: 'string', enum: ['all', 'own'] } },
        },
      },
      required: ['roles'],
      additionalProperties: false,
    },
  },
  handle: () => Promise.resolve({ status: 200, json: JSON.stringify({ roles: RIGHTS }) }),
});

function withPercent(usage: ResourceUsage): ResourceUsage & { readonly percent: number | null } {
  const { used, limit } = usage;
  return { ...usage, percent: used === null || limit === 0 ? null : Math.round((used / limit) * 1000) / 10 };
}

const limitsRoute = defineRestRoute({
  method: 'GET',
  path: '/v1/meta/limits',
  operationId: 'getLimits',
  summary: 'How much of each limit is used',
  description: 'Of the company as a whole; limits are raised by the operator.',
  tags: ['Meta'],
  response: {
    type: 'json',
    schema: {
      type: 'object',
      properties: {
        limits: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              resource: { type: 'string' },
              limit: { type: 'integer' },
              used: { type: ['integer', 'null'], description: 'null where it differs from record to record' },
              percent: { type: ['number', 'null'] },
            },
          },
        },
      },
    },
  },
  handle: async (ctx: RequestContext) => ({
    status: 200,
    json: JSON.stringify({ limits: (await readLimits(ctx)).map(withPercent) }),
  }),
});

export const metaRoutes: readonly RestRoute<RequestContext>[] = [permissionsRoute, limitsRoute];
