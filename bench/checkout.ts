/** Another checkout of this product, whose service `--against` measures beside ours. Only its programs are run, none of its modules is loaded. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { StartupError } from '../src/platform/errors/startup-error.js';
import { ROOT_FOLDER } from './folders.js';

export interface Checkout {
  readonly folder: string;
  /** For Node itself, so that the process measured is the server and not a launcher. */
  readonly startArguments: readonly string[];
  /** The commit, for the report. */
  readonly version: string;
}

const manifest = z.object({
  name: z.string(),
  scripts: z.object({ start: z.string(), 'migration:up': z.string() }).partial().default({}),
});

/**
 * Reads how the service of a checkout is started.
 * @param folder relative to where the user called npm
 * @throws StartupError when it is not a checkout of this product, or not ready to be started
 */
export function openCheckout(folder: string): Checkout {
  const absolute = path.resolve(process.env.INIT_CWD ?? '.', folder);
  const found = readManifest(absolute);
  if (found === undefined || found.name !== readManifest(ROOT_FOLDER)?.name) {
    throw new StartupError(`--against: ${absolute} is not a checkout of this product.`);
  }
  if (!existsSync(path.join(absolute, 'node_modules'))) {
    throw new StartupError(`--against: ${absolute} has no node_modules: run npm ci there first.`);
  }
  const startArguments = readStartArguments(found);
  if (startArguments === undefined) {
    throw new StartupError(`--against: ${absolute} is too old: its scripts need "start": "node …" and "migration:up".`);
  }
  return { folder: absolute, startArguments, version: readVersion(absolute) };
}

/** How `npm start` starts the service of this checkout. */
export function ownStartArguments(): readonly string[] {
  const own = readManifest(ROOT_FOLDER);
  const startArguments = own && readStartArguments(own);
  if (startArguments === undefined) throw new StartupError('package.json has no script "start" of the known form.');
  return startArguments;
}

/** Undefined when its service cannot be started or migrated as today's. */
function readStartArguments({ scripts }: z.infer<typeof manifest>): string[] | undefined {
  const [, startArguments] = /^(?:exec )?node (.+)$/.exec(scripts.start ?? '') ?? [];
  return scripts['migration:up'] === undefined ? undefined : startArguments?.split(/ +/);
}

function readManifest(folder: string): z.infer<typeof manifest> | undefined {
  try {
    return manifest.parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
  } catch {
    return undefined; // absent, or of something else
  }
}

function readVersion(folder: string): string {
  const { status, stdout } = spawnSync('git', ['-C', folder, 'describe', '--always', '--dirty'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown version';
}
