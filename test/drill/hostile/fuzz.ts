/**
 * `fuzz`: requests by chance on one transport or both, by callers with and without a token, every method and hostile ids among them.
 * Promises: no 5xx, an answer to each, nothing harmful in a header, and a service that is alive afterwards.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { MAX_WAIT_SECONDS } from '../../../src/crm/change/change-waiters.js';
import { HARMFUL } from '../../contract/surface/hostile-texts.js';
import { PASSWORD_HASH } from '../../support/password.js';
import { AnyClient, type AnyRequest, type RawAnswer } from '../../support/raw-client.js';
import { ServiceProcess } from '../../support/service-process.js';
import { asJson, FuzzValues } from './fuzz-values.js';
import { graphqlRequests, restRequests } from './fuzz-requests.js';
import { Random } from '../random.js';
import type { Transport } from '../requester.js';
import { Tally } from '../tally.js';
import { drillFolder, makeTenant, signIn, superuserPool, type DrillDatabase } from '../world.js';

const AT_ONCE = 6;
const CALLERS = 3;

/** A caller whose session may end: that is among what is asked for. */
export interface FuzzCaller {
  readonly tenantId: string;
  token: string;
  /** @returns a new token, undefined when the caller cannot sign in any more */
  readonly renew: () => Promise<string | undefined>;
}

export interface FuzzTarget {
  readonly origin: string;
  readonly callers: readonly FuzzCaller[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly requests: number;
  readonly transports: readonly Transport[];
}

interface Slowest {
  ms: number;
  what: string;
}

/** Sends so many requests on each transport. @returns what the slowest was */
export async function fuzz(
  target: FuzzTarget,
  { seed, requests, transports }: FuzzOptions,
  tally: Tally,
): Promise<string> {
  const client = new AnyClient(target.origin);
  const slowest: Slowest = { ms: 0, what: '' };
  try {
    const openApi = asJson(JSON.parse((await client.send({ method: 'GET', path: '/v1/openapi.json' })).text));
    const schema = buildGraphqlSchema();
    for (const transport of transports) {
      const values = new FuzzValues(new Random(seed));
      const next = transport === 'rest' ? restRequests(openApi, values) : graphqlRequests(schema, values);
      let left = requests;
      const line = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await one({ client, target, transport, tally, values, slowest }, next());
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, line));
    }
    const live = await client.send({ method: 'GET', path: '/health/ready' });
    if (live.status !== 200) tally.broken(`not ready afterwards: ${live.status} ${live.text}`);
  } finally {
    client.close();
  }
  return `slowest answer: ${Math.round(slowest.ms)} ms, ${slowest.what}`;
}

interface Scene {
  readonly client: AnyClient;
  readonly target: FuzzTarget;
  readonly transport: Transport;
  readonly tally: Tally;
  readonly values: FuzzValues;
  readonly slowest: Slowest;
}

async function one(scene: Scene, request: AnyRequest): Promise<void> {
  const { client, target, transport, tally, values, slowest } = scene;
  const { random } = values;
  const caller = random.chance(0.8) ? random.pick(target.callers) : undefined;
  const headers = { ...request.headers, ...identity(caller, random) };
  const shown = `${request.method} ${request.path} ${String(request.body ?? '')}`.slice(0, 700);
  const startedAt = performance.now();
  try {
    const answer = await client.send({ ...request, headers });
    const ms = Math.max(0, performance.now() - startedAt - askedWaitMs(request));
    tally.count(transport, outcomeOf(answer), ms);
    if (ms > slowest.ms) Object.assign(slowest, { ms, what: `${answer.status} ${shown}` });
    check(answer, shown, tally);
    values.learn(answer.text.slice(0, 20_000));
    if (caller && answer.status === 401) await renew(caller);
  } catch (error) {
    tally.count(transport, 'no answer');
    tally.broken(`no answer: ${String(error)} to ${shown}`);
  }
}

/** How long the change feed may wait for changes, because the request asks for it; milliseconds. */
function askedWaitMs({ path, body }: AnyRequest): number {
  const asked = /changes.*wait(?:=|":|%22%3A)(\d+)/s.exec(`${path} ${String(body ?? '')}`)?.[1];
  return Math.min(Number(asked ?? 0), MAX_WAIT_SECONDS) * 1000;
}

function identity(caller: FuzzCaller | undefined, random: Random): Record<string, string> {
  if (!caller) return random.chance(0.2) ? { authorization: 'Bearer a.b.c', 'x-tenant-id': 'x' } : {};
  const tenantId = random.chance(0.97) ? caller.tenantId : random.pick(['', 'another', 'a b', 'x'.repeat(70)]);
  return { authorization: `Bearer ${caller.token}`, 'x-tenant-id': tenantId };
}

/** Those who signed out by chance come back. */
async function renew(caller: FuzzCaller): Promise<void> {
  const token = await caller.renew();
  if (token !== undefined) caller.token = token;
}

function outcomeOf({ status, text }: RawAnswer): string {
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}

function check({ status, headers, text }: RawAnswer, shown: string, tally: Tally): void {
  if (status >= 500 && status !== 501) tally.broken(`${status} ${text.slice(0, 200)} to ${shown}`);
  if (text.includes('"code":"INTERNAL"')) tally.broken(`INTERNAL ${text.slice(0, 200)} to ${shown}`);
  for (const [name, value] of Object.entries(headers)) {
    if (HARMFUL.test(value)) tally.broken(`header ${name} holds ${JSON.stringify(value)} after ${shown}`);
  }
}

/** The drill: a service of its own on the database. */
export async function drillFuzz(
  database: DrillDatabase,
  options: FuzzOptions & { readonly say: (line: string) => void },
): Promise<Tally> {
  const { seed, requests, transports, say } = options;
  const tally = new Tally();
  const folder = drillFolder();
  say(`fuzz: seed ${seed}, ${requests} requests on ${transports.join(' and ')}, the service's output in ${folder}`);
  // One connection: two who delete the counters at once would wait for each other.
  const pool = superuserPool(database, 1);
  const service = new ServiceProcess({ DATABASE_URL: database.appUrl }, path.join(folder, 'service.log'));
  try {
    await service.start();
    const users = [...(await makeTenant(pool, 'north', CALLERS)), ...(await makeTenant(pool, 'south', 1))];
    const signInAgain = async (user: (typeof users)[number]): Promise<string | undefined> => {
      // Passwords are reset by chance too, and failures to sign in are counted.
      const restored = `UPDATE users SET is_active = true, role = 'admin', password_hash = $2 WHERE id = $1`;
      await pool.query(restored, [user.userId, PASSWORD_HASH]);
      await pool.query('DELETE FROM throttle_buckets');
      await sleep(50);
      return signIn(() => service.origin, user, new Tally()).then(
        ({ token }) => token,
        () => undefined,
      );
    };
    const callers: FuzzCaller[] = [];
    for (const user of users) {
      callers.push({ tenantId: user.tenantId, token: (await signInAgain(user)) ?? '', renew: () => signInAgain(user) });
    }
    say(await fuzz({ origin: service.origin, callers }, options, tally));
    if (service.hasEnded) tally.broken('the service has ended');
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;
}
