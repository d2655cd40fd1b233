/** Before all tests: starts the process that keeps their PostgreSQL. Jest loads this file without our loader. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { prepareProcesses } from './processes/process-settings.mjs';

/**
 * Starts the keeper and tells the workers, through the environment, where the server is.
 * @param {{ readonly rootDir: string }} config
 */
export default async function startTestCluster(config) {
  prepareProcesses();
  // Its own session: Ctrl-C ends the test run, whose end then closes the keeper's standard input.
  const keeper = spawn(process.execPath, ['--import', 'tsx', 'test/support/test-cluster.ts'], {
    cwd: config.rootDir,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  globalThis.testClusterKeeper = keeper;
  process.env.CRM_TEST_CLUSTER = await new Promise((resolve, reject) => {
    keeper.once('error', reject);
    keeper.once('exit', () => {
      reject(new Error('The database for the tests did not start: the reason stands above.'));
    });
    createInterface({ input: keeper.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(line); // migrations talk there too
    });
  });
}
