/**
 * The realm of the worker itself as jest's test environment. Test files of a worker run in it one after another; what one
 * changes of the process, or registers with `afterTestFile`, is put back when it ends.
 */
import vm from 'node:vm';

/** Jest writes a file's own timeout here. */
const TEST_TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');

export default class NativeEnvironment {
  global = globalThis;
  /** The two that jest asks for when its configuration turns them on; ours does not. See `jest.ts`. */
  fakeTimers = null;
  fakeTimersModern = null;
  #env = { ...process.env };
  #console = globalThis.console;
  #exit = process.exit;
  #prepareStackTrace = Error.prepareStackTrace;
  /** Jest overwrites `Error.prepareStackTrace` there, which is left alone in the realm of the tests. */
  #unused = vm.createContext({});

  /** Jest has just installed its own source maps, which know nothing of the loader's. */
  setup() {
    Error.prepareStackTrace = this.#prepareStackTrace;
  }

  async teardown() {
    // The runtime has brought the loader of TypeScript by now.
    const { runAfterTestFile } = await import('./after-test-file.ts');
    await runAfterTestFile();
    delete globalThis[TEST_TIMEOUT];
    Error.prepareStackTrace = this.#prepareStackTrace;
    process.exit = this.#exit;
    globalThis.console = this.#console;
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return this.#unused;
  }
}
