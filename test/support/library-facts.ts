/** Tests of what the service relies on in a library beyond its public API: each failure says what changed and what to read. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../contract/architecture/source.js';

export interface LibraryFact {
  /** The name that the README gives it, between backticks there. */
  readonly api: string;
  /** What the service relies on, as a sentence without its full stop. */
  readonly fact: string;
  readonly usedIn: readonly string[];
  /** Throws, or rejects, where the fact does not hold. */
  readonly check: () => unknown;
}

interface Library {
  /** Packages whose versions a failure names. */
  readonly packages: readonly string[];
  /** The page that explains what is relied on, from the root of the project. */
  readonly readme: string;
}

/** One test for each fact, and one that compares them with the README. */
export function describeLibrary({ packages, readme }: Library, facts: readonly LibraryFact[]): void {
  const versions = packages.map((name) => `${name} ${versionOf(name)}`).join(', ');

  describe(`${packages.join(', ')}, as ${readme} says`, () => {
    test.each(facts.map((fact) => [fact.api, fact.fact, fact] as const))('%s: %s', async (_api, _fact, known) => {
      try {
        await known.check();
      } catch (error) {
        throw new Error(sentenceFor(versions, known, readme) + (error instanceof Error ? `\n${error.message}` : ''), {
          cause: error,
        });
      }
    });

    test('is explained there, and used by files that exist', () => {
      const page = existsSync(join(ROOT, readme)) ? readFileSync(join(ROOT, readme), 'utf8') : '';

      expect(facts.filter(({ api }) => !page.includes(`\`${api}\``)).map(({ api }) => api)).toEqual([]);
      expect(facts.flatMap(({ usedIn }) => usedIn).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    });
  });
}

function sentenceFor(versions: string, { api, fact, usedIn }: LibraryFact, readme: string): string {
  return `\`${api}\` has changed (${versions}). This no longer holds: ${fact}. It is used in ${usedIn.join(', ')}. Read ${readme} before you change them.`;
}

/** Of an installed package, or of Node. */
function versionOf(name: string): string {
  if (name === 'node') return process.version;
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?';
}
