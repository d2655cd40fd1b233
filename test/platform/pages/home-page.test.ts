/** `GET /` and `GET /guide`: links for browsers and programs, without a sign-in. */
import type { Browser } from 'playwright-core';
import { describeInBrowser, launchBrowser, watchPage } from '../../support/browser.js';
import { useService } from '../../support/use-service.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

const service = useService();
const get = (path: string, headers: Record<string, string> = {}, origin = service.origin): Promise<Response> =>
  fetch(origin + path, { headers });

test('answers programs with links that lead somewhere', async () => {
  const response = await get('/');
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  const { name, version, links } = (await response.json()) as {
    readonly name: string;
    readonly version: string;
    readonly links: Readonly<Record<string, string>>;
  };
  expect(name).toBe('CRM API');
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(links).toMatchObject({ graphql: '/graphql', openapi: '/v1/openapi.json', liveness: '/health/live' });
  for (const [link, path] of Object.entries(links)) {
    const { status } = await get(path, { accept: BROWSER });
    expect([link, status]).toEqual([link, 200]);
  }
});

test('answers browsers with a page in their language, under a strict policy', async () => {
  const french = await get('/', { accept: BROWSER });
  expect(french.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(french.headers.get('vary')).toBe('accept, accept-language');
  expect(french.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(await french.text()).toMatch(/<html lang="fr">.*href="\/graphql">Console GraphQL</s);
  const english = await get('/', { accept: BROWSER, 'accept-language': 'en' });
  expect(await english.text()).toMatch(/<html lang="en">.*href="\/v1\/docs">REST documentation</s);
});

test('leaves out the playground where it is off', async () => {
  const { origin } = await service.besides({ PLAYGROUND: 'false' });
  expect(await (await get('/', {}, origin)).json()).not.toHaveProperty('links.playground');
  expect(await (await get('/', { accept: BROWSER }, origin)).text()).not.toContain('/graphql');
});

test('tells its methods', async () => {
  const { status, headers } = await fetch(`${service.origin}/`, { method: 'OPTIONS' });
  expect([status, headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
});

test('serves the guide in both languages', async () => {
  const french = await get('/guide');
  expect(french.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await french.text()).not.toBe(await (await get('/guide', { 'accept-language': 'en' })).text());
});

describeInBrowser('the home page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 30_000);
  afterAll(() => browser.close());

  test('leads to the playground, without faults and within 390 px', async () => {
    const page = await browser.newPage({ locale: 'fr-FR', viewport: { width: 390, height: 844 } });
    const faults = watchPage(page, service.origin);
    await page.goto(`${service.origin}/`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByRole('link', { name: 'Console GraphQL' }).click();
    await page.getByRole('button', { name: 'Se connecter' }).waitFor();
    await page.close();
    expect(faults).toEqual({ console: [], foreignRequests: [] });
  }, 120_000);
});
