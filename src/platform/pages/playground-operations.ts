/** Reads the example operations of the playground: one `.graphql` file each, its variables beside it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Sentence } from '../errors/errors.js';

export interface PlaygroundOperation {
  /** The file's name without number and extension, such as `create-customer`. */
  readonly name: string;
  readonly title: Sentence;
  readonly query: string;
  /** JSON text. `"$customer.id"`, `"$opportunity.version"` … are placeholders, which `example-records.js` explains. */
  readonly variables: string;
}

function readTitle(source: string, language: keyof Sentence, file: string): string {
  const title = new RegExp(`^# ${language}: (.+)$`, 'm').exec(source)?.[1];
  if (title === undefined) throw new Error(`${file} has no line "# ${language}: …"`);
  return title;
}

function readOperation(directory: URL, file: string): PlaygroundOperation {
  const source = readFileSync(new URL(file, directory), 'utf8');
  const variables = new URL(file.replace(/\.graphql$/, '.variables.json'), directory);
  return {
    name: file.replace(/^\d+-|\.graphql$/g, ''),
    title: { fr: readTitle(source, 'fr', file), en: readTitle(source, 'en', file) },
    query: source.replace(/^# (?:fr|en): .*\n/gm, '').trim(),
    variables: existsSync(variables) ? readFileSync(variables, 'utf8').trim() : '',
  };
}

/** @returns the operations of a directory (its URL ends in a slash), in the order of their file names */
export function readPlaygroundOperations(directory: URL): readonly PlaygroundOperation[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => readOperation(directory, file));
}
