/** `npm run clients`: clients and tools of other people, unmodified, against the service. Some of them need a current Node. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.join(FOLDER, '..', '..');

/** Runs `npm ci` here unless that has been done since the lock file last changed. */
function install() {
  const installed = path.join(FOLDER, 'node_modules', '.package-lock.json'); // npm writes it last
  if (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(path.join(FOLDER, 'package-lock.json')).mtimeMs
  ) {
    return;
  }
  console.log('Installing the clients (once)');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The clients could not be installed.');
}

/** The Node that comes with the packages of the service, where there is one. */
function currentNode() {
  const ours = path.join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  return existsSync(ours) ? ours : process.execPath;
}

install();
const { status } = spawnSync(
  currentNode(),
  ['--import', 'tsx', path.join(FOLDER, 'main.mjs'), ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
