/** `GET /` and `GET /guide`: for whoever opens the service's address to find out what it is. Nothing here needs a sign-in. */
import { existsSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { preferredLanguage } from '../platform/errors/errors.js';
import { prefersHtml } from '../platform/graphql-server/media-types.js';
import { registerHomePage, type HomeLink } from '../platform/pages/home-page.js';
import { version } from './routes.js';

export interface HomeOptions {
  readonly graphqlPath: string;
  readonly docsPath: string;
  readonly openapiPath: string;
  /** Whether the playground is served at `graphqlPath`. */
  readonly playground: boolean;
}

const GUIDE = '/guide';
const GUIDE_FILES = {
  fr: new URL('../../docs/guide.fr.md', import.meta.url),
  en: new URL('../../docs/guide.md', import.meta.url),
};
const READINESS = '/health/ready';

/** Registers both paths. JSON goes to programs, HTML to browsers. */
export function registerHome(app: FastifyInstance, options: HomeOptions): void {
  const { graphqlPath, docsPath, openapiPath, playground } = options;
  const hasGuide = registerGuide(app);
  const pages = {
    ...(playground && { playground: link(graphqlPath, 'playgroundTitle', 'playgroundLink') }),
    rest_documentation: link(docsPath, 'docsTitle', 'docsLink'),
    ...(hasGuide && { guide: link(GUIDE, 'guideTitle', 'guideLink') }),
    openapi: link(openapiPath, 'openapiTitle', 'openapiLink'),
    readiness: link(READINESS, 'readinessTitle', 'readinessLink'),
  };
  const addresses = Object.entries<HomeLink>(pages).map(([name, { href }]): [string, string] => [name, href]);
  const links: Readonly<Record<string, string>> = {
    graphql: graphqlPath,
    ...Object.fromEntries<string>(addresses),
    liveness: '/health/live',
  };
  const sendHomePage = registerHomePage(app, Object.values(pages));
  app.get('/', (request, reply) => {
    if (prefersHtml(request.headers.accept)) return sendHomePage(request, reply);
    reply.header('cache-control', 'no-store').header('vary', 'accept, accept-language');
    return reply.send({ name: 'CRM API', version, links });
  });
}

function link(href: string, title: HomeLink['title'], text: HomeLink['text']): HomeLink {
  return { href, title, text };
}

/** The guide is Markdown, which no browser renders: as plain text every browser shows it. @returns whether its files are here */
function registerGuide(app: FastifyInstance): boolean {
  if (!Object.values(GUIDE_FILES).every((file) => existsSync(file))) return false;
  const guides = { fr: readFileSync(GUIDE_FILES.fr), en: readFileSync(GUIDE_FILES.en) };
  app.get(GUIDE, (request, reply) => {
    reply.header('vary', 'accept-language').header('cache-control', 'no-cache').type('text/plain; charset=utf-8');
    return reply.send(guides[preferredLanguage(request.headers['accept-language'])]);
  });
  return true;
}
