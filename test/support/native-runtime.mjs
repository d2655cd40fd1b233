/**
 * Loads test files with Node's own `import`, through the same loader as `npm start`. Jest's loader gives each test file a
 * realm of its own and evaluates every module in it again: 2 to 4 s of CPU per file that starts the service. Here a worker
 * evaluates each module once, so the modules of src and of libraries keep their state from one test file to the next, as
 * they do in a service from one request to the next. What a test file changes outside modules, `native-environment.mjs` undoes.
 *
 * Jest takes this class from `runtime` in package.json. Neither that option nor the methods below are documented: they are
 * those that jest-runner 30 and jest-circus 30 call. After an upgrade of jest, a missing one fails every test file by name.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';

const require = createRequire(import.meta.url);
/** Where jest-circus keeps what it was told to call; it takes over what it finds there. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

register();
process.setSourceMapsEnabled(true);

let imports = 0;

export default class NativeRuntime {
  /** Of the test file. The query makes it another module, should the worker have evaluated it before. */
  async unstable_importModule(file) {
    imports += 1;
    await import(`${pathToFileURL(file).href}?import=${imports}`);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  /** The framework starts from nothing in each test file: its list of tests and its handlers are module state. */
  requireInternalModule(file) {
    if (file.includes('jest-circus')) {
      delete globalThis[EVENT_HANDLERS];
      delete require.cache[file];
    }
    return require(file);
  }

  requireModule(file) {
    return require(file);
  }

  setGlobalsForRuntime() {
    // The environment's global is the one that tests see.
  }

  enterTestCode() {
    // Modules may be loaded at any time.
  }

  leaveTestCode() {
    // As above.
  }

  getSourceMaps() {
    return undefined;
  }

  getAllCoverageInfoCopy() {
    return undefined;
  }

  teardown() {
    // Modules stay.
  }
}
