/** What the two commands about tenants share: a connection as the owner of the schema, and errors as plain sentences. */
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../mikro-orm.config.js';
import { endPools, openDatabase, type Database } from '../tenancy/database.js';
import { databaseOptions, loadConfig } from '../config.js';
import { AppError } from '../platform/errors/errors.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { runCommand } from './command.js';
import { withCommandDatabase } from './command-database.js';

const TIMEOUT_MS = 10_000;

/**
 * Runs the work on the operator's or the embedded database. Every error is one sentence, and exit code 1.
 * @param read reads the arguments, before the database is opened
 */
export async function runTenantCommand<T>(
  read: () => T,
  work: (database: Database, input: T) => Promise<void>,
): Promise<void> {
  await runCommand(async () => {
    try {
      const input = read();
      await withOwnerDatabase((database) => work(database, input));
    } catch (error) {
      throw error instanceof AppError ? new StartupError(sentenceOf(error), { cause: error }) : error;
    }
  });
}

async function withOwnerDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env);
  await withCommandDatabase(config, 'DATABASE_MIGRATION_URL', async ({ ownerUrl: url }) => {
    if (url === undefined) {
      throw new StartupError(
        'Set DATABASE_MIGRATION_URL: tenants belong to the role that owns the schema (crm_owner).',
      );
    }
    const orm = new MikroORM(ormOptions({ url, poolSize: 2, startupSettings: false }));
    let database: Database | undefined;
    try {
      database = await openDatabase(orm, { ...databaseOptions(config), timeoutMs: TIMEOUT_MS });
      await work(database);
    } finally {
      await orm.close();
      if (database) await endPools(database);
    }
  });
}

/** `--limit-customers: Within 0 and …`; the tenant's id has no flag. */
function sentenceOf({ fields, sentence }: AppError): string {
  if (!fields?.length) return sentence.en;
  return fields.map(({ path, message }) => `${flagOf(String(path[0]))}: ${message.en}`).join(' ');
}

function flagOf(field: string): string {
  if (field === 'id') return 'The id of the tenant';
  return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
