/** The catalogue of errors for people: what docs/errors.md holds. */
import { ERROR_CATALOGUE, type CatalogueEntry } from './error-catalogue.js';
import { WARNING_CATALOGUE } from './warning-catalogue.js';

const INTRODUCTION = `# Errors

Written by \`npm run schema:emit\` from the table in \`src/platform/errors/error-catalogue.ts\`, which both transports use; a test compares the two.

Every refusal has a code that never changes, and a sentence in French, or in English with \`Accept-Language: en\`. Where a refusal knows more than its code,
its sentence says more than the one below ("Client non trouvé" rather than "Introuvable").

- **REST** answers \`application/problem+json\` (RFC 9457) with the status below: \`code\`, \`title\` (the sentence below), \`detail\` (the sentence of this very
  refusal), \`request_id\`, \`errors\` (\`pointer\`, \`code\`, \`message\` of each wrong member) and \`details\`.
- **GraphQL** answers with \`errors\`: \`message\`, \`path\` and \`extensions\` with \`code\`, \`requestId\`, \`fields\` (\`path\`, \`code\`, \`message\` of each wrong member)
  and \`details\`. The status below is that of a request that is refused before it runs, and of one of which nothing came but 429 or 503. What a field
  of a running document refuses stands in an answer of status 200, where the field is null. The codes are the enum \`ErrorCode\` of the schema.
- An answer of more than \`GRAPHQL_MAX_ANSWER_BYTES\` (16 MiB of JSON in UTF-8) is rejected with \`ANSWER_TOO_LARGE\` before it is written: lists in REST with the
  status below, any answer of GraphQL with status 200, \`data: null\` and this error first. A document of mutations has run by then: what it changed is kept,
  and the errors of the mutations that failed follow with their paths. A retry with its Idempotency-Key gets the same answer.

\`message\` of \`GRAPHQL_PARSE_FAILED\`, \`GRAPHQL_VALIDATION_FAILED\` and \`PERSISTED_QUERY_NOT_FOUND\` is the GraphQL libraries' own English, which programs know.
No error repeats a value that was sent.
`;

const WARNINGS = `## Warnings

Payloads of GraphQL mutations may warn of what a change did beside its own record. The codes are the enum \`WarningCode\` of the schema.
`;

function warningRows(): string[][] {
  return Object.entries(WARNING_CATALOGUE).map(([code, { when, details, sentence }]) => [
    `\`${code}\``,
    when,
    details.map((name) => `\`${name}\``).join(', '),
    sentence.fr,
    sentence.en,
  ]);
}

/** The page as Markdown. */
export function writeErrorsText(): string {
  const entries: [string, CatalogueEntry][] = Object.entries(ERROR_CATALOGUE);
  const sentences = entries.map(([code, { status, title, transports }]) => [
    `\`${code}\``,
    String(status),
    transports.join(', '),
    title.fr,
    title.en,
  ]);
  const meanings = entries.map(([code, entry]) => [`\`${code}\``, entry.when, carriedBy(entry)]);
  return [
    INTRODUCTION,
    writeTable(['code', 'status', 'where', 'French', 'English'], sentences),
    '## When, and what comes along\n',
    writeTable(['code', 'when', 'beside code and sentence'], meanings),
    WARNINGS,
    writeTable(['code', 'when', '`details`', 'French', 'English'], warningRows()),
  ].join('\n');
}

function carriedBy({ details, namesFields, isTemporary }: CatalogueEntry): string {
  return [
    ...(details === undefined ? [] : [`\`details\`: ${details.map((name) => `\`${name}\``).join(', ')}`]),
    ...(namesFields ? ['each wrong member'] : []),
    ...(isTemporary ? ['`Retry-After`'] : []),
  ].join('; ');
}

/** Columns are as wide as their widest cell, as prettier writes them. */
function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_name, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n`;
}
