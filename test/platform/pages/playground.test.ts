/** The GraphQL playground: its headers and files, and a person's way through it in a real browser. */
import { parse } from 'graphql';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, watchPage, type PageFaults } from '../../support/browser.js';
import { addDemoAdmin, makeAccount, operations, type PageAccount } from '../../support/page-service.js';
import { startTestService, type OwnService, type TestService } from '../../support/service.js';
import { useService } from '../../support/use-service.js';

const TOKEN = /^Bearer eyJ/;

const service = useService();

describe('GET /graphql', () => {
  // 'identity', because fetch would otherwise ask for gzip by itself.
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(service.origin + path, {
      headers: { accept: 'text/html,*/*;q=0.8', 'accept-encoding': 'identity', ...headers },
    });
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await get(path, headers)).status;
  const assetsPath = async (): Promise<string> => {
    const body = await (await get('/graphql')).text();
    return String(/"(\/graphql\/assets\/[0-9a-f]{12}\/)/.exec(body)?.[1]);
  };

  test('answers a browser with the page under a strict policy', async () => {
    const response = await get('/graphql');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept, accept-language',
    });
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/]{22}=='; connect-src 'self';/,
    );
    expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<script(?![^>]*(?:src=|application\/json))|<style|\son\w+=|\sstyle=/);
  });

  test('speaks French, and English to whom prefers it', async () => {
    expect(await (await get('/graphql')).text()).toContain('Se connecter');
    const english = await get('/graphql', { 'accept-language': 'en-GB,en;q=0.9' });
    expect(await english.text()).toMatch(/<html lang="en">.*Sign in/s);
  });

  test('lets browsers keep the files for good, by content', async () => {
    const path = `${await assetsPath()}graphiql.js`;
    const first = await get(path, { 'accept-encoding': 'gzip, br' });
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
    });
    expect((await get(path, { 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe('gzip');
    expect((await get(path)).headers.get('content-encoding')).toBeNull();
    expect((await get(path, { 'accept-encoding': 'gzip;q=0' })).headers.get('content-encoding')).toBeNull();
    expect(await status(path, { 'if-none-match': String(first.headers.get('etag')) })).toBe(304);
  });

  test('has no other file than its own', async () => {
    const path = await assetsPath();
    expect(await status(`${path}..%2f..%2fpackage.json`)).toBe(404);
    expect(await status(`${path}page.ts`)).toBe(404);
    expect(await status('/graphql/assets/000000000000/graphiql.js')).toBe(404);
  });

  test('offers operations that can be read, with variables that are JSON', () => {
    expect(operations.length).toBeGreaterThanOrEqual(8);
    for (const { query, variables, title } of operations) {
      expect(() => parse(query)).not.toThrow();
      if (variables !== '') expect(JSON.parse(variables)).toEqual(expect.any(Object));
      expect(title.fr).not.toBe(title.en);
    }
  });
});

interface Visit {
  readonly width?: number;
  readonly height?: number;
  readonly of?: TestService;
}

