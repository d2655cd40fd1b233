/** What `npm run build` makes does what the source does. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { walkGuide } from '../docs/guide-walk.js';
import { childEnvironment } from '../support/processes/child-environment.js';
import { ServiceProcess } from '../support/service-process.js';
import { useOwnService } from '../support/use-service.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The compiler reads the whole project and all types of its libraries. */
const BUILD_TIMEOUT_MS = 180_000;

const service = useOwnService();
const folder = mkdtempSync(join(tmpdir(), 'built-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(program: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const variables = { DATABASE_URL: service.test.appUrl, DATABASE_MIGRATION_URL: service.test.ownerUrl };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program.split(' '), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...childEnvironment(), ...variables },
  });
  return { status, output: stdout + stderr };
}

beforeAll(() => {
  const built = run('--import tsx src/commands/build.ts');
  if (built.status !== 0) throw new Error(built.output);
}, BUILD_TIMEOUT_MS);

test('the guide is walked on it', async () => {
  const { appUrl } = service.test;
  const limits = { RATE_LIMIT_USER: '300', RATE_LIMIT_TENANT: '600' };
  const program = new ServiceProcess({ DATABASE_URL: appUrl, ...limits }, join(folder, 'log'), 'dist/src/server.js');
  await program.start();
  try {
    const place = { database: service.database, origin: program.origin };
    for (const page of ['guide.md', 'sync.md']) {
      expect(await walkGuide(page, await service.aTenant(), place)).toEqual([]);
    }
    expect((await fetch(`${program.origin}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(200);
    expect((await fetch(`${program.origin}/guide`, { headers: { accept: 'text/html' } })).status).toBe(200);
  } finally {
    expect(await program.end('SIGTERM')).toBe(0);
  }
}, 120_000);

test.each([
  ['migration-up', 'The schema is up to date.'],
  ['tenancy-verify', 'Known exceptions:'],
  ['roles-print', 'CREATE ROLE crm_app'],
])('the command %s runs from it', (command, printed) => {
  const { status, output } = run(`dist/src/commands/${command}.js`);

  expect(output).toContain(printed);
  expect(status).toBe(0);
});
