/**
 * `npm run tenant:create -- <id> --name … --admin <email>`: creates a company and its first admin, and prints the
 * generated password once. Ends with code 1 if the input is rejected.
 */
import { parseArgs } from 'node:util';
import { NewTenantInput } from '../account/operator/operator.input.js';
import { createTenant } from '../account/operator/operator.service.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { parseInput } from '../platform/input/validation.js';
import { asUsageError, runTenantCommand } from './tenant-command.js';

const USAGE =
  'Usage: npm run tenant:create -- <id> --name <company> --admin <email> [--admin-name <name>] [--password <12 characters or more>] [--time-zone Europe/Paris] [--currency EUR] [--country FR]';

function readArguments(): NewTenantInput {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        name: text,
        admin: text,
        'admin-name': text,
        password: text,
        'time-zone': text,
        currency: text,
        country: text,
      },
    });
    if (positionals.length !== 1 || values.name === undefined || values.admin === undefined)
      throw new StartupError(USAGE);
    const { 'admin-name': adminName, 'time-zone': timeZone, ...fields } = values;
    return parseInput(NewTenantInput, { id: positionals[0], adminName, timeZone, ...fields });
  } catch (cause) {
    throw asUsageError(cause, USAGE);
  }
}

await runTenantCommand(readArguments, async (database, input) => {
  const password = await createTenant(database, input);
  console.log(`The tenant ${input.id} is there. Its first admin signs in as ${input.admin}.`);
  if (password !== null) console.log(`Password, shown this once: ${password}`);
});
