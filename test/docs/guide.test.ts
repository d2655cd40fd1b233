import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { as, type Answer } from '../support/client.js';
import { PASSWORD, startTestService, type TestService, type TestTenant } from '../support/service.js';
import { differences, examplesOf, missingLines, type GuideExample } from './guide-blocks.js';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

/** The guide's words for what differs from one tenant to the other, and what earlier answers gave. */
type Words = Map<string, string>;

function fill(text: string, words: Words): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => words.get(name) ?? whole);
}

/** The guide is written for the demo's administrator. */
function forTenant(document: string, { id, admin }: TestTenant): string {
  return document
    .replaceAll('admin@demo.example', admin.email)
    .replaceAll('demo-password-2026', PASSWORD)
    .replaceAll('"demo"', `"${id}"`)
    .replaceAll('X-Tenant-ID: demo', `X-Tenant-ID: ${id}`);
}

const KINDS = new Map([
  ['/v1/commercial/customers', 'customer'],
  ['/v1/commercial/contacts', 'contact'],
  ['/v1/commercial/opportunities', 'opportunity'],
  ['/v1/commercial/activities', 'activity'],
]);

interface Given {
  readonly id?: string;
  readonly access_token?: string;
  readonly refresh_token?: string;
}

/** Later requests name the tokens and the records that earlier ones gave. */
function remember(words: Words, { method, path }: GuideExample, answer: Answer): void {
  const { id, access_token: token, refresh_token }: Given = (answer.body as Given | undefined) ?? {};
  const kind = method === 'POST' && answer.status === 201 ? KINDS.get(path) : undefined;
  const learned = Object.entries({ token, refresh_token, ...(kind && { [`${kind}_id`]: id }) });
  for (const [name, value] of learned) if (value !== undefined) words.set(name, value);
}

async function run(example: GuideExample, tenant: TestTenant, words: Words): Promise<Answer> {
  const { method, path, headers } = example;
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, words)] as const);
  const body = example.body === undefined ? undefined : fill(example.body, words);
  const sent = path === '/graphql' ? { query: body } : body;
  const caller = { token: words.get('token') ?? '', tenantId: tenant.id };
  return as(service, path.startsWith('/v1/auth/login') ? undefined : caller).request(method, fill(path, words), sent, {
    'accept-language': words.get('language') ?? '',
    ...Object.fromEntries(filled),
  });
}

/** What the document shows and the answer does not have. */
function disagreements({ answer }: GuideExample, given: Answer, words: Words): string[] {
  if (!answer) return [];
  const headers = answer.headers
    .filter(([name, value]) => given.headers.get(name) !== value)
    .map(([name, value]) => `${name}: ${given.headers.get(name) ?? 'none'} instead of ${value}`);
  const shown = fill(answer.body, words);
  const isFile = answer.headers.some(([, value]) => value.startsWith('text/csv'));
  const body =
    shown === '' ? [] : isFile ? missingLines(shown, given.text) : differences(JSON.parse(shown), given.body);
  return [...(given.status === answer.status ? [] : [`${given.status} ${given.text}`]), ...headers, ...body];
}

const GUIDES = ['guide.fr.md', 'guide.md'];

describe.each(GUIDES)('%s', (name) => {
  test('every request of it is answered as it says', async () => {
    const tenant = await service.aTenant();
    const words: Words = new Map([['language', name === 'guide.md' ? 'en' : 'fr']]);
    const failures: string[] = [];
    const examples = examplesOf(forTenant(read(name), tenant));
    for (const example of examples) {
      const answer = await run(example, tenant, words);
      failures.push(...disagreements(example, answer, words).map((problem) => `${example.name}: ${problem}`));
      remember(words, example, answer);
    }
    expect(failures).toEqual([]);
    expect(examples.length).toBeGreaterThan(35);
  });

  test('no request is without its answer', () => {
    expect(examplesOf(read(name)).filter(({ answer }) => !answer)).toEqual([]);
  });
});

test('both guides show the same requests in the same order', () => {
  const [french = [], english = []] = GUIDES.map((name) =>
    examplesOf(read(name)).map(({ method, path }) => `${method} ${path}`),
  );
  expect(english).toEqual(french);
});
