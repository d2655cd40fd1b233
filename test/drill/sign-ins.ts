/**
 * `sign-ins`: so many people sign in at once with right passwords, from offices of 30, over REST and then over GraphQL, the first
 * time from there and once more, while others read. Promises: nobody is answered 429; one office is let in whole, of more people some
 * may be told to come again in a few seconds; the others' median stays below 100 ms.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD } from '../support/password.js';
import { ServiceProcess } from '../support/service-process.js';
import { DrillCluster } from './cluster.js';
import { Requester, TRANSPORTS, type Reply, type Request, type Transport } from './requester.js';
import { Tally } from './tally.js';
import { drillFolder, insertCustomers, makeTenant, signIn, superuserPool, type DrillUser } from './world.js';

const OFFICE = 30;
const READERS = 4;
const MEDIAN_LIMIT_MS = 100;
/** One office is let in whole; of more, some may be asked to come again. */
const ALL_LET_IN = OFFICE;
const QUIET_MS = 3000;

const DOCUMENT = `mutation ($email: String!, $password: String!, $tenantId: ID!) {
  login(email: $email, password: $password, tenantId: $tenantId) { accessToken } }`;

function requestOf({ email, tenantId }: DrillUser): Request {
  return {
    rest: { method: 'POST', path: '/v1/auth/login', body: { email, password: PASSWORD, tenant_id: tenantId } },
    graphql: { document: DOCUMENT, variables: { email, password: PASSWORD, tenantId } },
  };
}

/** What the others see: the milliseconds of each answer. */
class Readers {
  private times: number[] = [];
  private isOver = false;
  private readonly reading: Promise<unknown>;

  constructor(
    requesters: readonly Requester[],
    private readonly tally: Tally,
  ) {
    this.reading = Promise.all(requesters.map((one) => this.read(one)));
  }

  /** @returns median and slowest since the last call */
  take(): { readonly count: number; readonly median: number; readonly slowest: number } {
    const times = this.times.sort((a, b) => a - b);
    this.times = [];
    return { count: times.length, median: times[Math.floor(times.length / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.reading;
  }

  private async read(requester: Requester): Promise<void> {
    while (!this.isOver) {
      const { status, ms } = await requester.fetch('others', 'GET', '/v1/commercial/customers?page_size=20');
      this.times.push(ms);
      if (status !== 200) this.tally.broken(`others: ${status}`);
      await sleep(20);
    }
  }
}

interface Crowd {
  readonly people: readonly DrillUser[];
  readonly stranger: Requester;
  readonly tally: Tally;
  readonly say: (line: string) => void;
}

async function comeAtOnce(transport: Transport, visit: string, network: number, crowd: Crowd): Promise<void> {
  const { people, stranger, tally, say } = crowd;
  const startedAt = performance.now();
  const replies = await Promise.all(
    people.map((user, index) => {
      const office = `10.${network}.0.${Math.floor(index / OFFICE) + 1}`;
      return stranger.send(`sign-in, ${transport}`, transport, requestOf(user), undefined, {
        'x-forwarded-for': office,
      });
    }),
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const outcomes = new Map<string, number>();
  for (const reply of replies) {
    const outcome = reply.code ?? 'let in';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    check(reply, people.length, tally);
  }
  const counts = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  say(`${people.length} people over ${transport}, ${visit}: ${counts}; all answered after ${seconds} s`);
}

function check({ code, status }: Reply, people: number, tally: Tally): void {
  if (code === undefined || (code === 'UNAVAILABLE' && people > ALL_LET_IN)) return;
  tally.broken(`a sign-in with the right password was answered ${status} ${code}`);
}

export async function drillSignIns(options: {
  readonly people: number;
  readonly say: (line: string) => void;
}): Promise<Tally> {
  const { say } = options;
  const tally = new Tally();
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 4);
  const variables = { DATABASE_URL: database.appUrl, TRUSTED_PROXIES: '127.0.0.1' };
  const service = new ServiceProcess(variables, path.join(drillFolder(), 'service.log'));
  try {
    await service.start();
    const origin = (): string => service.origin;
    const readers = await makeTenant(pool, 'readers', READERS);
    await insertCustomers(
      pool,
      readers[0]?.tenantId ?? '',
      'SELECT gen_random_uuid() AS id, n FROM generate_series(1, 200) n',
    );
    const requesters: Requester[] = [];
    for (const reader of readers) requesters.push(new Requester(origin, await signIn(origin, reader, tally), tally));
    const others = new Readers(requesters, tally);
    const stranger = new Requester(origin, undefined, tally);
    await sleep(QUIET_MS);
    report('alone', others.take());
    for (const [index, transport] of TRANSPORTS.entries()) {
      const people = await makeTenant(pool, transport, options.people);
      for (const visit of ['first from there', 'known there']) {
        others.take();
        await comeAtOnce(transport, visit, index + 1, { people, stranger, tally, say });
        const seen = others.take();
        report('meanwhile', seen);
        if (seen.median > MEDIAN_LIMIT_MS) tally.broken(`others: median of ${Math.round(seen.median)} ms`);
        await sleep(1000);
      }
    }
    await others.stop();
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;

  function report(when: string, { count, median, slowest }: ReturnType<Readers['take']>): void {
    say(`  others ${when}: ${count} answers, median ${median.toFixed(1)} ms, slowest ${Math.round(slowest)} ms`);
  }
}
