/**
 * `exports`: files of 10 000 rows (about 14 MB, more than the sockets' buffers hold) in two tenants: 200 whose client leaves in the
 * middle, 50 that stop reading, 130 that are read to their end over 2 s. Meanwhile others read lists and write. Promises: each slow file is
 * complete; the others are answered (median and slowest are reported); afterwards no statement of an export runs, and the
 * pool is whole. 503 with Retry-After is a right answer to an export: it is counted, and asked for again.
 */
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceProcess } from '../support/service-process.js';
import { DrillCluster } from './cluster.js';
import { checkPool } from './final-check.js';
import { Requester, type Identity } from './requester.js';
import { Tally } from './tally.js';
import { drillFolder, insertCustomers, makeTenant, signIn, superuserPool } from './world.js';

const POOL = 10;
const ROWS = 9900;
const SLOW_MS = 2000;
/** A client that stopped reading waits this long for the service to cut it, then leaves. */
const STALL_MS = 25_000;
const PHASE_LIMIT_MS = 360_000;
/** More than anybody waits for one file. */
const FILE_LIMIT_MS = 90_000;

interface ExportTarget {
  readonly origin: string;
  readonly identity: Identity;
  readonly tally: Tally;
}

/** What a client does with a file once its head has come. @returns the outcome, for the counts */
type Reading = (response: http.IncomingMessage, target: ExportTarget) => Promise<string>;

/** One export. @returns false when it was told to come again */
async function requestExport(name: string, target: ExportTarget, read: Reading): Promise<boolean> {
  const startedAt = performance.now();
  const response = await open(target);
  const headMs = performance.now() - startedAt;
  if (!response) {
    target.tally.count(name, 'no answer', headMs);
    return false;
  }
  if (response.statusCode !== 200) {
    response.resume();
    const isAllowed = response.statusCode === 503 && response.headers['retry-after'] !== undefined;
    target.tally.count(name, String(response.statusCode), headMs);
    if (!isAllowed) target.tally.broken(`${name}: answered ${response.statusCode ?? 0}`);
    return false;
  }
  target.tally.count(`${name} (head)`, 'ok', headMs);
  target.tally.count(name, await read(response, target));
  return true;
}

