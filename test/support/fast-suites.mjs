/** Which test files `npm run test:fast` runs: those that neither they nor what they import start a database or a process. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Hands out databases: whoever imports it for more than its types needs PostgreSQL. */
const DATABASE = 'test/support/database.ts';
/** `import type` is not among them. */
const IMPORT = /^(?:import|export)(?! type\b)[^;'"]*?(?:from )?'([^']+)'|\bimport\('([^']+)'\)/gm;

/**
 * @param {string} root the repository's folder
 * @returns {string[]} paths from there
 */
export function listFastSuites(root) {
  const reached = (file, seen = new Set()) => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const next of importsOf(root, file)) reached(next, seen);
    return seen;
  };
  return globSync('test/**/*.test.ts', { cwd: root })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => {
      const all = reached(file);
      return !all.has(DATABASE) && !all.has('node:child_process');
    })
    .sort();
}

/** Files of the tests, by path from the root, and modules of Node, by name. */
function importsOf(root, file) {
  if (file.startsWith('node:')) return [];
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(IMPORT)]
    .map(([, asked, late]) => asked ?? late)
    .map((asked) => (asked.startsWith('.') ? sourceOf(root, file, asked) : asked))
    .filter((found) => found?.startsWith('test/') || found?.startsWith('node:'));
}

function sourceOf(root, file, asked) {
  const source = path.posix.join(path.posix.dirname(file), asked).replace(/\.js$/, '.ts');
  return source.endsWith('.ts') && existsSync(path.join(root, source)) ? source : undefined;
}
