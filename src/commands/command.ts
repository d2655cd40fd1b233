/** The start and the end of every command. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../platform/errors/errors.js';
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

/**
 * Reads the arguments. @param convert rejects what the options alone do not
 * @throws AppError that names a wrong value, or StartupError with the usage
 */
export function readArguments<Options extends NonNullable<ParseArgsConfig['options']>, T>(
  usage: string,
  options: Options,
  convert: (values: Values<Options>, positionals: readonly string[]) => T | undefined,
): T {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const converted = convert(values, positionals);
    if (converted !== undefined) return converted;
  } catch (cause) {
    throw cause instanceof AppError ? cause : new StartupError(usage, { cause });
  }
  throw new StartupError(usage);
}

type Values<Options extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ allowPositionals: true; options: Options }>
>['values'];

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
