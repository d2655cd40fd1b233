/** The pages for people: home, playground, REST documentation. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.js';
import { DEMO_PASSWORD, DEMO_SIGN_INS, DEMO_TENANTS } from '../demo/demo-tenants.js';
import { registerDocsPage } from '../platform/pages/docs-page.js';
import { readPlaygroundOperations } from '../platform/pages/playground-operations.js';
import { registerPlayground } from '../platform/pages/playground.js';
import type { DemoAccounts } from '../platform/pages/sign-in-bar.js';
import { registerHome } from './home.js';

const GRAPHQL_PATH = '/graphql';
const DOCS_PATH = '/v1/docs';
export const OPENAPI_PATH = '/v1/openapi.json';

const DEMO: DemoAccounts = {
  password: DEMO_PASSWORD,
  // The tenant with the most records comes first.
  accounts: DEMO_TENANTS.toReversed().flatMap(({ id }) => DEMO_SIGN_INS.filter(({ tenantId }) => tenantId === id)),
};

/** Registers the pages. @returns what answers a browser that opens the GraphQL endpoint, where the playground is on */
export function registerPages(
  app: FastifyInstance,
  { PLAYGROUND: playground, DEMO_DATA }: Config,
): ((request: FastifyRequest, reply: FastifyReply) => unknown) | undefined {
  const paths = { graphqlPath: GRAPHQL_PATH, docsPath: DOCS_PATH, openapiPath: OPENAPI_PATH };
  const demo = DEMO_DATA ? DEMO : undefined;
  registerHome(app, { ...paths, playground });
  registerDocsPage(app, { ...paths, playground, demo });
  if (!playground) return undefined;
  const operations = readPlaygroundOperations(new URL('./playground-operations/', import.meta.url));
  return registerPlayground(app, { ...paths, operations, demo });
}
