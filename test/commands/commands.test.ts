import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { childEnvironment } from '../support/processes/child-environment.js';
import { useCommands } from '../support/processes/commands.js';

interface Ended {
  readonly code: number;
  readonly output: string;
}

const CLOSED = 'postgres://crm_owner:secret@127.0.0.1:1/crm';
const NEW_TENANT: readonly string[] = ['acme', '--name', 'ACME', '--admin', 'ann@acme.example'];

const runCommand = useCommands();

async function run(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { code, out, err } = await runCommand(command, args, variables);
  return { code, output: out + err };
}

/** In a process of its own. */
function runAlone(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  cwd = process.cwd(),
): Promise<Ended> {
  const program = ['--import', import.meta.resolve('tsx'), resolvePath(`src/commands/${command}.ts`), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd, env: { ...childEnvironment(), ...variables } }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), output: out + err });
    });
  });
}

test('every command says in one sentence that its database cannot be reached', async () => {
  // In production as well, without the keys of the service.
  const variables = { NODE_ENV: 'production', DATABASE_URL: CLOSED, DATABASE_MIGRATION_URL: CLOSED };
  const ended = await Promise.all([
    run('audit-verify', [], variables),
    run('tenancy-verify', [], variables),
    runAlone('migration-up', [], variables),
    run('tenant-create', NEW_TENANT, variables),
    run('tenant-update', ['acme', '--suspend'], variables),
  ]);

  const said = (variable: string): Ended => ({
    code: 1,
    output: `The database cannot be used: nothing listens at its address. Start it, or correct ${variable}.\n`,
  });
  const [app, owner] = [said('DATABASE_URL'), said('DATABASE_MIGRATION_URL')];
  expect(ended).toEqual([app, app, owner, owner, owner]);
}, 120_000);

test('commands without arguments take none, and a wrong variable has its sentence', async () => {
  const ended = await Promise.all([
    run('migration-up', ['--force'], {}),
    run('tenancy-verify', ['acme'], {}),
    run('schema-release', ['1.0.0'], {}),
    run('tenant-create', NEW_TENANT, { PORT: 'abc' }),
  ]);

  expect(ended).toEqual([
    { code: 1, output: 'Usage: npm run migration:up, without arguments.\n' },
    { code: 1, output: 'Usage: npm run tenancy:verify, without arguments.\n' },
    { code: 1, output: 'Usage: npm run schema:release, without arguments.\n' },
    { code: 1, output: 'The configuration is wrong: PORT must be a whole number from 0 to 65535.\n' },
  ]);
}, 120_000);

test('migration:create needs no database, and finds nothing that the entities have beside the migrations', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-api-draft-'));
  const migrations = join(folder, 'src/migrations');
  await mkdir(migrations, { recursive: true });
  await writeFile(join(migrations, 'migrations.ts'), await readFile('src/migrations/migrations.ts', 'utf8'));

  const { code, output } = await runAlone(
    'migration-create',
    [],
    { TSX_TSCONFIG_PATH: resolvePath('tsconfig.json') },
    folder,
  );

  const [draft = ''] = (await readdir(migrations)).filter((file) => file !== 'migrations.ts');
  const name = draft.replace('.ts', '');
  expect({ code, output }).toEqual({
    code: 0,
    output: `src/migrations/${draft} is written, and listed in src/migrations/migrations.ts. The entities have nothing new: write the SQL.\n`,
  });
  expect(await readFile(join(migrations, draft), 'utf8')).toContain(`export class ${name} extends Migration`);
  const list = await readFile(join(migrations, 'migrations.ts'), 'utf8');
  expect(list).toContain(`import { ${name} } from './${draft.replace('.ts', '.js')}';`);
  expect(list).toContain(`  { name: '${name}', class: ${name} },\n];`);
  await rm(folder, { recursive: true });
}, 120_000);
