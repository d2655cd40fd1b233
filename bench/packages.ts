/** The peers' packages: kept out of the service's own, installed when the benchmark first needs them. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { BENCH_FOLDER } from './folders.js';

/** Runs `npm ci` in the bench folder unless that has been done since the lock file last changed. */
export function installPeerPackages(): void {
  const lockFile = path.join(BENCH_FOLDER, 'package-lock.json');
  const installed = path.join(BENCH_FOLDER, 'node_modules', '.package-lock.json'); // npm writes it last
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs) return;
  console.log('Installing the packages of the peers (once)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: BENCH_FOLDER, stdio: 'inherit' });
  if (status !== 0) throw new Error('The packages of the peers could not be installed.');
}
