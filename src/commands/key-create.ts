/**
 * `npm run key:create -- <tenant> --service <name> --role …`: makes an API key of a service account, and the account if there is none of
 * that name, and prints the key once. Ends with code 1 if the input is rejected.
 */
import { ServiceKeyInput } from '../account/operator/operator.input.js';
import { createServiceKey } from '../account/operator/service-key.service.js';
import { parseInput } from '../platform/input/validation.js';
import { readArguments } from './command.js';
import { runTenantCommand } from './tenant-command.js';

const USAGE =
  'Usage: npm run key:create -- <tenant> --service <name> --role admin|manager|user|readonly [--name <what the key is for>] [--permissions customer:read,contact:read] [--days 90]';

const text = { type: 'string' } as const;
const OPTIONS = { service: text, role: text, name: text, permissions: text, days: text } as const;

function readKey(): ServiceKeyInput {
  return readArguments(USAGE, OPTIONS, ({ permissions, days, ...fields }, [id, ...rest]) => {
    if (id === undefined || rest.length > 0 || fields.service === undefined || fields.role === undefined)
      return undefined;
    const list = permissions?.split(',').map((name) => name.trim());
    return parseInput(ServiceKeyInput, { id, permissions: list, days: days && Number(days), ...fields });
  });
}

await runTenantCommand(readKey, async (database, input) => {
  const key = await createServiceKey(database, input);
  console.log(
    `The service account ${input.service} has a new key. Send it as "Authorization: Bearer <key>" with "X-Tenant-ID: ${input.id}".`,
  );
  console.log(`Key, shown this once: ${key}`);
});
