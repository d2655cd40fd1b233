/** `npm run test:fast` runs what needs no database, and finds that out by itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { listFastSuites } from './fast-suites.mjs';
import { ROOT } from '../contract/architecture/source.js';

const root = mkdtempSync(path.join(os.tmpdir(), 'fast-suites-'));

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const FILES = {
  'test/support/database.ts': '',
  'test/support/service.ts': "import { cloneDatabase } from './database.js';",
  'test/crm/helper.ts': "import {\n  a,\n  b,\n} from '../support/service.js';",
  'test/crm/types.ts': "import type { TestService } from '../support/service.js';",
  'test/crm/direct.test.ts': "import { x } from '../support/service.js';",
  'test/crm/through.test.ts': "import './helper.js';",
  'test/crm/late.test.ts': "const { a } = await import('./helper.js');",
  'test/crm/passed-on.test.ts': "export { a } from './helper.js';",
  'test/crm/process.test.ts': "import { spawn } from 'node:child_process';",
  'test/crm/types.test.ts': "import type { TestUser } from '../support/service.js';\nimport { y } from './types.js';",
  'test/crm/plain.test.ts': "import { z } from '../../src/config.js';",
};

test('takes the test files from which no import leads to a database or a process', () => {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }

  expect(listFastSuites(root)).toEqual(['test/crm/plain.test.ts', 'test/crm/types.test.ts']);
});

test('finds such files here, and leaves out what starts a service', () => {
  const suites = listFastSuites(ROOT);

  expect(suites.length).toBeGreaterThan(25);
  expect(suites).toContain('test/platform/values/time-zone.test.ts');
  expect(suites).not.toContain('test/crm/contact/contact-rights.test.ts');
  expect(suites).not.toContain('test/platform/embedded-postgres/supervision.test.ts');
});
