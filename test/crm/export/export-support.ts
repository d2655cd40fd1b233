/** Exports over real sockets, by readers who take what the test says, and files larger than the sockets' buffers. */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Answer, Client } from '../../support/client.js';
import type { OwnService, TestTenant, TestUser } from '../../support/service.js';
import { rewriteStatements } from '../../support/statements.js';

const EXPORT = '/v1/commercial/export/customers';
/** 16 MB, random so that nothing on the way makes them small. A row is more than a stream wants to hold: it pauses what it comes from. */
const ROWS = 16;
const ROW_CHARACTERS = 1_000_000;

/** A tenant whose file of customers is larger than what sockets and streams hold. */
export async function aWideTenant(service: OwnService): Promise<TestTenant> {
  const tenant = await service.aTenant();
  const addresses = Array.from({ length: ROWS }, () => randomBytes(ROW_CHARACTERS / 2).toString('hex'));
  await service.ask(
    `INSERT INTO customers (tenant_id, id, code, name, type, address_line1, country_code, payment_terms, currency, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 'C' || lpad(n::text, 6, '0'), 'Nom', 'VIP', address, 'FR', 'NET_30', 'EUR', now(), now()
     FROM unnest($2::text[]) WITH ORDINALITY row (address, n)`,
    [tenant.id, addresses],
  );
  return tenant;
}

/** The address that the header `Link: rel="next"` gives. */
export function nextOf({ headers }: Pick<Answer, 'headers'>): string | undefined {
  return /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
}

/** The ids in one file, which are its last column. */
export function idsIn({ text }: Pick<Answer, 'text'>): string[] {
  const lines = text.split('\r\n').slice(1, -1);
  return lines.map((line) => line.slice(-36));
}

/** The ids in each of the files that follow each other from an address on. */
export async function idsInFiles(client: Client, address: string): Promise<string[][]> {
  const files: string[][] = [];
  for (let next: string | undefined = address; next !== undefined && files.length < 20;) {
    const answer: Answer = await client.get(next);
    expect(answer.status).toBe(200);
    files.push(idsIn(answer));
    next = nextOf(answer);
  }
  return files;
}

export interface OpenDownload {
  readonly response: http.IncomingMessage;
  /** Takes the rest. @returns the bytes, and whether they came to their end */
  rest(): Promise<{ readonly text: string; readonly isComplete: boolean }>;
  leave(): void;
}

/** Sends the request and reads its head; no byte of the body is taken before `rest`. */
export async function openDownload(
  service: OwnService,
  user: TestUser,
  {
    signal,
    language = 'en',
    coding = 'identity',
  }: { readonly signal?: AbortSignal; readonly language?: string; readonly coding?: string } = {},
): Promise<OpenDownload> {
  const headers = {
    authorization: `Bearer ${user.token}`,
    'x-tenant-id': user.tenantId,
    'accept-language': language,
    'accept-encoding': coding,
  };
  const options = { headers, agent: false, ...(signal && { signal }) };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(service.origin + EXPORT, options, resolve).on('error', reject);
  });
  response.on('error', () => undefined);
  return {
    response,
    rest: async () => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of response) chunks.push(chunk as Buffer);
      } catch {
        // Cut: said by isComplete.
      }
      return { text: Buffer.concat(chunks).toString(), isComplete: response.complete };
    },
    leave: () => response.destroy(),
  };
}

/** Takes a whole file, always a little later than it comes: its end arrives at buffers that are full. */
export async function downloadSlowly(service: OwnService, user: TestUser): Promise<boolean> {
  const { response } = await openDownload(service, user);
  let taken = 0;
  for await (const chunk of response) {
    taken += (chunk as Buffer).length;
    await sleep(2);
  }
  return response.complete && taken > ROWS * ROW_CHARACTERS;
}

/** Whether it becomes true within so many seconds: longer than promised, for a machine that does more than this test. */
export async function becomes(isTrue: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}

/** Server processes of the service's role that do something, or hold a transaction open. */
export async function busyBackends(service: OwnService): Promise<number> {
  const [row] = await service.ask<{ count: number }>(
    `SELECT count(*)::integer AS count FROM pg_stat_activity
     WHERE datname = current_database() AND usename = 'crm_app' AND state <> 'idle'`,
  );
  return row?.count ?? -1;
}

/** Of the tenant's exports, oldest first: `started`, `finished`, `failed`. */
export async function phasesOf(service: OwnService, { id }: Pick<TestTenant, 'id'>): Promise<string[]> {
  const rows = await service.ask<{ phase: string }>(
    `SELECT new_value->>'phase' AS phase FROM audit_events WHERE tenant_id = $1 AND action LIKE 'export.%' ORDER BY id`,
    [id],
  );
  return rows.map(({ phase }) => phase);
}

/** Runs a test while no row of a customer can be read, and nothing but the export's own limits ends the wait for one. */
export async function whileCustomersAreLocked(service: OwnService, run: () => Promise<void>): Promise<void> {
  const restore = rewriteStatements((text) =>
    text.replace(/^SET LOCAL statement_timeout/, 'SET LOCAL lock_timeout = 0; $&'),
  );
  const operator = new pg.Client({ connectionString: service.test.superuserUrl });
  await operator.connect();
  try {
    await operator.query('BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE');
    await run();
  } finally {
    restore();
    await operator.end();
  }
}
