/** The start and the end of every command. */
import { StartupError } from '../platform/errors/startup-error.js';
import { systemErrorCode } from '../platform/errors/thrown.js';

/** Runs a command. An error that an operator can fix is printed as one sentence, without a stack. The exit code is then 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(sentenceOf(error) ?? error);
    process.exitCode = 1;
  }
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof StartupError) return error.message;
  const code = systemErrorCode(error);
  if (code === undefined || !(error instanceof Error) || !('path' in error)) return undefined;
  return `${String(error.path)} cannot be used (${code}): look at it, and at the rights of this user.`;
}

/** For commands without arguments. @throws StartupError */
export function rejectArguments(command: string): void {
  if (process.argv.length > 2) throw new StartupError(`Usage: npm run ${command}, without arguments.`);
}
