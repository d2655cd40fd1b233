/** The source as the architecture tests see it: paths, texts and imports. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface SourceFile {
  /** From the root of the project: `src/crm/customer/customer.service.ts`. */
  readonly path: string;
  readonly text: string;
  /** Our own files that it imports, as paths from the root. */
  readonly own: readonly string[];
  /** Packages that it imports, as written. */
  readonly packages: readonly string[];
}

/** `import`, `import type`, `export … from`, `import('…')` as a value and as a type. */
const IMPORT = /\b(?:from|import)\s*\(?\s*(['"`])([^'"`\n]+)\1/g;

/** Types count: a file that needs another one's types cannot be read, moved or tested without it. */
export function sourceFile(path: string, text: string): SourceFile {
  const specifiers = [...text.matchAll(IMPORT)].map(([, , name = '']) => name);
  const own = specifiers
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(path), name)).replace(/\.js$/, '.ts'));
  return { path, text, own, packages: specifiers.filter((name) => !name.startsWith('.')) };
}

export function readSource(): readonly SourceFile[] {
  return [...globSync('src/**/*.ts', { cwd: ROOT }), 'mikro-orm.config.ts']
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}
