import { readFileSync } from 'node:fs';
import { parse, print } from 'graphql';
import { sealTenant } from '../../src/audit/seals/sealer.js';
import { PASSWORD, type TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { differences, missingLines, stepsOf, type GuideStep } from './guide-blocks.js';
import { openGuideShell, type Exchange, type GuideShell, type Pasted } from './guide-shell.js';

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

const service = useOwnService({ RATE_LIMIT_USER: '300', RATE_LIMIT_TENANT: '600' });

/** The pages are written for the demo's administrator. */
function forTenant(text: string, { id, admin }: TestTenant): string {
  return text
    .replaceAll('admin@demo.example', admin.email)
    .replaceAll('demo-password-2026', PASSWORD)
    .replaceAll('"demo"', `"${id}"`)
    .replaceAll('TENANT=demo', `TENANT=${id}`)
    .replaceAll('X-Tenant-ID: demo', `X-Tenant-ID: ${id}`);
}

/** What the page shows and the commands do not do. */
function disagreements({ operation, answer }: GuideStep, { output, exchanges }: Pasted): string[] {
  const last = exchanges.at(-1);
  if (!answer) return last ? ['the page shows no answer'] : [];
  if (answer.kind === 'text') return notPrinted(answer.body, output);
  if (!last) return [`no request: ${output}`];
  const headers = answer.headers
    .filter(([name, value]) => last.headers.get(name) !== value)
    .map(([name, value]) => `${name}: ${last.headers.get(name) ?? 'none'} instead of ${value}`);
  return [
    ...(operation === undefined ? [] : otherOperation(operation, last)),
    ...(last.status === answer.status ? [] : [`status ${last.status}: ${last.text}`]),
    ...headers,
    ...otherBody(answer.body, last),
    ...notPrinted(last.text.trimEnd(), output),
  ];
}

function notPrinted(text: string, output: string): string[] {
  return missingLines(text, output).map((line) => `not printed: ${line}\nin: ${output}`);
}

function otherOperation(shown: string, { sent }: Exchange): string[] {
  const { query } = JSON.parse(sent) as { query: string };
  return print(parse(query)) === print(parse(shown)) ? [] : [`another operation is sent: ${query}`];
}

function otherBody(shown: string, { headers, text }: Exchange): string[] {
  if (shown === '') return [];
  if (headers.get('content-type')?.startsWith('text/csv') === true) return missingLines(shown, text);
  return differences(JSON.parse(shown), JSON.parse(text));
}

async function walk(name: string, tenant: TestTenant, shell: GuideShell): Promise<string[]> {
  const failures: string[] = [];
  for (const step of stepsOf(forTenant(read(name), tenant))) {
    // The change feed tells what is sealed, within a second where the sealer runs.
    if (/changes|\.mjs/.test(step.commands)) await sealTenant(service.database, tenant.id);
    const problems = disagreements(step, await shell.paste(step.commands));
    failures.push(...problems.map((problem) => `${step.name}: ${problem}`));
  }
  return failures;
}

test.each([
  ['guide.md', 'twice'],
  ['guide.fr.md', 'once'],
  ['sync.md', 'twice'],
  ['sync.fr.md', 'once'],
])(
  '%s: every command does what the page says, pasted %s',
  async (name, times) => {
    const tenant = await service.aTenant();
    const shell = await openGuideShell(service.origin, (commands, origin) =>
      // Readers wait for the sealer, the test does not.
      commands.replaceAll('http://127.0.0.1:4000', origin).replaceAll(/^sleep .*$/gm, ''),
    );
    try {
      expect(await walk(name, tenant, shell)).toEqual([]);
      if (times === 'twice') expect(await walk(name, tenant, shell)).toEqual([]);
    } finally {
      await shell.close();
    }
  },
  // Hundreds of commands, each a process of its own.
  180_000,
);

/** Without what is in the page's own language: comments, the language that is asked for, sentences of the service. */
function shared(name: string): unknown[] {
  return stepsOf(read(name)).map(({ operation, commands, answer }) => ({
    operation,
    commands: commands.replace(/(Accept-Language:) (en|fr)/, '$1').replaceAll(/ +# .*$/gm, ''),
    answer: answer && { ...answer, body: answer.body.replaceAll(/("(?:message|detail)": ")[^"]*"/g, '$1"') },
  }));
}

test.each([
  ['guide.fr.md', 'guide.md'],
  ['sync.fr.md', 'sync.md'],
])('%s shows the same examples as %s, in the same order', (french, english) => {
  expect(shared(french)).toEqual(shared(english));
});

test('the guide has GraphQL and REST in it', () => {
  const commands = stepsOf(read('guide.md')).map((step) => step.commands);

  expect(commands.filter((command) => command.includes('/graphql')).length).toBeGreaterThan(30);
  expect(commands.filter((command) => command.includes('/v1/')).length).toBeGreaterThan(30);
});
