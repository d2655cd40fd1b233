/** The example clients as a reader runs them: types generated, checked by the compiler, run against the service. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSealer, type Sealer } from '../../src/audit/seals/sealer.js';
import { childEnvironment } from '../support/processes/child-environment.js';
import { as } from '../support/client.js';
import { PASSWORD, type TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = ['fetch-client', 'apollo-client'];
/** Three pages of twenty, with the one that each example adds. */
const CUSTOMERS = 45;

const service = useOwnService();
let sealer: Sealer;
let tenant: TestTenant;

/** Runs a JavaScript file with this Node.js. @returns what it prints */
async function run(file: string, parameters: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...parameters], {
    cwd: ROOT,
    env: { ...childEnvironment(), ...variables },
    timeout: 90_000,
  }).catch((error: unknown) => {
    const { message, stdout: printed } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${printed ?? ''}`);
  });
  return stdout;
}

async function runExample(name: string): Promise<string[]> {
  const printed = await run('node_modules/tsx/dist/cli.mjs', [`examples/${name}/main.ts`], {
    CRM_URL: service.origin,
    CRM_TENANT: tenant.id,
    CRM_EMAIL: tenant.admin.email,
    CRM_PASSWORD: PASSWORD,
  });
  return printed.trim().split('\n');
}

async function addCustomers(count: number): Promise<void> {
  const one = (_: unknown, index: number): string =>
    `c${index}: createCustomer(input: { name: "Client" }) { customer { id } }`;
  for (let left = count; left > 0; left -= 15) {
    const document = `mutation { ${Array.from({ length: Math.min(left, 15) }, one).join('\n')} }`;
    const answer = await as(service, tenant.admin).graphql(document);
    expect(answer.text).not.toContain('"errors"');
  }
}

beforeAll(async () => {
  await Promise.all(EXAMPLES.map((name) => rm(`${ROOT}examples/${name}/generated`, { recursive: true, force: true })));
  await run('node_modules/@graphql-codegen/cli/esm/bin.js', ['--config', 'examples/codegen.ts']);
}, 120_000);

beforeEach(async () => {
  sealer = startSealer(service.database.background, { error: () => undefined });
  tenant = await service.aTenant();
  await addCustomers(CUSTOMERS);
});

afterEach(() => sealer.stop());

test('the compiler accepts the examples with the types that are generated from the schema', async () => {
  expect(await run('node_modules/typescript/bin/tsc', ['-p', 'examples'])).toBe('');
}, 120_000);

test('the client on fetch follows a deal to its signature, walks a list, meets an error and follows the feed', async () => {
  expect(await runExample('fetch-client')).toEqual([
    `Signed in: ${tenant.admin.email} (ADMIN)`,
    expect.stringMatching(/^Customer: CLI\d{5} Jardins du Lac, PROSPECT$/),
    'Contact: Jeanne Martin',
    'Opportunity: WON, 12500.50 EUR; the buyer is now CUSTOMER',
    'Pipeline: WON 1 × 12500.50 EUR',
    'Walk: 46 customers',
    expect.stringMatching(/^Rejected: DUPLICATE, ".+"$/),
    'Renamed: Jardins du Grand Lac',
    'Change: customer.updated (name)',
  ]);
}, 120_000);

test('Apollo Client answers from its cache, joins pages, takes in a change and tells an error', async () => {
  expect(await runExample('apollo-client')).toEqual([
    'Cache: Atelier Apollon, 0 requests',
    'Pages: 46 customers on 3 pages',
    'Change: the cache says Lyon',
    expect.stringMatching(/^Rejected: VERSION_CONFLICT, ".+"$/),
  ]);
}, 120_000);
