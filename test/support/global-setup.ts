/** Before all tests: starts the process that keeps their PostgreSQL. Jest cannot load our modules here, only Node's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface KeeperHolder {
  testClusterKeeper?: ChildProcess;
}

/** Starts the keeper and tells the workers, through the environment, where the server is. */
export default async function startTestCluster(config: { readonly rootDir: string }): Promise<void> {
  // Its own session: Ctrl-C ends the test run, whose end then closes the keeper's standard input.
  const keeper = spawn(process.execPath, ['--import', 'tsx', 'test/support/test-cluster.ts'], {
    cwd: config.rootDir,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  (globalThis as KeeperHolder).testClusterKeeper = keeper;
  process.env.CRM_TEST_CLUSTER = await new Promise<string>((resolve, reject) => {
    keeper.once('error', reject);
    keeper.once('exit', () => {
      reject(new Error('The database for the tests did not start: the reason stands above.'));
    });
    createInterface({ input: keeper.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(line); // migrations talk there too
    });
  });
}
