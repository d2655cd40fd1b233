/**
 * Runs operators' commands one after the other in one process, which loads the service once. Each evaluates its file anew, with the
 * arguments and variables that it would have been given.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import type { CommandOrder, CommandResult } from './commands.js';

const SETTLED_WITHIN_MS = 10_000;

async function run({ command, args, variables }: CommandOrder, number: number): Promise<CommandResult> {
  const path = new URL(`../../../src/commands/${command}.ts`, import.meta.url);
  const lines: string[] = [];
  let [out, err] = ['', ''];
  console.log = (...parts: unknown[]) => {
    lines.push(format(...parts));
    out += `${format(...parts)}\n`;
  };
  console.error = (...parts: unknown[]) => {
    lines.push(format(...parts));
    err += `${format(...parts)}\n`;
  };
  const before = { ...process.env };
  Object.assign(process.env, variables);
  process.argv.splice(2, process.argv.length, ...args);
  process.exitCode = 0;
  noteResources();
  await import(`${path.href}?run=${number}`);
  const code = process.exitCode;
  process.exitCode = 0;
  for (const name of Object.keys(variables)) {
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  }
  return { code, output: lines.join('\n'), out, err, wouldEnd: await isSettled() };
}

/** The fewest resources that were seen open: the channel to the test, and what the loader holds. */
let fewest = Infinity;

function noteResources(): number {
  const open = process.getActiveResourcesInfo().length;
  fewest = Math.min(fewest, open);
  return open;
}

/** Whether nothing more keeps the process alive than before the command: a process of its own would have ended. */
async function isSettled(): Promise<boolean> {
  const giveUpAt = performance.now() + SETTLED_WITHIN_MS;
  const before = fewest;
  while (noteResources() > before) {
    if (performance.now() > giveUpAt) return false;
    await sleep(5);
  }
  return true;
}

let runs = 0;
process.on('message', (order: CommandOrder) => {
  runs += 1;
  void run(order, runs).then((result) => process.send?.(result));
});
