/**
 * `npm run audit:verify -- [tenant] [--head seq:hash]`: verifies the audit log of one tenant, or of all, and ends with code 1 if it
 * finds a problem. Store the printed head elsewhere: passed as `--head` later, it shows whether the end of the log was cut off.
 */
import { connectionsOf } from '../tenancy/request-connections.js';
import { BoundTenantReader } from '../tenancy/tenant-reader.js';
import { verifyChain, type ChainHead, type ChainReport } from '../audit/seals/verify.js';
import { databaseOptions, loadConfig } from '../config.js';
import { RowClient } from '../platform/postgres/row-client.js';
import { readArguments, runCommand } from './command.js';
import { chooseTenants, withCommandPool } from './command-database.js';

const PAGE_TIMEOUT_MS = 60_000;
const USAGE = 'Usage: npm run audit:verify -- [tenant] [--head seq:hash]; a head belongs to one tenant.';

function readHead(text: string): ChainHead | undefined {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash };
}

async function main(): Promise<void> {
  const { tenantId, head } = readArguments(USAGE, { head: { type: 'string' } }, (values, [tenantId, ...rest]) => {
    const head = values.head === undefined ? undefined : readHead(values.head);
    const isHeadWrong = values.head !== undefined && (head === undefined || tenantId === undefined);
    return rest.length > 0 || isHeadWrong ? undefined : { tenantId, head };
  });
  const config = loadConfig(process.env);
  await withCommandPool(config, { options: '-c TimeZone=UTC', Client: RowClient }, async (pool) => {
    for (const id of await chooseTenants(pool, tenantId)) {
      const reader = new BoundTenantReader(connectionsOf(pool), id, {
        ...databaseOptions(config),
        timeoutMs: PAGE_TIMEOUT_MS,
      });
      printReport(id, await verifyChain(reader, head));
    }
  });
}

function printReport(tenantId: string, { seals, events, head, problems }: ChainReport): void {
  console.log(
    `${tenantId}: ${seals} seals, ${events} events, ${head ? `head ${head.seq}:${head.hash}` : 'no head yet'}`,
  );
  for (const { sentence } of problems) console.log(`  ${sentence.en}`);
  if (problems.length > 0) process.exitCode = 1;
}

await runCommand(main);
