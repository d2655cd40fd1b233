/** Follows a page of the guide: pastes its commands and compares what the page shows. */
import { readFileSync } from 'node:fs';
import { parse, print } from 'graphql';
import { sealTenant } from '../../src/audit/seals/sealer.js';
import type { Database } from '../../src/tenancy/database.js';
import { PASSWORD } from '../support/password.js';
import { differences, missingLines, stepsOf, type GuideStep } from './guide-blocks.js';
import { openGuideShell, type Exchange, type GuideShell, type Pasted } from './guide-shell.js';

export const readPage = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** Whose administrator pastes the commands. */
export interface Reader {
  readonly id: string;
  readonly admin: { readonly email: string };
}

/** The pages are written for the demo's administrator. */
function forTenant(text: string, { id, admin }: Reader): string {
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

/**
 * Pastes every command of a page. @param name file in docs/
 * @param database where the tenant's events are sealed before a step that follows the change feed
 * @returns what the page shows and the service does not do; nothing when they agree
 */
export async function walkGuide(
  name: string,
  tenant: Reader,
  { database, origin }: { readonly database: Database; readonly origin: string },
): Promise<string[]> {
  // Readers wait for the sealer, the test does not.
  const shell = await openGuideShell(origin, (commands, recorder) =>
    commands.replaceAll('http://127.0.0.1:4000', recorder).replaceAll(/^sleep .*$/gm, ''),
  );
  try {
    return await paste(name, tenant, shell, database);
  } finally {
    await shell.close();
  }
}

async function paste(name: string, tenant: Reader, shell: GuideShell, database: Database): Promise<string[]> {
  const failures: string[] = [];
  for (const step of stepsOf(forTenant(readPage(name), tenant))) {
    // The change feed tells what is sealed, within a second where the sealer runs.
    if (/changes|\.mjs/.test(step.commands)) await sealTenant(database, tenant.id);
    const problems = disagreements(step, await shell.paste(step.commands));
    failures.push(...problems.map((problem) => `${step.name}: ${problem}`));
  }
  return failures;
}
