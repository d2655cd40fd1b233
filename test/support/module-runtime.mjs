/**
 * Jest's module loader with a memory. Every test file still evaluates all its modules anew, in a realm of its own; but what
 * depends on the files alone (where a module is, its text, its compiled script, its names) is found out once for all test
 * files of a worker, since loading the service is what most of them spend their time on.
 *
 * It relies on methods of jest-runtime 30 that are not documented. Should an upgrade rename one, the tests become slower,
 * not wrong: each method here only stands before the one it inherits.
 */
import path from 'node:path';
import vm from 'node:vm';
import JestRuntime from 'jest-runtime';

/** By the kind of import, then by folder and request. */
const found = { cjs: new Map(), esm: new Map() };
/** By file: what the transformer made, and of which source. */
const transforms = new Map();
/** By file of a library: its script, which V8 compiles once for all realms. */
const scripts = new Map();
/** By file of a library. */
const texts = new Map();
const exportNames = new Map();
/** The one of the test file that runs: a script outlives the runtime that it was compiled for. */
let current;

// Ours may change while jest watches.
const isOfLibrary = (file) => file.includes('/node_modules/');

export default class RememberingRuntime extends JestRuntime {
  /** By file, of this test file: a CommonJS module as the ES modules see it. */
  syntheticModules = new Map();

  constructor(...parameters) {
    super(...parameters);
    current = this;
  }

  resetModules() {
    super.resetModules();
    // The first call comes from the constructor of the class above, before this one's fields are.
    this.syntheticModules?.clear();
  }

  /** Loads a test file. Should it be another one, by a mistake in what is remembered, its tests would be lost without a word. */
  async unstable_importModule(from, name) {
    const module = await super.unstable_importModule(from, name);
    if (!name && module.identifier !== from) throw new Error(`${from} was asked for, ${module.identifier} was loaded.`);
    return module;
  }

  _shouldMockCjs(from, name, explicit) {
    return explicit.size > 0 && super._shouldMockCjs(from, name, explicit);
  }

  async _shouldMockModule(from, name, explicit) {
    return explicit.size > 0 && super._shouldMockModule(from, name, explicit);
  }

  /** @param to nothing: `from` is meant */
  _resolveCjsModule(from, to) {
    if (!to) return from;
    return remember(found.cjs, `${path.dirname(from)}\0${to}`, () => super._resolveCjsModule(from, to));
  }

  async _resolveModule(from, to) {
    if (!to) return from;
    const key = `${path.dirname(from)}\0${to}`;
    const known = found.esm.get(key);
    if (known !== undefined) return known;
    const file = await super._resolveModule(from, to);
    found.esm.set(key, file);
    return file;
  }

  transformFile(file, options) {
    if (options?.isInternalModule) return super.transformFile(file, options);
    return this.#recall(file) ?? this.#keep(file, super.transformFile(file, options));
  }

  async transformFileAsync(file, options) {
    return this.#recall(file) ?? this.#keep(file, await super.transformFileAsync(file, options));
  }

  #recall(file) {
    const known = transforms.get(file);
    if (known === undefined || (!isOfLibrary(file) && known.source !== this.readFile(file))) return undefined;
    this._fileTransforms.set(file, known.result);
    if (known.result.sourceMapPath) this._sourceMapRegistry.set(file, known.result.sourceMapPath);
    return known.result.code;
  }

  #keep(file, code) {
    const source = isOfLibrary(file) ? undefined : this.readFile(file);
    transforms.set(file, { source, result: this._fileTransforms.get(file) });
    return code;
  }

  readFile(file) {
    if (!isOfLibrary(file)) return super.readFile(file);
    return remember(texts, file, () => super.readFile(file));
  }

  createScriptFromCode(code, file) {
    const context = this._environment.getVmContext();
    if (context === null || !isOfLibrary(file)) return super.createScriptFromCode(code, file);
    return remember(scripts, file, () => compile(code, file, this.constructInjectedModuleParameters())).runInContext(
      context,
    );
  }

  getExportsOfCjs(file) {
    if (!isOfLibrary(file)) return super.getExportsOfCjs(file);
    return remember(exportNames, file, () => super.getExportsOfCjs(file));
  }

  /** Jest makes one for each import of the same module. */
  loadCjsAsEsm(from, file, context) {
    if (this._isolatedModuleRegistry) return super.loadCjsAsEsm(from, file, context);
    return remember(this.syntheticModules, file, () => super.loadCjsAsEsm(from, file, context));
  }
}

function remember(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

function compile(code, file, parameters) {
  const head = `(function (${parameters.join(', ')}) {`;
  return new vm.Script(`${head}${code}\n})`, {
    filename: file,
    columnOffset: -head.length,
    importModuleDynamically: async (specifier) => {
      const module = await current.resolveModule(specifier, file, current._environment.getVmContext());
      return current.linkAndEvaluateModule(module);
    },
  });
}
