/** The REST documentation: Swagger UI from the installed package, on the OpenAPI document that the service publishes. */
import type { FastifyInstance } from 'fastify';
import { sendPage } from './page.js';
import { libraryRoot, signInBar, type DemoAccounts } from './sign-in-bar.js';
import { ownAssets, registerAssets } from './static-assets.js';

export interface DocsPageOptions {
  readonly docsPath: string;
  readonly openapiPath: string;
  /** The GraphQL endpoint, which the sign-in bar asks for tokens. */
  readonly graphqlPath: string;
  /** Whether the playground is served at `graphqlPath`, and so may be linked. */
  readonly playground: boolean;
  readonly demo: DemoAccounts | undefined;
}

function registerFiles(app: FastifyInstance, path: string): string {
  // Only the static folder of the package is used: its plugin would bring @fastify/static and a policy of its own.
  const swaggerUi = import.meta.resolve('@fastify/swagger-ui/package.json');
  return registerAssets(app, `${path}/assets`, {
    'swagger-ui.js': new URL('static/swagger-ui-bundle.js', swaggerUi),
    'swagger-ui.css': new URL('static/swagger-ui.css', swaggerUi),
    ...ownAssets('docs.css', 'docs.js', 'session.js', 'sign-in.js'),
  });
}

/** Registers the page, with and without a slash at its end, and its files. Nothing here asks for a token or a tenant. */
export function registerDocsPage(app: FastifyInstance, options: DocsPageOptions): void {
  const assets = registerFiles(app, options.docsPath);
  app.get(options.docsPath, (request, reply) =>
    sendPage(request, reply, (labels, language) => ({
      title: labels.docsTitle,
      assets,
      stylesheets: ['swagger-ui.css', 'page.css', 'docs.css'],
      script: {
        libraries: ['swagger-ui.js'],
        module: 'docs.js',
        settings: { endpoint: options.graphqlPath, openapiUrl: options.openapiPath, labels },
      },
      bar: signInBar({
        labels,
        link: options.playground ? { href: options.graphqlPath, text: labels.playgroundTitle } : undefined,
        demo: options.demo,
      }),
      main: libraryRoot('swagger-ui', language, labels),
    })),
  );
}
