/** The page at `/`: links to what the service offers. It needs no script and shows no data. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { escapeHtml, sendPage } from './page.js';
import type { PageLabels } from './page-labels.js';
import { ownAssets, registerAssets } from './static-assets.js';

export interface HomeLink {
  readonly href: string;
  /** Names of the link's texts. */
  readonly title: keyof PageLabels;
  readonly text: keyof PageLabels;
}

function linkItem({ href, title, text }: HomeLink, labels: PageLabels): string {
  return `<li><a href="${escapeHtml(href)}">${escapeHtml(labels[title])}</a><p>${escapeHtml(labels[text])}</p></li>`;
}

/** Registers the page's files. @returns what answers a browser; the route itself also answers programs */
export function registerHomePage(
  app: FastifyInstance,
  links: readonly HomeLink[],
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const assets = registerAssets(app, '/assets', ownAssets('home.css'));
  return (request, reply) =>
    sendPage(request, reply, (labels) => ({
      title: labels.homeTitle,
      assets,
      stylesheets: ['page.css', 'home.css'],
      bar: '',
      main: `<main class="home"><p>${escapeHtml(labels.homeIntro)}</p><ul>${links.map((link) => linkItem(link, labels)).join('')}</ul></main>`,
    }));
}
