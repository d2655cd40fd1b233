/** The READMEs of rooms: each inner part of a library that the source uses is explained in one, and the files are as it lists them. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSource, ROOT, sourceFile, type SourceFile } from './source.js';

/** `graphql/execution/collectFields.js` → `graphql`, `execution/collectFields.js` */
const SPECIFIER = /^((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/;
/** `import.meta.resolve('…')`, `require.resolve('…')` */
const RESOLVED = /\b(?:meta|require)\.resolve\(\s*(['"`])([^'"`\n]+)\1/g;
/** `client._queryQueue`, `'_populateWhere'`: an underscore marks what a library keeps to itself. */
const UNDERSCORED = /\._[a-z]\w*|(['"`])_[a-z]+[A-Z]\w*\1/g;
/** Handlers that Node's streams call under these names, by their documentation. */
const STREAM_HANDLERS = new Set(['_read', '_destroy', '_write', '_final', '_transform']);

/** Whether the package itself names the path: in `exports`, not through a pattern such as `./dist/*`. */
function isPublic(specifier: string): boolean {
  const [, name = '', path] = SPECIFIER.exec(specifier) ?? [];
  if (path === undefined || path === 'package.json') return true;
  const manifest = join(ROOT, 'node_modules', name, 'package.json');
  // A comment may quote a path of ours.
  if (!existsSync(manifest)) return true;
  const { exports: named } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: Record<string, unknown> };
  return Object.keys(named ?? {}).some((entry) => entry === `./${path}` || isPublicPattern(entry, path));
}

/** `./locale/*`, but not a folder of the build, which the author lets through as a whole. */
function isPublicPattern(entry: string, path: string): boolean {
  const [prefix = '', suffix] = entry.slice(2).split('*');
  return suffix !== undefined && path.startsWith(prefix) && !/^(?:(?:dist|lib|build|src|esm|cjs)\/)?$/.test(prefix);
}

function innerPartsOf({ packages, text }: SourceFile): string[] {
  const specifiers = [...packages, ...[...text.matchAll(RESOLVED)].map(([, , specifier = '']) => specifier)];
  const paths = specifiers.filter((specifier) => !/^(?:node:|\.|\/)/.test(specifier) && !isPublic(specifier));
  const members = [...text.matchAll(UNDERSCORED)].map(([member]) => member.replace(/\W/g, ''));
  return [...new Set([...paths, ...members.filter((member) => !STREAM_HANDLERS.has(member))])];
}

/** The READMEs of a file's room and of the folders around it. */
function pagesFor(path: string): string {
  const pages: string[] = [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const page = join(ROOT, folder, 'README.md');
    if (existsSync(page)) pages.push(readFileSync(page, 'utf8'));
  }
  return pages.join('\n');
}

/** One sentence for each inner part that no README of the file's room names. */
function unexplained(file: SourceFile): string[] {
  const pages = pagesFor(file.path);
  return innerPartsOf(file)
    .filter((part) => !pages.includes(`\`${part}\``))
    .map(
      (part) =>
        `${file.path} uses ${part}, which its package does not publish: name it in a README of the room, with a test that notices when it changes.`,
    );
}

const files = [
  ...readSource().filter(({ path }) => !path.startsWith('src/migrations/')),
  ...globSync('src/*.mjs', { cwd: ROOT }).map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8'))),
];

describe('what the source uses of libraries', () => {
  test('is public, or explained in a README of its room', () => {
    expect(files.flatMap(unexplained)).toEqual([]);
  });

  test.each([
    ["import { execute } from 'graphql/execution/execute.js';", 'graphql/execution/execute.js'],
    ["import Query from 'pg/lib/query.js';", 'pg/lib/query.js'],
    ["const url = import.meta.resolve('react/umd/react.js');", 'react/umd/react.js'],
    ['const queue = client._queryQueue;', '_queryQueue'],
    ["const { ['_queryQueue']: queue } = client;", '_queryQueue'],
  ])('is noticed in %s', (text, part) => {
    const [sentence, ...others] = unexplained(sourceFile('src/platform/postgres/sql.ts', text));

    expect(others).toEqual([]);
    expect(sentence).toContain(`src/platform/postgres/sql.ts uses ${part}, which its package does not publish`);
  });

  test.each([
    "import { stringify } from 'csv-stringify/sync';",
    "import { Entity } from '@mikro-orm/decorators/legacy';",
    "import { GraphQLError } from 'graphql';",
    "import { readFileSync } from 'node:fs';",
    "import { sql } from './sql.js';",
  ])('is public in %s', (text) => {
    expect(unexplained(sourceFile('src/platform/values/text.ts', text))).toEqual([]);
  });

  test('is not explained where nothing uses it any more', () => {
    const used = new Set(files.flatMap(innerPartsOf));
    const explained = globSync('src/**/README.md', { cwd: ROOT }).flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^\|.*?`([@\w.-]+(?:\/[@\w.-]+)+\.js)`/gm)].map(
        ([, part = '']) => part,
      ),
    );

    expect(explained.length).toBeGreaterThan(0);
    expect(explained.filter((part) => !used.has(part))).toEqual([]);
  });
});

/** Files that a text names: `plan.ts`, `test/contract/cost.test.ts`. */
const FILE = /`([\w./-]+\.ts)`/g;

describe.each(globSync('src/**/README.md', { cwd: ROOT }).map((path) => [path, dirname(path)]))('%s', (path, room) => {
  const page = readFileSync(join(ROOT, path), 'utf8');
  const named = [...page.matchAll(FILE)].map(([, name = '']) => name);

  test('lists every file of its room, if it lists files', () => {
    const held = page.includes('\n## Files\n') ? globSync('*.ts', { cwd: join(ROOT, room) }) : [];

    expect(held.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('names no file that does not exist', () => {
    const folders = ['', 'src', 'src/platform', room, room.replace(/^src/, 'test'), 'test/contract'];

    expect(named.filter((name) => !folders.some((folder) => existsSync(join(ROOT, folder, name))))).toEqual([]);
  });
});
