/** The error catalogue as Markdown: the content of docs/errors.md. */
import { ERROR_CATALOGUE, type CatalogueEntry } from './error-catalogue.js';
import { WARNING_CATALOGUE } from './warning-catalogue.js';

const INTRODUCTION = `# Errors

Written by \`npm run schema:emit\` from the table in \`src/platform/errors/error-catalogue.ts\`, which both transports use; a test compares the two.

Every error has a code that never changes, and a sentence in French, or in English with \`Accept-Language: en\`. The sentence of a particular error
may say more than the one below ("Client non trouvé" rather than "Introuvable").

- **REST** answers \`application/problem+json\` (RFC 9457) with the status below: \`code\`, \`title\` (the sentence below), \`detail\` (the sentence of this
  particular error), \`request_id\`, \`errors\` (\`pointer\`, \`code\`, \`message\` of each wrong field) and \`details\`.
- **GraphQL** answers with \`errors\`: \`message\`, \`path\` and \`extensions\` with \`code\`, \`requestId\`, \`fields\` (\`path\`, \`code\`, \`message\` of each wrong
  field) and \`details\`. A request that is rejected before it runs has the status below, and so has one that failed entirely with 429 or 503. An error of
  a field of a running document comes in an answer of status 200, where the field is null. The codes are the enum \`ErrorCode\` of the schema.
- An answer of more than \`GRAPHQL_MAX_ANSWER_BYTES\` (16 MiB of JSON in UTF-8) is rejected with \`ANSWER_TOO_LARGE\` before it is written: lists in REST with the
  status below, any answer of GraphQL with status 200, \`data: null\` and this error first. The mutations of such a document have run: their changes are kept,
  and the errors of those that failed follow with their paths. A retry with the same Idempotency-Key gets the same answer.

The \`message\` of \`GRAPHQL_PARSE_FAILED\`, \`GRAPHQL_VALIDATION_FAILED\` and \`PERSISTED_QUERY_NOT_FOUND\` is the English text of the GraphQL libraries.
No error repeats a value that was sent.
`;

const WARNINGS = `## Warnings

Payloads of GraphQL mutations may contain warnings about effects on other records. The codes are the enum \`WarningCode\` of the schema.
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
  const sentences = entries.map(([code, { status, title, only }]) => [
    `\`${code}\``,
    String(status),
    only ?? 'REST, GraphQL',
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

/** Pads each column to its widest cell, as prettier does. */
function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_name, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n`;
}
