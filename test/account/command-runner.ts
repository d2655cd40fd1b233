/**
 * Runs operators' commands one after the other in one process, which loads the service once. Each evaluates its file anew, with the
 * arguments that it would have been given.
 */
import { format } from 'node:util';

/** What the runner is sent. */
interface Order {
  readonly command: string;
  readonly args: readonly string[];
}

async function run({ command, args }: Order, number: number): Promise<void> {
  const path = new URL(`../../src/commands/${command}.ts`, import.meta.url);
  const lines: string[] = [];
  for (const method of ['log', 'error'] as const)
    console[method] = (...parts: unknown[]) => void lines.push(format(...parts));
  process.argv.splice(2, process.argv.length, ...args);
  process.exitCode = 0;
  await import(`${path.href}?run=${number}`);
  process.send?.({ code: process.exitCode, output: lines.join('\n') });
  process.exitCode = 0;
}

let runs = 0;
process.on('message', (order: Order) => {
  void run(order, (runs += 1));
});
