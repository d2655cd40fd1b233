/** Configuration of `npm run test:fast`: that of package.json without the PostgreSQL, for the suites that need none. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFastSuites } from './fast-suites.mjs';
import { prepareProcesses } from './processes/process-settings.mjs';

const rootDir = path.resolve(import.meta.dirname, '../..');
const { jest } = JSON.parse(readFileSync(path.join(rootDir, 'package.json'), 'utf8'));
const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = jest;

prepareProcesses();
// Random searches are shorter here; `npm test` searches as long as ever.
process.env.SCHEDULE_RUNS ??= '50';
process.env.FAULT_RUNS ??= '100';

export default { ...rest, rootDir, testMatch: listFastSuites(rootDir).map((file) => `<rootDir>/${file}`) };
