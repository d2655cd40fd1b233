/** Takes playground.png from a service with demo data: node docs/images/playground.mjs http://127.0.0.1:4000 */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [origin = 'http://127.0.0.1:4000'] = process.argv.slice(2);
const QUERY = `query DealsOfACity {
  opportunities(
    filter: {
      status: { notIn: [WON, LOST] }
      customer: { city: { eq: "Lyon" } }
    }
    orderBy: [{ field: AMOUNT, direction: DESC }]
    first: 2
  ) {
    totalCount
    nodes {
      code
      name
      amount
      customer {
        name
      }
      activities(first: 1) {
        nodes {
          type
          subject
        }
      }
    }
  }
}
`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 860 }, locale: 'en-GB', colorScheme: 'light' });
await page.goto(`${origin}/graphql`);
await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
await page.getByLabel('Tenant', { exact: true }).fill('demo');
await page.getByLabel('E-mail').fill('admin@demo.example');
await page.getByLabel('Password').fill('demo-password-2026');
await page.getByLabel('Password').press('Enter');
await page.getByRole('button', { name: 'Sign out' }).waitFor();
for (const [editor, text] of [
  ['.graphiql-query-editor', QUERY],
  ['.graphiql-editor-tool', ''],
]) {
  const written = page.locator(`${editor} .CodeMirror`).first();
  await written.evaluate((element, value) => element.CodeMirror.setValue(value), text);
}
await page.getByRole('button', { name: 'Hide editor tools' }).click();
await page.getByRole('button', { name: /execute query/i }).click();
await page.locator('.result-window', { hasText: '"nodes"' }).waitFor();
// The highlighting of the answer comes a moment later.
await page.waitForTimeout(1000);
await page.screenshot({ path: fileURLToPath(new URL('playground.png', import.meta.url)) });
await browser.close();
