/**
 * `documents`: a service with a heap of 256 MB is sent documents that are all different, half of them by nobody, half by a user who may
 * only read; a part is registered as persisted queries. Promises: each is answered as it should be, others are answered meanwhile, and
 * at the end the process is alive and below 500 MiB.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceProcess } from '../../support/service-process.js';
import { hostileDocument } from './hostile-documents.js';
import { Random } from '../random.js';
import { Requester, type Reply } from '../requester.js';
import { Tally } from '../tally.js';
import { drillFolder, insertCustomers, makeTenant, signIn, superuserPool, type DrillDatabase } from '../world.js';

export interface DocumentsOptions {
  readonly seed: number;
  readonly count: number;
  readonly say: (line: string) => void;
}

const HEAP_MB = 256;
const MAX_RSS_MIB = 500;
const SENDERS = 6;

export async function drillDocuments(database: DrillDatabase, { seed, count, say }: DocumentsOptions): Promise<Tally> {
  const tally = new Tally();
  const folder = drillFolder();
  say(`documents: seed ${seed}, the service's output in ${folder}`);
  const variables = {
    DATABASE_URL: database.appUrl,
    ACCESS_TOKEN_MINUTES: '1440',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
  };
  const service = new ServiceProcess(variables, path.join(folder, 'service.log'));
  const pool = superuserPool(database, 2);
  try {
    await service.start();
    const origin = (): string => service.origin;
    const [user] = await makeTenant(pool, 'reader', 1);
    if (!user) throw new Error('The tenant has no user.');
    await insertCustomers(pool, user.tenantId, 'SELECT gen_random_uuid() AS id, n FROM generate_series(1, 3) n');
    await pool.query("UPDATE users SET role = 'readonly' WHERE tenant_id = $1", [user.tenantId]);
    const reader = new Requester(origin, await signIn(origin, user, tally), tally);
    const nobody = new Requester(origin, undefined, tally);
    let isOver = false;
    const others = readMeanwhile(reader, tally, () => isOver);
    await sendAll({ reader, nobody, random: new Random(seed), count, service, tally, say });
    isOver = true;
    await others;
    checkMemory(service, tally, say);
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;
}

interface Sending {
  readonly reader: Requester;
  readonly nobody: Requester;
  readonly random: Random;
  readonly count: number;
  readonly service: ServiceProcess;
  readonly tally: Tally;
  readonly say: (line: string) => void;
}

async function sendAll(sending: Sending): Promise<void> {
  const { count, service, tally, say } = sending;
  const startedAt = performance.now();
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent < count && !service.hasEnded) {
      sent += 1;
      await sendOne(sending, sent);
      if (sent % 5000 === 0) say(`${sent} documents after ${seconds(startedAt)} s, ${memoryOf(service)}`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  if (service.hasEnded) tally.broken(`The service ended after ${sent} documents.`);
  const perSecond = Math.round((sent * 1000) / (performance.now() - startedAt));
  say(`${sent} documents in ${seconds(startedAt)} s: ${perSecond} a second`);
}

async function sendOne({ reader, nobody, random, tally }: Sending, index: number): Promise<void> {
  const { name, query, status, statusOfNobody } = hostileDocument(random, index);
  const isNobody = index % 2 === 0;
  const [sender, expected] = isNobody ? [nobody, statusOfNobody] : [reader, status];
  const asked = `${name}, ${isNobody ? 'nobody' : 'reader'}`;
  const extensions = index % 5 === 0 ? { extensions: persistedQuery(query) } : {};
  const reply = await sender.fetch(asked, 'POST', '/graphql', { query, ...extensions });
  const isRight = reply.status === expected && (reply.status !== 200 || reply.code === undefined);
  if (!isRight && !isNotNow(reply)) tally.broken(`${asked}: ${reply.status} ${reply.text.slice(0, 200)}`);
}

/** A right answer on a machine that has other work: it is counted. */
function isNotNow({ status, code }: Reply): boolean {
  return status === 503 && code === 'UNAVAILABLE';
}

function persistedQuery(query: string) {
  return { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } };
}

/** What others do meanwhile. */
async function readMeanwhile(reader: Requester, tally: Tally, isOver: () => boolean): Promise<void> {
  const query = '{ customers(first: 3) { totalCount nodes { id name } } }';
  while (!isOver()) {
    const replies = await Promise.all([
      reader.fetch('others, GraphQL', 'POST', '/graphql', { query }),
      reader.fetch('others, REST', 'GET', '/v1/commercial/customers?page_size=3'),
    ]);
    for (const reply of replies)
      if ((reply.status !== 200 || reply.code !== undefined) && !isNotNow(reply))
        tally.broken(`others: ${reply.status} ${reply.text.slice(0, 200)}`);
    await sleep(100);
  }
}

function checkMemory(service: ServiceProcess, tally: Tally, say: (line: string) => void): void {
  if (service.hasEnded) return;
  say(`at the end ${memoryOf(service)}`);
  const rss = mebibytesOf(service, 'VmRSS');
  if (rss >= MAX_RSS_MIB) tally.broken(`The process has ${rss} MiB.`);
}

function memoryOf(service: ServiceProcess): string {
  return `${mebibytesOf(service, 'VmRSS')} MiB, at most ${mebibytesOf(service, 'VmHWM')} MiB`;
}

/** As Linux counts them; 0 for a process that has ended. */
function mebibytesOf(service: ServiceProcess, name: 'VmRSS' | 'VmHWM'): number {
  if (service.hasEnded) return 0;
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
}

function seconds(startedAt: number): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}
