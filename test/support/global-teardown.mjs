/** After all tests: lets the keeper of their PostgreSQL remove everything, and waits for it. */
import { once } from 'node:events';

/** Closes the keeper's standard input, which is its sign to end. */
export default async function stopTestCluster() {
  const keeper = globalThis.testClusterKeeper;
  if (keeper?.exitCode !== null) return;
  const ended = once(keeper, 'exit');
  keeper.stdin?.end();
  await ended;
}
