/** The REST documentation: its headers, and a person's way through it in a real browser. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInBrowser, launchBrowser, watchPage, type PageFaults } from '../../support/browser.js';
import { makeAccount, type PageAccount } from '../../support/page-service.js';
import { useService } from '../../support/use-service.js';

const service = useService();

/** The block of `GET /v1/commercial/customers`. */
const LIST = '#operations-Customers-listCustomers';

describe('GET /v1/docs', () => {
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
  /** One for all, so that the files of the page are loaded and compiled once; the page keeps nothing in it. */
  let context: BrowserContext;
  let account: PageAccount;
  let page: Page;
  let faults: PageFaults;

  beforeAll(async () => {
    browser = await launchBrowser();
    context = await browser.newContext({ locale: 'en-GB' });
  }, 30_000);
  afterAll(() => browser.close());

  beforeEach(async () => {
    account = await makeAccount(service);
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    faults = watchPage(page, service.origin);
    await page.goto(`${service.origin}/v1/docs`);
    await page.locator(LIST).waitFor();
  }, 120_000);
  afterEach(async () => {
    await page.close();
    expect(faults).toEqual({ console: [], foreignRequests: [] });
  });

  const listCustomers = async (): Promise<string> => {
    await page.locator(`${LIST} .opblock-summary-control`).click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    return page.locator('.live-responses-table .response-col_description .microlight').first().innerText();
  };

  test('signing in fills both security schemes', async () => {
    await page.getByLabel('Tenant', { exact: true }).fill(account.tenantId);
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password', { exact: true }).fill(account.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
    expect(await listCustomers()).toContain('"total": 0');

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('button', { name: 'authorization button unlocked' }).first().waitFor();
  }, 120_000);

  test('"Authorize" fills them by hand', async () => {
    await page.locator('.btn.authorize').click();
    const dialog = page.locator('.dialog-ux');
    for (const [scheme, value] of [
      ['http', account.token],
      ['apiKey', account.tenantId],
    ] as const) {
      const form = dialog.locator('.auth-container', { hasText: scheme });
      await form.locator('input').fill(value);
      await form.locator('button.authorize').click();
    }
    await dialog.locator('.close-modal').click();
    expect(await listCustomers()).toContain('"total": 0');
  }, 120_000);

  test('shows no badge of an outside validator, and a list names the fields that sort takes', async () => {
    expect(await page.locator('img[src*="validator"]').count()).toBe(0);
    await page.locator(`${LIST} .opblock-summary-control`).click();
    const sort = page.locator(`${LIST} tr[data-param-name="sort"]`);
    await sort
      .getByText(/separated by commas, (?=.*\bcreated_at\b).*\bname\b/)
      .first()
      .waitFor();
  }, 120_000);
});
