/** The REST documentation: its headers, and a person's way through it in a real browser. */
import type { Browser, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, watchPage, type PageFaults } from '../support/browser.js';
import { ACCOUNT, startPageService, type PageService } from '../support/page-service.js';

describe('GET /v1/docs', () => {
  let service: PageService;
  beforeAll(async () => {
    service = await startPageService();
  });
  afterAll(() => service.stop());

  test.each(['/v1/docs', '/v1/docs/'])('%s is the page, under a strict policy', async (path) => {
    const response = await fetch(service.origin + path);
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).not.toMatch(/<script(?![^>]*(?:src=|application\/json))|<style|\son\w+=|\sstyle=/);
  });
});

describeInBrowser('the REST documentation in a browser', () => {
  let browser: Browser;
  let service: PageService;
  let page: Page;
  let faults: PageFaults;

  beforeAll(async () => {
    browser = await launchBrowser();
  }, 30_000);
  afterAll(() => browser.close());

  beforeEach(async () => {
    service = await startPageService();
    page = await browser.newPage({ locale: 'en-GB' });
    page.setDefaultTimeout(10_000);
    faults = watchPage(page, service.origin);
    await page.goto(`${service.origin}/v1/docs`);
    await page.locator('.opblock-get').waitFor();
  }, 60_000);
  afterEach(async () => {
    await page.close();
    await service.stop();
    expect(faults).toEqual({ console: [], foreignRequests: [] });
  });

  const listCustomers = async (): Promise<string> => {
    await page.locator('.opblock-get .opblock-summary-control').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    return page.locator('.live-responses-table .response-col_description .microlight').first().innerText();
  };

  test('signing in fills both security schemes', async () => {
    await page.getByLabel('Tenant', { exact: true }).fill(ACCOUNT.tenantId);
    await page.getByLabel('E-mail').fill(ACCOUNT.email);
    await page.getByLabel('Password').fill(ACCOUNT.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const sent = await listCustomers();
    expect(sent).toContain('"authorization": "Bearer access-1"');
    expect(sent).toContain('"tenant": "demo"');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'authorization button unlocked' }).waitFor();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table', { hasText: '"sent": {}' }).waitFor();
  }, 60_000);

  test('"Authorize" fills them by hand', async () => {
    await page.locator('.btn.authorize').click();
    const dialog = page.locator('.dialog-ux');
    for (const [scheme, value] of [
      ['http', 'a-token'],
      ['apiKey', 'acme'],
    ] as const) {
      const form = dialog.locator('.auth-container', { hasText: scheme });
      await form.locator('input').fill(value);
      await form.locator('button.authorize').click();
    }
    await dialog.locator('.close-modal').click();
    const sent = await listCustomers();
    expect(sent).toContain('"authorization": "Bearer a-token"');
    expect(sent).toContain('"tenant": "acme"');
  }, 60_000);

  test('shows no badge of an outside validator', async () => {
    expect(await page.locator('img[src*="validator"]').count()).toBe(0);
  });
});
