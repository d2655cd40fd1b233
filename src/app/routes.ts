/** Every REST route, by name, and the OpenAPI document that describes them. */
import { accountRoutes, publicAccountRoutes } from '../account/account.js';
import type { AccountTools } from '../account/account-tools.js';
import { metaRoutes } from '../account/meta.routes.js';
import { auditRoutes } from '../audit/log/audit-log.routes.js';
import { activityRoutes } from '../crm/activity/activity.routes.js';
import { changeRoutes } from '../crm/change/change.routes.js';
import { contactRoutes } from '../crm/contact/contact.routes.js';
import { customerRoutes } from '../crm/customer/customer.routes.js';
import { pipelineRoutes } from '../crm/opportunity/pipeline/opportunity-pipeline.routes.js';
import { opportunityRoutes } from '../crm/opportunity/opportunity.routes.js';
import { buildOpenApiDocument } from '../platform/rest/openapi.js';
import type { RestRoutes } from './rest.js';

export function restRoutes(tools: AccountTools): RestRoutes {
  return {
    open: publicAccountRoutes(tools),
    signedIn: [
      ...customerRoutes,
      ...contactRoutes,
      ...opportunityRoutes,
      ...pipelineRoutes,
      ...activityRoutes,
      ...changeRoutes,
      ...accountRoutes(tools),
      ...metaRoutes,
      ...auditRoutes,
    ],
  };
}

/** The OpenAPI 3.1 document as JSON text. */
export function describeRoutes({ open, signedIn }: RestRoutes): string {
  return JSON.stringify(
    buildOpenApiDocument([...open, ...signedIn], {
      title: 'CRM API',
      version: '1.0.0',
      description:
        'Customers, contacts, opportunities and activities of one company, over REST. GraphQL offers the same at /graphql.',
    }),
  );
}
