/** What all HTML pages share: the frame, and the headers that isolate a page. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferredLanguage, type Language } from '../errors/errors.js';
import { pageLabels, type PageLabels } from './page-labels.js';

export interface Page {
  readonly title: string;
  /** Base URL of the page's assets. */
  readonly assets: string;
  readonly stylesheets: readonly string[];
  readonly script?: PageScript;
  /** HTML beside the page's title, in the bar at the top. */
  readonly bar: string;
  /** The element `main`, as HTML. */
  readonly main: string;
}

interface PageScript {
  /** Classic scripts that the module needs (libraries which set a global). */
  readonly libraries: readonly string[];
  readonly module: string;
  /** What the module reads from the element `settings`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** `<` is escaped because `</script>` inside a string would end the block. */
function jsonBlock(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;
}

/**
 * Everything from this origin, nothing inline. The nonce is for one <style> element only: GraphiQL's dialogs (react-remove-scroll) write it
 * while open. Styles set from scripts go through the CSSOM, which no policy restricts.
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    // The sign-in form is sent by script; without it, no password may travel.
    "form-action 'none'",
  ].join('; ');
}

function scriptTags({ libraries, module, settings }: PageScript, assets: string, nonce: string): string {
  const tags = libraries.map((name) => `<script defer src="${assets}/${name}"></script>`);
  tags.push(`<script type="module" nonce="${nonce}" src="${assets}/${module}"></script>`);
  return [...tags, jsonBlock('settings', settings)].join('\n    ');
}

function renderPage(page: Page, language: Language, nonce: string): string {
  const { title, assets, stylesheets, script, bar, main } = page;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escapeHtml(title)} · CRM API</title>
    <link rel="icon" type="image/svg+xml" href="${assets}/icon.svg" />
    ${stylesheets.map((name) => `<link rel="stylesheet" href="${assets}/${name}" />`).join('\n    ')}
    ${script === undefined ? '' : scriptTags(script, assets, nonce)}
  </head>
  <body>
    <header class="bar">
      <h1><img src="${assets}/icon.svg" alt="" width="28" height="28" /><span>CRM API</span><small>${escapeHtml(title)}</small></h1>
      ${bar}
    </header>
    ${main}
  </body>
</html>
`;
}

/** Answers with the page in the language of the browser, its policy, and a fresh nonce. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  write: (labels: PageLabels, language: Language) => Page,
): FastifyReply {
  const language = preferredLanguage(request.headers['accept-language']);
  const page = write(pageLabels(language), language);
  const nonce = randomBytes(16).toString('base64');
  return reply
    .header('content-security-policy', contentSecurityPolicy(nonce))
    .header('x-content-type-options', 'nosniff')
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cache-control', 'no-store')
    .header('vary', 'accept, accept-language')
    .type('text/html; charset=utf-8')
    .send(renderPage(page, language, nonce));
}
