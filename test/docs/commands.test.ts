/** Commands that pages name exist: scripts, tests, drills. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
// Only its scripts are read.
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const drills = [...read('test/drill/main.ts').matchAll(/^ {2}\['([\w-]+)',/gm)].map(([, name]) => name);
const pages = globSync(['*.md', 'docs/**/*.md', 'src/**/*.md', 'bench/*.md', 'examples/*.md'], { cwd: ROOT }).sort();

/** A test is named by the beginning of its path. */
function isTest(path: string): boolean {
  return existsSync(join(ROOT, path)) || globSync(`${path}*`, { cwd: ROOT }).length > 0;
}

function missing(page: string): string[] {
  const text = read(page);
  const named = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
  const tests = [...text.matchAll(/npm test -- ([^`\n|]+)/g)].flatMap(([, words = '']) => words.split(/\s+/));
  const played = [...text.matchAll(/npm run drill -- ([\w-]+)/g)].map(([, name = '']) => name);
  return [
    ...named.filter((name) => !(name in scripts)),
    ...tests.filter((word) => word.startsWith('test/') && !isTest(word)),
    ...played.filter((name) => !drills.includes(name)),
  ];
}

test('all drills and pages are looked at', () => {
  expect(drills).toEqual(expect.arrayContaining(['bounded-work', 'restore', 'starts']));
  expect(pages).toEqual(expect.arrayContaining(['SECURITY.md', 'docs/deployment.md']));
});

test.each(pages)('%s names commands that are there', (page) => {
  expect(missing(page)).toEqual([]);
});