describeInBrowser('the playground in a browser', () => {
  let browser: Browser;
  /** One for all, so that the files of the page are loaded and compiled once. */
  let context: BrowserContext;
  let account: PageAccount;
  let page: Page;
  let faults: PageFaults;

  beforeAll(async () => {
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'fr-FR' });
  }, 30_000);
  afterAll(() => browser.close());

  /** A visitor's first visit, with an account that nobody has used. */
  const open = async ({ width = 1280, height = 720, of = service }: Visit = {}): Promise<void> => {
    account = await makeAccount(of);
    await openPage(of.origin, { width, height });
  };
  const openPage = async (origin: string, viewport = { width: 1280, height: 720 }): Promise<void> => {
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.setViewportSize(viewport);
    await page.goto(`${origin}/health/live`);
    await page.evaluate('localStorage.clear()');
    faults = watchPage(page, origin);
    await page.goto(`${origin}/graphql`);
    await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
  };
  afterEach(async () => {
    await page.close();
    expect(faults).toEqual({ console: [], foreignRequests: [] });
  });

  /** Of a service of the test's own. */
  const stop = async (own: OwnService): Promise<void> => {
    own.app.server.closeAllConnections();
    await own.close();
  };
  const signIn = async (password = account.password): Promise<void> => {
    await page.getByLabel('Tenant', { exact: true }).fill(account.tenantId);
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Mot de passe').fill(password);
    await page.getByLabel('Mot de passe').press('Enter');
  };
  const sentHeader = (name: string): Promise<string> => page.getByLabel(name, { exact: true }).inputValue();
  const run = (): Promise<void> => page.getByRole('button', { name: /execute query/i }).click();
  const answer = (text: string): Promise<void> =>
    page.locator('.result-window', { hasText: text }).waitFor({ state: 'visible' });

  test('signs in, shows both headers, runs the examples, signs out', async () => {
    await open();
    await signIn();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    expect(await sentHeader('X-Tenant-ID')).toBe(account.tenantId);
    expect(await sentHeader('Authorization')).toMatch(TOKEN);

    await run();
    await answer('Entreprise Exemple SA');
    await page.getByRole('button', { name: 'Modifier un client' }).click();
    await run();
    await answer('"version": 2');
    await page.getByRole('button', { name: 'Qui suis-je' }).click();
    await run();
    await answer(`"id": "${account.tenantId}"`);

    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByText('Vous êtes déconnecté.').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  }, 120_000);

  test('says in a sentence that the password is wrong', async () => {
    await open();
    await signIn('not-the-password');
    await page.getByText('Email ou mot de passe incorrect').waitFor();
    expect(await page.getByRole('button', { name: 'Se déconnecter' }).isVisible()).toBe(false);
  }, 120_000);

  test('keeps the session over a reload, in sessionStorage only', async () => {
    await open();
    await signIn();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    const token = await sentHeader('Authorization');
    await page.reload();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    expect(await sentHeader('Authorization')).toBe(token);
    expect(await page.evaluate('JSON.stringify(localStorage) + document.cookie')).not.toMatch(/eyJ/);
  }, 120_000);

  test('renews the token before it expires', async () => {
    const shortLived = await startTestService({}, { accessTokenSeconds: 2 });
    await open({ of: shortLived });
    await signIn();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    const first = await sentHeader('Authorization');
    const deadline = Date.now() + 10_000;
    while ((await sentHeader('Authorization')) === first && Date.now() < deadline) await page.waitForTimeout(100);
    expect(await sentHeader('Authorization')).toMatch(TOKEN);
    expect(await sentHeader('Authorization')).not.toBe(first);
    await page.close();
    await stop(shortLived);
  }, 120_000);

  test('keeps what was typed when an example is picked', async () => {
    await open();
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ __typename ');
    await page.getByRole('button', { name: 'Lire un client par son code' }).click();
    await page.locator('.graphiql-query-editor', { hasText: 'customerByCode' }).waitFor();
    expect(await page.getByRole('tab').count()).toBe(2);
  }, 120_000);

  test('opens the schema documentation and the settings', async () => {
    await open();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('Root Types').waitFor();
    await page.getByRole('button', { name: 'Open settings dialog' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.getByText('Persist headers').count()).toBe(0);
  }, 120_000);

  test('signs in with a click on a demo account', async () => {
    const withDemo = await startTestService();
    await addDemoAdmin(withDemo);
    await open({ of: withDemo });
    await page.getByText('demo-password-2026').waitFor();
    await page.getByRole('button', { name: 'admin@demo.example (demo)' }).click();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    expect(await sentHeader('X-Tenant-ID')).toBe('demo');
    expect(await page.getByText('demo-password-2026').isVisible()).toBe(false);
    await page.close();
    await stop(withDemo);
  }, 120_000);

  test('names no demo account where demo data are off', async () => {
    await openPage((await service.besides({ DEMO_DATA: 'false' })).origin);
    expect(await page.content()).not.toContain('demo-password');
    expect(await page.content()).not.toContain('@demo.example');
  }, 120_000);

  test('tells where to sign in when an operation needs it', async () => {
    await open();
    await run();
    const hint = page.getByRole('status').filter({ hasText: 'Connectez-vous en haut de la page' });
    await hint.waitFor();
    await hint.getByRole('button', { name: 'Se connecter' }).click();
    const isFocused = page.locator('input:focus').and(page.getByLabel('Tenant', { exact: true }));
    expect(await isFocused.count()).toBe(1);
    await signIn();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await hint.waitFor({ state: 'detached' });
    // The browser itself reports the answer.
    expect(faults.console.splice(0)).toEqual([expect.stringContaining('401 (Unauthorized)')]);
  }, 120_000);

  test('runs an example twice, and first what it needs', async () => {
    await open();
    await signIn();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await page.getByRole('button', { name: 'Supprimer un client' }).click();
    const variables = page.locator('.graphiql-editor-tool', { hasText: '$customer.id' });
    for (let time = 1; time <= 2; time += 1) {
      await page.getByText('L’exécution lance d’abord : Créer un client.').waitFor();
      await run();
      await answer(`"code": "CLI0000${time}"`);
      await variables.waitFor();
    }
    await page.getByRole('button', { name: 'Modifier un client' }).click();
    await run();
    await answer('"version": 2');
    await run();
    await answer('"city": "Lyon"');
    expect(await page.locator('.result-window').innerText()).not.toContain('errors');
  }, 120_000);

  test('shows the description of the schema, and each panel from its top', async () => {
    await open();
    const scrollTop = (): Promise<unknown> => page.evaluate("document.querySelector('.graphiql-plugin').scrollTop");
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByText('A query answers null for an unknown id').waitFor();
    expect(await scrollTop()).toBe(0);
    await page.getByRole('link', { name: 'Mutation', exact: true }).click();
    await page.locator('.graphiql-doc-explorer-title', { hasText: 'Mutation' }).waitFor();
    await page.evaluate("document.querySelector('.graphiql-plugin').scrollTop = 900");
    expect(await scrollTop()).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'updateCustomer', exact: true }).click();
    await page.locator('.graphiql-doc-explorer-title', { hasText: 'updateCustomer' }).waitFor();
    expect(await scrollTop()).toBe(0);
  }, 120_000);

  test('lets Tab leave the editors, in both directions', async () => {
    await open();
    const before = await page.locator('.graphiql-query-editor .CodeMirror-code').innerText();
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    const isInEditor = (): Promise<unknown> =>
      page.evaluate("document.activeElement.closest('.graphiql-query-editor .CodeMirror') !== null");
    expect(await isInEditor()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await isInEditor()).toBe(false);
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Shift+Tab');
    expect(await isInEditor()).toBe(false);
    expect(await page.locator('.graphiql-query-editor .CodeMirror-code').innerText()).toBe(before);
  }, 120_000);

  test('fits a screen of 390 px: an example, its editor and its answer', async () => {
    await open({ width: 390, height: 844 });
    await signIn();
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await page.getByRole('button', { name: 'Qui suis-je' }).click();
    const button = page.getByRole('button', { name: /execute query/i });
    await button.click();
    await answer(`"id": "${account.tenantId}"`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    for (const part of [button, page.locator('.graphiql-query-editor .CodeMirror'), page.locator('.result-window')]) {
      const box = await part.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    }
    expect((await page.locator('.result-window').boundingBox())?.width).toBeGreaterThan(300);
  }, 120_000);
});
