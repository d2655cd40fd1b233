/**
 * `npm run build`: compiles the service and its commands to JavaScript in `dist/`, with the files they read beside them, and bundles the
 * service with its libraries. Every path relative to a module is the same there as in the source.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartupError } from '../platform/errors/startup-error.js';
import { version } from '../app/routes.js';
import { bundle } from './bundle.js';
import { rejectArguments, runCommand } from './command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = join(ROOT, 'dist');
/** What modules read by a path of their own; relative to the root. Folders are copied without their sources. */
const READ_FILES = [
  'src/early-signals.mjs',
  'docs/guide.md',
  'docs/guide.fr.md',
  'src/app/playground-operations',
  'src/platform/pages/assets',
];

await runCommand(async () => {
  rejectArguments('build');
  rmSync(DIST, { recursive: true, force: true });
  compile();
  for (const path of READ_FILES) {
    cpSync(join(ROOT, path), join(DIST, path), { recursive: true, filter: (file) => extname(file) !== '.ts' });
  }
  // Not the whole file: tools would take dist/ for a second package of this name.
  writeFileSync(join(DIST, 'package.json'), JSON.stringify({ type: 'module', version }));
  await bundle(join(DIST, 'src/server.js'));
  console.log('Compiled to dist/. Start it with: npm run start:built');
});

/** @throws StartupError when the compiler reports errors, which it prints itself */
function compile(): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const project = join(ROOT, 'src/tsconfig.build.json');
  const { status } = spawnSync(process.execPath, [compiler, '-p', project], { stdio: 'inherit' });
  if (status !== 0) throw new StartupError('The compiler reported errors; dist/ is incomplete.');
}
