/**
 * `npm run audit:verify -- [tenant] [--head seq:hash]`: verifies the audit log of one tenant, or of all, and ends with code 1 if it
 * finds a problem. Store the printed head elsewhere: passed as `--head` later, it shows whether the end of the log was cut off.
 */
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { connectionsOf } from '../tenancy/request-connections.js';
import { BoundTenantReader } from '../tenancy/tenant-reader.js';
import { verifyChain, type ChainHead, type ChainReport } from '../audit/seals/verify.js';
import { databaseOptions, loadConfig } from '../config.js';
import { RowClient } from '../platform/postgres/row-client.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { runCommand } from './command.js';
import { openCommandPool, withCommandDatabase } from './command-database.js';

const PAGE_TIMEOUT_MS = 60_000;
const USAGE = 'Usage: npm run audit:verify -- [tenant] [--head seq:hash]; a head belongs to one tenant.';

interface Request {
  readonly tenantId: string | undefined;
  readonly head: ChainHead | undefined;
}

function readArguments(): Request {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { head: { type: 'string' } } });
    const [tenantId, ...rest] = positionals;
    const head = values.head === undefined ? undefined : readHead(values.head);
    if (rest.length > 0 || (head && tenantId === undefined)) throw new StartupError(USAGE);
    return { tenantId, head };
  } catch (cause) {
    throw new StartupError(USAGE, { cause });
  }
}

function readHead(text: string): ChainHead {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw new StartupError(USAGE);
  return { seq: Number(seq), hash };
}

async function listTenants(pool: pg.Pool, wanted: string | undefined): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('SELECT app.tenant_ids() AS id');
  const ids = rows.map(({ id }) => id);
  if (wanted === undefined) return ids;
  if (!ids.includes(wanted)) throw new StartupError(`There is no tenant ${wanted}.`);
  return [wanted];
}

async function main(): Promise<void> {
  const { tenantId, head } = readArguments();
  const config = loadConfig(process.env);
  await withCommandDatabase(config, 'DATABASE_URL', async ({ appUrl }) => {
    const pool = openCommandPool(appUrl, { options: '-c TimeZone=UTC', Client: RowClient });
    try {
      for (const id of await listTenants(pool, tenantId)) {
        const reader = new BoundTenantReader(connectionsOf(pool), id, {
          ...databaseOptions(config),
          timeoutMs: PAGE_TIMEOUT_MS,
        });
        printReport(id, await verifyChain(reader, head));
      }
    } finally {
      await pool.end();
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
