/** What the workers of a test run, and the processes that they start, inherit to spend less CPU on loading and on garbage. */
import os from 'node:os';
import path from 'node:path';

/** Of the young generation: 16 MB by default, which a worker fills several times per test file. */
const SEMI_SPACE_MB = 64;

/** Before jest starts its workers, which copy this process's environment. */
export function prepareProcesses() {
  // V8 keeps there what it has compiled. Entries are checked against the source and the version of Node.
  process.env.NODE_COMPILE_CACHE ??= path.join(os.tmpdir(), `crm-api-compile-cache-${process.getuid?.() ?? ''}`);
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --max-semi-space-size=${SEMI_SPACE_MB}`;
}
