/** The bar of the pages that call the API: the sign-in form, the demo accounts, the signed-in user and the headers that are sent. */
import type { Language } from '../errors/errors.js';
import { escapeHtml } from './page.js';
import type { PageLabels } from './page-labels.js';

/** Accounts of demo data. The bar shows them, so never pass accounts of a tenant with data of its own. */
export interface DemoAccounts {
  readonly password: string;
  readonly accounts: readonly { readonly tenantId: string; readonly email: string; readonly role: string }[];
}

export interface SignInBar {
  readonly labels: PageLabels;
  /** The link to the page's counterpart, if it is served. */
  readonly link: { readonly href: string; readonly text: string } | undefined;
  /** Undefined where no demo data are made. */
  readonly demo: DemoAccounts | undefined;
}

function field(name: string, label: string, attributes: string): string {
  return `<label class="field"><span>${escapeHtml(label)}</span><input name="${name}" required ${attributes} /></label>`;
}

/** One button per account: it fills in the form and sends it. */
function demoAccounts(labels: PageLabels, { password, accounts }: DemoAccounts): string {
  const tenants = Map.groupBy(accounts, ({ tenantId }) => tenantId);
  const groups = [...tenants].map(([tenantId, ofTenant]) => {
    const buttons = ofTenant.map(({ email, role }) => {
      const name = escapeHtml(`${email} (${tenantId})`);
      const data = `data-tenant="${escapeHtml(tenantId)}" data-email="${escapeHtml(email)}"`;
      return `<button type="button" ${data} aria-label="${name}" title="${name}">${escapeHtml(role)}</button>`;
    });
    return `<span role="group" aria-label="${escapeHtml(tenantId)}"><b>${escapeHtml(tenantId)}</b>${buttons.join('')}</span>`;
  });
  return `<div id="demo-accounts" role="group" aria-label="${escapeHtml(labels.demoAccounts)}">
        <span>${escapeHtml(labels.demoAccounts)}</span>
        ${groups.join('\n        ')}
        <span>${escapeHtml(labels.password)} <code id="demo-password">${escapeHtml(password)}</code></span>
      </div>`;
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

/** @returns the bar's HTML; `sign-in.js` brings it to life */
export function signInBar({ labels, link, demo }: SignInBar): string {
  const counterpart = link && `<a class="counterpart" href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a>`;
  return `${signInForm(labels)}
      ${signedInPanel(labels)}
      ${counterpart ?? ''}
      ${demo === undefined ? '' : demoAccounts(labels, demo)}
      <p id="message" role="status"></p>`;
}

/** The element that a library fills. The library's own texts are English, whatever the page's language is. */
export function libraryRoot(id: string, language: Language, labels: PageLabels): string {
  return `<main id="${id}" lang="en"><noscript lang="${language}">${escapeHtml(labels.needsScript)}</noscript></main>`;
}
