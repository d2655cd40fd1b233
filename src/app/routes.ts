/** Every REST route, by name, and the OpenAPI document that describes them. */
import { readFileSync } from 'node:fs';
import { accountRoutes, publicAccountRoutes } from '../account/account.js';
import type { AccountDependencies } from '../account/account-dependencies.js';
import { apiKeyRoutes } from '../account/api-key/api-key.routes.js';
import { identityProviderRoutes } from '../account/identity-provider/identity-provider.routes.js';
import { metaRoutes } from '../account/meta.routes.js';
import { auditRoutes } from '../audit/log/audit-log.routes.js';
import { activityRoutes } from '../crm/activity/activity.routes.js';
import { changeRoutes } from '../crm/change/change.routes.js';
import type { ChangeWaiting } from '../crm/change/change-waiters.js';
import { contactRoutes } from '../crm/contact/contact.routes.js';
import { customerRoutes } from '../crm/customer/customer.routes.js';
import { pipelineRoutes } from '../crm/opportunity/pipeline/opportunity-pipeline.routes.js';
import { opportunityRoutes } from '../crm/opportunity/opportunity.routes.js';
import { buildOpenApiDocument } from '../platform/rest/openapi.js';
import type { RestRoute } from '../platform/rest/routes.js';
import type { RestRoutes } from './rest.js';
import type { Tracing } from './tracing/tracing.js';

export function restRoutes(dependencies: AccountDependencies, waiters: ChangeWaiting): RestRoutes {
  return {
    open: publicAccountRoutes(dependencies),
    signedIn: [
      ...customerRoutes,
      ...contactRoutes,
      ...opportunityRoutes,
      ...pipelineRoutes,
      ...activityRoutes,
      ...changeRoutes(waiters),
      ...accountRoutes(dependencies),
      ...apiKeyRoutes(dependencies),
      ...identityProviderRoutes(dependencies),
      ...metaRoutes,
      ...auditRoutes,
    ],
  };
}

/** The routes with a span around each operation. */
export function traceRoutes({ open, signedIn }: RestRoutes, tracing: Tracing): RestRoutes {
  const trace = <Ctx>(route: RestRoute<Ctx>): RestRoute<Ctx> => {
    return { ...route, run: (ctx, raw) => tracing.operation(route.operationId, () => route.run(ctx, raw)) };
  };
  return { open: open.map(trace), signedIn: signedIn.map(trace) };
}

/** Descriptions of the routes' tags. */
const TAGS = {
  'Sign-in': 'Tokens, and who the caller is.',
  Customers: 'Firms that the company sells to.',
  Contacts: 'People at customers.',
  Opportunities: 'Sales in progress, won and lost.',
  Activities: 'Calls, e-mails, meetings, tasks, notes and follow-ups.',
  Exports: 'CSV files.',
  Changes: 'What happened to records, for clients that keep a copy.',
  Users: 'People of the company, for admins.',
  'API keys': 'What programs call with: of a person, or of a service account.',
  'Identity providers': 'OpenID providers of the company, whose tokens this API takes.',
  Company: 'Settings and limits, for admins.',
  Meta: 'Rights and limits.',
  Audit: 'Who did what, and the proof that nothing was altered.',
};

export const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string; // npm requires it
};

/** The OpenAPI 3.1 document. */
export function describeRoutes({ open, signedIn }: RestRoutes): object {
  const info = {
    title: 'CRM API',
    version,
    description:
      'Customers, contacts, opportunities and activities of one company, over REST. GraphQL offers the same at /graphql.',
    contact: { name: 'The operator of this service' },
    license: { name: 'MIT', identifier: 'MIT' },
  };
  return buildOpenApiDocument([...open, ...signedIn], info, TAGS);
}

/** The document as text, made without a running service. */
export function writeOpenApiText(): string {
  // Only handlers use the dependencies, and no handler is called.
  const routes = restRoutes({} as AccountDependencies, {} as ChangeWaiting);
  return `${JSON.stringify(describeRoutes(routes))}\n`;
}
