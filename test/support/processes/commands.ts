/** Operators' commands without a process for each: loading the service takes seconds of CPU. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from './child-environment.js';

export interface CommandOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

export interface CommandResult {
  readonly code: number;
  /** Both streams, as they came, without the last newline. */
  readonly output: string;
  readonly out: string;
  readonly err: string;
  /** Whether nothing was left that would keep a process of its own alive. */
  readonly wouldEnd: boolean;
}

/** Runs the same file with the same arguments and variables as an operator would. @throws if it would not have ended */
export type RunCommand = (
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
) => Promise<CommandResult>;

/** One process for all commands of the test file: they run one after the other. */
export function useCommands(): RunCommand {
  let runner: ChildProcess;
  let last: Promise<unknown> = Promise.resolve();

  beforeAll(() => {
    runner = fork('test/support/processes/command-runner.ts', [], {
      execArgv: ['--import', 'tsx'],
      env: childEnvironment(),
    });
  });
  afterAll(async () => {
    const exited = once(runner, 'exit');
    runner.kill();
    await exited;
  });

  const run: RunCommand = async (command, args, variables) => {
    const ended = once(runner, 'message');
    runner.send({ command, args, variables } satisfies CommandOrder);
    // What command-runner.ts sends.
    const [result] = (await ended) as [CommandResult];
    if (!result.wouldEnd) throw new Error(`${command} leaves something open: its process would not end.`);
    return result;
  };
  return (...order) => {
    const result = last.then(() => run(...order));
    last = result.catch(() => undefined);
    return result;
  };
}
