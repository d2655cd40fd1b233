/**
 * `npm run tenancy:verify`: verifies tenant isolation on the live catalogue, as the role of the service, and ends with code 1 if it
 * finds a problem.
 */
import { inspectIsolation, ISOLATION_EXCEPTIONS, type IsolationReport } from '../tenancy/isolation/isolation.js';
import { loadConfig } from '../config.js';
import { rejectArguments, runCommand } from './command.js';
import { withCommandPool } from './command-database.js';

function describeProof({ role, tables }: IsolationReport): string {
  return [
    `The role ${role} is no superuser, cannot bypass row security, owns nothing and is a member of no role that could.`,
    `It cannot truncate a table, nor change or remove what the audit log holds.`,
    `${tables.length} tables hold data of tenants. Each forces the policy "tenant" for reads and writes, has the tenant in every`,
    'key and unique index, and refers to the others by keys that contain it:',
    ...tables.map((table) => `  ${table}`),
    'Known exceptions:',
    ...Object.values(ISOLATION_EXCEPTIONS).flatMap((group) =>
      Object.entries(group).map(([name, reason]) => `  ${name}: ${reason}`),
    ),
  ].join('\n');
}

await runCommand(async () => {
  rejectArguments('tenancy:verify');
  await withCommandPool(loadConfig(process.env), {}, async (pool) => {
    const report = await inspectIsolation(pool);
    if (report.problems.length === 0) {
      console.log(describeProof(report));
      return;
    }
    console.error(['Tenant isolation is not enforced:', ...report.problems.map((line) => `  ${line}`)].join('\n'));
    process.exitCode = 1;
  });
});
