/** The GraphQL playground: GraphiQL from the installed package, a sign-in bar, and the saved example operations. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { preferredLanguage } from './errors.js';
import { sendPage } from './page.js';
import { pageLabels } from './page-labels.js';
import type { PlaygroundOperation } from './playground-operations.js';
import { ownAsset, registerAssets } from './static-assets.js';

export interface PlaygroundOptions {
  /** Path of the page and of the GraphQL endpoint behind it. */
  readonly path: string;
  /** Path of the REST documentation, for the link. */
  readonly docsPath: string;
  readonly operations: readonly PlaygroundOperation[];
}

export interface PlaygroundPage {
  /** Whether this GET is a person with a browser rather than a GraphQL request. */
  isWanted(request: FastifyRequest): boolean;
  send(request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

function isWanted(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const parameters = new URLSearchParams(request.url.split('?')[1] ?? '');
  // A persisted query comes as `extensions` alone.
  if (parameters.has('query') || parameters.has('extensions')) return false;
  return /\btext\/html\b/i.test(request.headers.accept ?? '');
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
    'page.css': ownAsset('page.css'),
    'playground.css': ownAsset('playground.css'),
    'playground.js': ownAsset('playground.js'),
    'playground-examples.js': ownAsset('playground-examples.js'),
    'session.js': ownAsset('session.js'),
    'sign-in.js': ownAsset('sign-in.js'),
    'icon.svg': ownAsset('icon.svg'),
  });
}

/** Registers the page's files; the page itself is sent by whoever owns `GET <path>`, which is also the endpoint. */
export function registerPlayground(app: FastifyInstance, options: PlaygroundOptions): PlaygroundPage {
  const assets = registerFiles(app, options.path);
  return {
    isWanted,
    send(request, reply) {
      const language = preferredLanguage(request.headers['accept-language']);
      const labels = pageLabels(language);
      const examples = options.operations.map((operation) => ({ ...operation, title: operation.title[language] }));
      return sendPage(reply, {
        language,
        labels,
        title: labels.playgroundTitle,
        assets,
        stylesheets: ['graphiql.css', 'page.css', 'playground.css'],
        libraries: ['react.js', 'react-dom.js', 'graphiql.js'],
        module: 'playground.js',
        link: { href: options.docsPath, text: labels.docsTitle },
        settings: { endpoint: options.path, examples },
        rootId: 'graphiql',
      });
    },
  };
}
