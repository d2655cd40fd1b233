/** All resolvers → one GraphQL schema. */
import { getNullableType, type GraphQLSchema } from 'graphql';
import { accountResolvers } from '../account/account.js';
import { ApiKeyResolver } from '../account/api-key/api-key.resolver.js';
import { IdentityProviderResolver } from '../account/identity-provider/identity-provider.resolver.js';
import { AuditLogResolver } from '../audit/log/audit-log.resolver.js';
import { activityFields } from '../crm/activity/activity.fields.js';
import { ActivityResolver } from '../crm/activity/activity.resolver.js';
import { ChangeResolver } from '../crm/change/change.resolver.js';
import { contactFields } from '../crm/contact/contact.fields.js';
import { contactPayloads } from '../crm/contact/contact.payload.js';
import { ContactResolver } from '../crm/contact/contact.resolver.js';
import { customerFields } from '../crm/customer/customer.fields.js';
import { customerPayloads } from '../crm/customer/customer.payload.js';
import { CustomerResolver } from '../crm/customer/customer.resolver.js';
import { historyResolvers } from '../crm/history/history.resolver.js';
import { NodeResolver } from '../crm/node/node.resolver.js';
import { PipelineResolver } from '../crm/opportunity/pipeline/opportunity-pipeline.resolver.js';
import { opportunityResolvers } from '../crm/opportunity/opportunity.js';
import { recordUserResolvers } from '../crm/record-users/record-users.resolver.js';
import { SearchResolver } from '../crm/search/search.resolver.js';
import { viewerCanResolvers } from '../crm/viewer-can/viewer-can.resolver.js';
import { buildWithPlainInputs } from '../platform/graphql-schema/plain-inputs.js';
import { validateGraphqlArgument } from '../platform/input/validation.js';

/** Builds the schema; each mutation of a document gets a context of its own. */
export function buildGraphqlSchema(): GraphQLSchema {
  const schema = buildWithPlainInputs({
    resolvers: [
      CustomerResolver,
      ...customerPayloads,
      ...customerFields,
      ContactResolver,
      ...contactPayloads,
      ...contactFields,
      ...opportunityResolvers,
      PipelineResolver,
      ActivityResolver,
      ...activityFields,
      ...accountResolvers,
      ApiKeyResolver,
      IdentityProviderResolver,
      AuditLogResolver,
      ChangeResolver,
      ...historyResolvers,
      ...recordUserResolvers,
      ...viewerCanResolvers,
      NodeResolver,
      SearchResolver,
    ],
    validateFn: validateGraphqlArgument,
  });
  schema.description = DESCRIPTION;
  describeRoots(schema);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    // A non-null field that fails would null the whole answer and stop the mutations after it.
    field.type = getNullableType(field.type);
  }
  return schema;
}

const DESCRIPTION = `Customers, contacts, opportunities and activities of one tenant: the one that the token and X-Tenant-ID name.

An error is an entry of errors: a message in French, or in English with Accept-Language: en, and in its extensions code (a value of the
enum ErrorCode), requestId, fields (path, code and message of each wrong member) and details. A query answers null for an unknown id.
X-Cost: 1 shows the price of an operation in extensions.cost.`;

const MUTATION_DESCRIPTION = `What can be changed. The fields of a document run one after the other, each in a transaction of its own.
One that fails is null, has an entry in errors with its path, and leaves nothing behind; the others run and are answered all the same.`;

/** TypeGraphQL creates the two root types without a description. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  if (query) query.description = 'What can be read.';
  if (mutation) mutation.description = MUTATION_DESCRIPTION;
}
