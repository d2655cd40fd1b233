/**
 * `npm run tenant:update -- <id> [--suspend | --resume] [--limit-customers <n>] …`: changes the settings of a
 * company that only the operator may change, and prints them. Ends with code 1 if the input is rejected.
 */
import { OperatorTenantInput } from '../account/operator/operator.input.js';
import { updateTenantAsOperator } from '../account/operator/operator.service.js';
import { parseInput } from '../platform/input/validation.js';
import { readArguments } from './command.js';
import { runTenantCommand } from './tenant-command.js';

const USAGE =
  'Usage: npm run tenant:update -- <id> [--suspend | --resume] [--name <company>] [--time-zone Europe/Paris] [--currency EUR] [--country FR] [--limit-customers <n>] [--limit-contacts-per-customer <n>] [--limit-active-opportunities <n>] [--limit-export-rows <n>]';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  suspend: flag,
  resume: flag,
  name: text,
  'time-zone': text,
  currency: text,
  country: text,
  'limit-customers': text,
  'limit-contacts-per-customer': text,
  'limit-active-opportunities': text,
  'limit-export-rows': text,
} as const;

function readChanges(): { readonly id: string; readonly changes: OperatorTenantInput } {
  return readArguments(USAGE, OPTIONS, ({ suspend, resume, ...fields }, [id, ...rest]) => {
    if (id === undefined || rest.length > 0 || (suspend && resume)) return undefined;
    const isSuspended = suspend ?? (resume ? false : undefined);
    return { id, changes: parseInput(OperatorTenantInput, { ...toFields(fields), isSuspended }) };
  });
}

/** `limit-customers: "20"` → `limitCustomers: 20`; a value that is not a number is passed on, and rejected by the rule of its field. */
function toFields(values: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const fields = Object.entries(values).map(([name, value]): [string, unknown] => [
    name.replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase()),
    name.startsWith('limit-') && /^\d{1,10}$/.test(value) ? Number(value) : value,
  ]);
  return Object.fromEntries(fields);
}

await runTenantCommand(readChanges, async (database, { id, changes }) => {
  const tenant = await updateTenantAsOperator(database, id, changes);
  console.log(
    [
      `${tenant.id}: ${tenant.name}, ${tenant.timeZone}, ${tenant.defaultCurrency}, ${tenant.countryCode}, ${tenant.isSuspended ? 'suspended' : 'active'}`,
      `  customers: ${tenant.limitCustomers}`,
      `  contacts per customer: ${tenant.limitContactsPerCustomer}`,
      `  active opportunities: ${tenant.limitActiveOpportunities}`,
      `  rows in one CSV file: ${tenant.limitExportRows}`,
    ].join('\n'),
  );
});
