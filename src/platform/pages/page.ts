/** What our two HTML pages share: the frame, the sign-in bar, and the headers that keep a page to itself. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Language } from '../errors/errors.js';
import type { PageLabels } from './page-labels.js';

export interface Page {
  readonly language: Language;
  readonly labels: PageLabels;
  readonly title: string;
  /** Base URL of the page's assets. */
  readonly assets: string;
  readonly stylesheets: readonly string[];
  /** Classic scripts that the module needs (libraries which set a global). */
  readonly libraries: readonly string[];
  readonly module: string;
  /** The link to the sister page, if there is one. */
  readonly link: { readonly href: string; readonly text: string } | undefined;
  /** Facts for the page's module. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Id of the element that the library fills. */
  readonly rootId: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
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

function field(name: string, label: string, attributes: string): string {
  return `<label class="field"><span>${escapeHtml(label)}</span><input name="${name}" required ${attributes} /></label>`;
}

function signInForm(labels: PageLabels): string {
  return `<form id="sign-in" method="post" aria-label="${escapeHtml(labels.signInForm)}">
      ${field('tenantId', labels.tenant, 'autocomplete="organization" autocapitalize="none" spellcheck="false" size="12"')}
      ${field('email', labels.email, 'type="email" autocomplete="username" size="24"')}
      ${field('password', labels.password, 'type="password" autocomplete="current-password" size="18"')}
      <button class="primary" type="submit">${escapeHtml(labels.signIn)}</button>
    </form>`;
}

function sentHeader(name: string, labels: PageLabels): string {
  return `<div class="sent-header">
        <label class="field"><span>${name}</span><input data-header="${name}" readonly spellcheck="false" /></label>
        <button type="button" data-copy="${name}" aria-label="${escapeHtml(`${labels.copy} ${name}`)}">${escapeHtml(labels.copy)}</button>
      </div>`;
}

function signedInPanel(labels: PageLabels): string {
  return `<section id="signed-in" hidden aria-label="${escapeHtml(labels.signedInAs)}">
      <p class="who"><span id="who-email"></span><span id="who-role"></span></p>
      <div class="sent-headers" role="group" aria-label="${escapeHtml(labels.sentHeaders)}">
        ${sentHeader('X-Tenant-ID', labels)}
        ${sentHeader('Authorization', labels)}
      </div>
      <button type="button" id="sign-out">${escapeHtml(labels.signOut)}</button>
    </section>`;
}

function renderPage(page: Page, nonce: string): string {
  const { labels, assets } = page;
  const link = page.link && `<a class="sister" href="${escapeHtml(page.link.href)}">${escapeHtml(page.link.text)}</a>`;
  return `<!doctype html>
<html lang="${page.language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escapeHtml(page.title)} · CRM API</title>
    <link rel="icon" type="image/svg+xml" href="${assets}/icon.svg" />
    ${page.stylesheets.map((name) => `<link rel="stylesheet" href="${assets}/${name}" />`).join('\n    ')}
    ${page.libraries.map((name) => `<script defer src="${assets}/${name}"></script>`).join('\n    ')}
    <script type="module" nonce="${nonce}" src="${assets}/${page.module}"></script>
    ${jsonBlock('settings', { ...page.settings, labels })}
  </head>
  <body>
    <header class="bar">
      <h1><img src="${assets}/icon.svg" alt="" width="28" height="28" /><span>CRM API</span><small>${escapeHtml(page.title)}</small></h1>
      ${signInForm(labels)}
      ${signedInPanel(labels)}
      ${link ?? ''}
      <p id="message" role="status"></p>
    </header>
    <main id="${page.rootId}"><noscript>${escapeHtml(labels.needsScript)}</noscript></main>
  </body>
</html>
`;
}

/** Answers with the page, its policy, and a fresh nonce. */
export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
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
    .send(renderPage(page, nonce));
}
