/**
 * `npm run tenant:create -- <id> --name … --admin <email>`: creates a company and its first admin, and prints the
 * generated password once. Ends with code 1 if the input is rejected.
 */
import { NewTenantInput } from '../account/operator/operator.input.js';
import { createTenant } from '../account/operator/operator.service.js';
import { parseInput } from '../platform/input/validation.js';
import { readArguments } from './command.js';
import { runTenantCommand } from './tenant-command.js';

const USAGE =
  'Usage: npm run tenant:create -- <id> --name <company> --admin <email> [--admin-name <name>] [--password <12 characters or more>] [--time-zone Europe/Paris] [--currency EUR] [--country FR]';

const text = { type: 'string' } as const;
const OPTIONS = {
  name: text,
  admin: text,
  'admin-name': text,
  password: text,
  'time-zone': text,
  currency: text,
  country: text,
} as const;

function readTenant(): NewTenantInput {
  return readArguments(USAGE, OPTIONS, (values, [id, ...rest]) => {
    const { 'admin-name': adminName, 'time-zone': timeZone, ...fields } = values;
    const isComplete = id !== undefined && rest.length === 0 && fields.name !== undefined && fields.admin !== undefined;
    return isComplete ? parseInput(NewTenantInput, { id, adminName, timeZone, ...fields }) : undefined;
  });
}

await runTenantCommand(readTenant, async (database, input) => {
  const password = await createTenant(database, input);
  console.log(`The tenant ${input.id} is there. Its first admin signs in as ${input.admin}.`);
  if (password !== null) console.log(`Password, shown this once: ${password}`);
});
