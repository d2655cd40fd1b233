/** `npm run roles:print -- [plain|pooler|citus]`: prints the roles, their settings and the database as SQL for a superuser. */
import { databaseStatements, roleStatements } from '../platform/embedded-postgres/database.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { roleSettings, type DatabaseKind } from '../tenancy/connection-settings.js';
import { runCommand } from './command.js';

const USAGE = 'Usage: npm run roles:print -- [plain|pooler|citus]';

function readKind(): DatabaseKind {
  const [kind = 'plain', ...rest] = process.argv.slice(2);
  if (rest.length > 0 || !(kind === 'plain' || kind === 'pooler' || kind === 'citus')) throw new StartupError(USAGE);
  return kind;
}

await runCommand(() => {
  const kind = readKind();
  const parts = [
    `-- Roles. Replace each '…' by a password of your own.`,
    roleStatements(() => "'…'"),
    ...roleSettings(kind),
    // On Citus the database is there before the roles, on every node.
    ...(kind === 'citus' ? ['ALTER DATABASE crm OWNER TO crm_owner;'] : databaseStatements('crm')),
  ];
  console.log(parts.join('\n'));
  return Promise.resolve();
});
