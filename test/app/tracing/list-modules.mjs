/** Writes the address of every module that the process has loaded, of both kinds, into a file when it ends. For `--import`. */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const urls = new Set();
registerHooks({
  load: (url, context, nextLoad) => {
    urls.add(url);
    return nextLoad(url, context);
  },
});
process.on('exit', () => {
  writeFileSync(process.env.MODULES_LISTED_IN, [...urls].join('\n'));
});
