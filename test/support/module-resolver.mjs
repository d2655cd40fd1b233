/**
 * How jest finds a module: as usual, and for an import of `./name.js` in our own folders the TypeScript of that name.
 * Jest's `moduleNameMapper` would do that too, but asks the disk for every import of every library, anew in each test file.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The form that jest wants of a resolver; for `import` and `require` alike. */
export function sync(request, options) {
  if (/^\.{1,2}\/.*\.js$/.test(request) && !options.basedir.includes('/node_modules')) {
    const source = path.resolve(options.basedir, `${request.slice(0, -3)}.ts`);
    if (existsSync(source)) return source;
  }
  return options.defaultResolver(request, options);
}
