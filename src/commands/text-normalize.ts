/**
 * `npm run text:normalize -- [tenant] [--dry-run]`: normalizes text that was stored before the present rules. Ends
 * with code 1 if an operator must look at something: text that would become equal to another one, or empty, stays as it is.
 */
import { operatorOrigin } from '../audit/events/origin.js';
import { chooseTenants } from './command-database.js';
import { readArguments } from './command.js';
import { runTenantCommand } from './tenant-command.js';
import { rewriteTenant, type RewriteReport } from './text/text-rewrite.js';

const USAGE = 'Usage: npm run text:normalize -- [tenant] [--dry-run]';

function readRequest(): { readonly tenantId: string | undefined; readonly isDryRun: boolean } {
  return readArguments(USAGE, { 'dry-run': { type: 'boolean' } }, (values, [tenantId, ...rest]) =>
    rest.length > 0 ? undefined : { tenantId, isDryRun: values['dry-run'] === true },
  );
}

/** In ASCII, because the text may hold invisible or control characters. */
function inAscii(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Prints each change, and counts them. */
function reporter(isDryRun: boolean): RewriteReport & { readonly rows: () => number } {
  let rows = 0;
  const fail = (line: string): void => {
    console.log(line);
    process.exitCode = 1;
  };
  return {
    rows: () => rows,
    changed: (recordType, id, properties) => {
      rows += 1;
      if (isDryRun) console.log(`  ${recordType} ${id}: ${properties.join(', ')}`);
    },
    collided: (recordType, same) => {
      const list = same.map(({ id, text }) => `${id} ${inAscii(text)}`).join(' and ');
      fail(`  ${recordType}: unchanged, since they would become equal: ${list}`);
    },
    left: (recordType, id, property) => {
      fail(`  ${recordType} ${id}: ${property} unchanged, since it would be empty or too long`);
    },
    telephones: (count) => {
      console.log(`  telephones of ${count} rows ${isDryRun ? 'would be' : 'are'} found by other digits`);
    },
  };
}

await runTenantCommand(readRequest, async (database, { tenantId: wanted, isDryRun }) => {
  const origin = operatorOrigin();
  for (const tenantId of await chooseTenants(database.pool, wanted)) {
    console.log(`${tenantId}:`);
    const report = reporter(isDryRun);
    await rewriteTenant({ database, tenantId, origin, isDryRun, report });
    console.log(`  ${report.rows()} rows ${isDryRun ? 'would change' : 'changed'}`);
  }
});