function open({ origin, identity }: ExportTarget): Promise<http.IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${identity.token}`, 'x-tenant-id': identity.tenantId };
    const request = http.get(
      `${origin}/v1/commercial/export/customers`,
      { agent: false, headers, timeout: 30_000 },
      resolve,
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => {
      resolve(undefined);
    });
  });
}

/** Leaves after the first bytes. */
const leave: Reading = async (response) => {
  response.on('error', () => undefined);
  await firstChunk(response);
  response.destroy();
  return 'left';
};

/** Stops reading after the first bytes, and sees whether the service cuts it. */
const stall: Reading = async (response) => {
  response.on('error', () => undefined);
  await firstChunk(response);
  response.pause();
  const closed = new Promise<string>((resolve) => {
    response.socket.once('close', () => {
      resolve('cut by the service');
    });
  });
  const outcome = await Promise.race([closed, sleep(STALL_MS, 'left after the wait')]);
  response.destroy();
  return outcome;
};

/** Reads to the end in small pieces. */
const readSlowly: Reading = async (response, { tally }) => {
  let lines = 0;
  let bytes = 0;
  const startedAt = Date.now();
  const timer = setTimeout(() => response.destroy(), FILE_LIMIT_MS);
  try {
    // async iteration yields any, of a stream without an encoding: buffers
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines += 1;
      const due = startedAt + SLOW_MS * Math.min(1, bytes / 14_000_000) - Date.now();
      if (due > 5) await sleep(due);
    }
  } catch {
    tally.broken(`slow export: cut after ${bytes} bytes`);
    return 'cut';
  } finally {
    clearTimeout(timer);
  }
  if (lines === ROWS + 1) return `complete`;
  tally.broken(`slow export: ${lines} lines, not ${ROWS + 1}`);
  return 'incomplete';
};

function firstChunk(response: http.IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    response.once('data', () => {
      resolve();
    });
    response.once('close', resolve);
  });
}

/** So many exports, so many clients at once, each asked for until it is served. */
async function phase(
  name: string,
  targets: readonly ExportTarget[],
  { count, clients }: { readonly count: number; readonly clients: number },
  read: Reading,
): Promise<void> {
  const giveUpAt = Date.now() + PHASE_LIMIT_MS;
  let left = count;
  const client = async (target: ExportTarget): Promise<void> => {
    while (left > 0 && Date.now() < giveUpAt) {
      left -= 1;
      if (await requestExport(name, target, read)) continue;
      left += 1;
      await sleep(500);
    }
  };
  // In turn of both tenants' users.
  const all = Array.from({ length: Math.ceil(clients / targets.length) }, () => targets).flat();
  await Promise.all(all.slice(0, clients).map(client));
  if (left > 0) targets[0]?.tally.broken(`${name}: ${left} of ${count} were never served`);
}

/** What others see meanwhile: every answer is 200. */
async function others(
  requester: Requester,
  tally: Tally,
  phaseName: () => string,
  isOver: () => boolean,
): Promise<void> {
  const paths = [
    '/v1/commercial/customers?page_size=20',
    '/v1/commercial/contacts?page_size=5',
    '/v1/commercial/pipeline/summary',
  ];
  for (let turn = 0; !isOver(); turn += 1) {
    const name = `others, ${phaseName()}`;
    const path = paths[turn % paths.length] ?? '';
    const reply =
      turn % 5 === 4
        ? await requester.fetch(name, 'POST', '/v1/commercial/contacts', {})
        : await requester.fetch(name, 'GET', path);
    const isRight = turn % 5 === 4 ? reply.status === 422 : reply.status === 200;
    if (!isRight) tally.broken(`${name}: ${reply.status} after ${Math.round(reply.ms)} ms ${reply.text.slice(0, 200)}`);
    await sleep(50);
  }
}

export async function drillExports({ say }: { readonly say: (line: string) => void }): Promise<Tally> {
  const tally = new Tally();
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 4);
  const folder = drillFolder();
  say(`exports: the service's output in ${folder}`);
  const variables = { DATABASE_URL: database.appUrl, DATABASE_POOL: String(POOL), COMPRESSION: 'false' };
  const service = new ServiceProcess(variables, path.join(folder, 'service.log'));
  try {
    await service.start();
    const origin = (): string => service.origin;
    const targets: ExportTarget[] = [];
    const requesters: Requester[] = [];
    for (const name of ['north', 'south']) {
      const users = await makeTenant(pool, name, 4);
      const tags = `{${Array.from({ length: 30 }, (_, index) => `label-${index}-${'x'.repeat(32)}`).join()}}`;
      const rows = `SELECT gen_random_uuid() AS id, n FROM generate_series(1, ${ROWS}) n`;
      await insertCustomers(pool, users[0]?.tenantId ?? '', rows, tags);
      for (const user of users) {
        const identity = await signIn(origin, user, tally);
        targets.push({ origin: service.origin, identity, tally });
        requesters.push(new Requester(origin, identity, tally));
      }
    }
    await pool.query('VACUUM ANALYZE customers');
    let current = 'start';
    const working = requesters.slice(0, 4).map((one) =>
      others(
        one,
        tally,
        () => current,
        () => current === 'over',
      ),
    );
    for (const [name, many, read] of [
      ['disconnected export', { count: 200, clients: 8 }, leave],
      ['slow export', { count: 130, clients: 6 }, readSlowly],
      ['stalled export', { count: 50, clients: 50 }, stall],
    ] as const) {
      current = name;
      await phase(name, targets, many, read);
      // What the clients left behind must be gone by now.
      await sleep(2000);
      await checkNoExport(name);
    }
    current = 'over';
    await Promise.all(working);
    await checkPool(pool, [...requesters, ...requesters], POOL, tally);
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;

  async function checkNoExport(name: string): Promise<void> {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity
       WHERE datname = current_database() AND usename = 'crm_app' AND query ILIKE 'COPY%' AND state <> 'idle'`,
    );
    const count = rows[0]?.count ?? 0;
    if (count > 0) tally.broken(`${count} statements of exports still run 2 s after phase "${name}"`);
  }
}
