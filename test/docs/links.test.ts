/** What pages refer to is there: files, headings of pages, and files of the source that are named in passing. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const pages = globSync(['*.md', 'docs/**/*.md', 'src/**/*.md', 'bench/*.md', 'examples/*.md'], { cwd: ROOT }).sort();
const sources = new Set(
  globSync(['*.ts', '{src,test,bench,examples}/**/*.{ts,mjs,sql,graphql}'], {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  }).map((path) => basename(path)),
);

/** Code blocks hold commands, SQL and JSON, whose brackets are no links. */
function withoutBlocks(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
}

function linksOf(page: string): string[] {
  return [...withoutBlocks(read(page)).matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...withoutBlocks(read(page)).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, file))) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

/** Made by a run of the benchmark. */
const MADE = /^bench\/run(?:\/|$)/;

/** Paths from the root, and bare names of files of the source, that lead nowhere. */
function missingNames(page: string): string[] {
  const names = [...read(page).matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name);
  const paths = names.filter((name) => /^(?:src|test|docs|bench|examples)\/./.test(name) && !MADE.test(name));
  // Some pages have the reader write a file.
  const written = new Set([...read(page).matchAll(/^cat > (\S+) <</gm)].map(([, name]) => name));
  const files = names.filter((name) => /^[\w-]+(?:\.[\w-]+)*\.(?:ts|mjs)$/.test(name) && !written.has(name));
  return [...paths.filter((path) => !existsSync(join(ROOT, path))), ...files.filter((file) => !sources.has(file))];
}

test('all pages are looked at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']));
  expect(linksOf('README.md').length).toBeGreaterThan(10);
});

test.each(pages)('%s links to what is there', (page) => {
  expect(linksOf(page).filter((target) => isBroken(page, target))).toEqual([]);
});

test.each(pages)('%s names files that are there', (page) => {
  expect(missingNames(page)).toEqual([]);
});

test('every page of docs/ is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const target of linksOf(page)) {
      const file = normalize(join(dirname(page), target.split('#')[0] ?? ''));
      if (file.endsWith('.md') && existsSync(join(ROOT, file))) reached.add(file);
    }
  }

  expect(pages.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});
