/** Where a command finds the database: on the operator's own server, or in the embedded one, whether the service is running or not. */
import { existsSync } from 'node:fs';
import { EMBEDDED_DATABASE, embeddedDataDir, type Config } from '../config.js';
import { type DatabaseServer, roleUrls } from '../platform/embedded-postgres/database.js';
import { openDataFolder, readPostmaster } from '../platform/embedded-postgres/data-folder.js';
import { rolePassword } from '../platform/embedded-postgres/memory.js';
import { answers, superuserUrl } from '../platform/embedded-postgres/server.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { StartupError } from '../platform/errors/startup-error.js';

export interface CommandDatabase {
  /** Signs in as the role of the service. */
  readonly appUrl: string;
  /** Signs in as the role that owns the schema; undefined when the operator's configuration does not name it. */
  readonly ownerUrl: string | undefined;
  /** Stops the embedded PostgreSQL, if it was started for the command. */
  close(): Promise<void>;
}

/** @throws StartupError when there is no database yet */
export async function openCommandDatabase(config: Config): Promise<CommandDatabase> {
  const { DATABASE_URL: appUrl, DATABASE_MIGRATION_URL: ownerUrl } = config;
  if (appUrl !== undefined) return { appUrl, ownerUrl, close: () => Promise.resolve() };
  const dataDir = embeddedDataDir(config);
  if (!existsSync(dataDir)) {
    throw new StartupError(
      `There is no database in ${config.DATA_DIR} yet: run "npm start" once, or set DATABASE_URL to your own.`,
    );
  }
  const running = await findRunning(dataDir);
  if (running) return { ...roleUrls(running, EMBEDDED_DATABASE), close: () => Promise.resolve() };
  const server = await startEmbeddedPostgres({ dataDir });
  return { ...roleUrls(server, EMBEDDED_DATABASE), close: () => server.stop() };
}

/** The embedded PostgreSQL while the service has it running; it takes clients of any process that can read the passwords. */
async function findRunning(dataDir: string): Promise<DatabaseServer | undefined> {
  const folder = openDataFolder(dataDir);
  const found = existsSync(folder.cluster) ? readPostmaster(folder.cluster) : undefined;
  if (found === undefined || !(await answers(folder, found.port))) return undefined;
  return {
    superuserUrl: (database) => superuserUrl(folder, found.port, database),
    rolePassword: (role) => rolePassword(folder, role),
  };
}

/** The top of every command: what an operator can mend is told in one sentence, without a stack. The exit code is then 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof StartupError ? error.message : error);
    process.exitCode = 1;
  }
}
