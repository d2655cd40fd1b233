/** The GraphQL playground: GraphiQL from the installed package, a sign-in bar, and the saved example operations. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendPage } from './page.js';
import type { PlaygroundOperation } from './playground-operations.js';
import { libraryRoot, signInBar, type DemoAccounts } from './sign-in-bar.js';
import { ownAssets, registerAssets } from './static-assets.js';

export interface PlaygroundOptions {
  /** Path of the page and of the GraphQL endpoint behind it. */
  readonly graphqlPath: string;
  /** Path of the REST documentation, for the link. */
  readonly docsPath: string;
  readonly operations: readonly PlaygroundOperation[];
  readonly demo: DemoAccounts | undefined;
}

function registerFiles(app: FastifyInstance, path: string): string {
  // Packages close their inner paths with `exports`; their package.json is the one open door.
  const react = import.meta.resolve('react/package.json');
  const reactDom = import.meta.resolve('react-dom/package.json');
  const graphiql = import.meta.resolve('graphiql/package.json');
  return registerAssets(app, `${path}/assets`, {
    'react.js': new URL('umd/react.production.min.js', react),
    'react-dom.js': new URL('umd/react-dom.production.min.js', reactDom),
    'graphiql.js': new URL('graphiql.min.js', graphiql),
    'graphiql.css': new URL('graphiql.min.css', graphiql),
    ...ownAssets('playground.css', 'playground.js', 'playground-examples.js', 'playground-help.js'),
    ...ownAssets('example-records.js', 'example-runner.js', 'session.js', 'sign-in.js'),
  });
}

/** Registers the page's files. @returns what answers a browser that opens `path`; the route itself belongs to the endpoint behind it */
export function registerPlayground(
  app: FastifyInstance,
  options: PlaygroundOptions,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const assets = registerFiles(app, options.graphqlPath);
  return (request, reply) =>
    sendPage(request, reply, (labels, language) => ({
      title: labels.playgroundTitle,
      assets,
      stylesheets: ['graphiql.css', 'page.css', 'playground.css'],
      script: {
        libraries: ['react.js', 'react-dom.js', 'graphiql.js'],
        module: 'playground.js',
        settings: {
          endpoint: options.graphqlPath,
          examples: options.operations.map((operation) => ({ ...operation, title: operation.title[language] })),
          labels,
        },
      },
      bar: signInBar({ labels, link: { href: options.docsPath, text: labels.docsTitle }, demo: options.demo }),
      main: libraryRoot('graphiql', language, labels),
    }));
}
