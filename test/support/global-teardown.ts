/** After all tests: lets the keeper of their PostgreSQL remove everything, and waits for it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

interface KeeperHolder {
  testClusterKeeper?: ChildProcess;
}

/** Closes the keeper's standard input, which is its sign to end. */
export default async function stopTestCluster(): Promise<void> {
  const keeper = (globalThis as KeeperHolder).testClusterKeeper;
  if (keeper?.exitCode !== null) return;
  const ended = once(keeper, 'exit');
  keeper.stdin?.end();
  await ended;
}
