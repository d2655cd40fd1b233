/**
 * How our TypeScript is compiled in production: as for the tests. tsx, which starts the process, would keep the name of every
 * function by a call for each closure that is made, a tenth of what a request costs.
 */
import { transformFileSync } from '@swc/core';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Compiles what is imported from now on, by the settings of `.swcrc`. @returns what ends it, when everything is imported */
export function compileForProduction(): () => void {
  const hooks = registerHooks({
    load: (url, context, nextLoad) => {
      const { protocol, pathname } = new URL(url);
      if (protocol !== 'file:' || !pathname.endsWith('.ts')) return nextLoad(url, context);
      return { format: 'module', source: transformFileSync(fileURLToPath(url)).code, shortCircuit: true };
    },
  });
  return () => {
    hooks.deregister();
  };
}
