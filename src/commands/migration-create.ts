/**
 * `npm run migration:create`: drafts a migration and adds it to the list. It applies all migrations to a temporary PostgreSQL; the draft
 * holds what the entities have and that database lacks.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../mikro-orm.config.js';
import { EMBEDDED_DATABASE } from '../config.js';
import { prepareDatabase } from '../platform/embedded-postgres/database.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { runMigrations } from '../platform/postgres/migrator.js';
import { rejectArguments, runCommand } from './command.js';

const FOLDER = 'src/migrations';
const LIST = join(FOLDER, 'migrations.ts');

/** Entities know neither indexes nor checks, keys or defaults: the ORM would drop all of them. */
const ADDS = /^(?:create table|alter table "\w+" add "\w+") /;

const RULES = `/**
 * To be written: what changes and why, which tables are read or rewritten, and how long each is locked.
 *
 * - The version before runs on this schema too: a new column is nullable or has a default, nothing in use is dropped or renamed.
 * - A new table: tenantWall(), its rights for crm_app, and its place in the test of entities and columns.
 * - A length or a range that inputs promise: a CHECK, NOT VALID where the table is large.
 * - It is never edited after a release.
 */`;

await runCommand(async () => {
  rejectArguments('migration:create');
  const statements = await withScratchDatabase(missingStatements);
  const name = `Migration${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`;
  await writeFile(join(FOLDER, `${name}.ts`), migrationText(name, statements));
  await writeFile(LIST, listWith(await readFile(LIST, 'utf8'), name));
  const found = statements.length === 0 ? 'The entities have nothing new: write the SQL.' : 'Review its SQL.';
  console.log(`${FOLDER}/${name}.ts is written, and listed in ${LIST}. ${found}`);
});

async function withScratchDatabase<T>(work: (ownerUrl: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'crm-api-migration-'));
  try {
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    try {
      return await work((await prepareDatabase(server, EMBEDDED_DATABASE)).ownerUrl);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function missingStatements(url: string): Promise<string[]> {
  const options = { ...ormOptions({ url, poolSize: 1, startupSettings: false }), driverOptions: {} };
  await runMigrations(options);
  const orm = await MikroORM.init(options);
  try {
    const difference = await orm.schema.getUpdateSchemaSQL({ safe: true, dropTables: false });
    return difference.split('\n').filter((statement) => ADDS.test(statement));
  } finally {
    await orm.close();
  }
}

function migrationText(name: string, statements: readonly string[]): string {
  const sql = statements.map((statement) => `\n    this.addSql(\`${statement}\`);`).join('');
  return `import { Migration } from '@mikro-orm/migrations';

${RULES}
export class ${name} extends Migration {
  override up(): void {${sql || '\n    this.addSql(``);'}
  }
}
`;
}

/** @returns the list of migrations with one more at its end */
function listWith(list: string, name: string): string {
  return list
    .replace('\n\nexport const', `\nimport { ${name} } from './${name}.js';\n\nexport const`)
    .replace(/\];\n$/, `  { name: '${name}', class: ${name} },\n];\n`);
}
