/**
 * `bounded-work`: what anybody can send, without a token, on every open path. Promises: a MiB takes at most six times what 256 KiB of
 * the same take, and none is a fault of ours.
 */
import path from 'node:path';
import { AnyClient } from '../../support/raw-client.js';
import { ServiceProcess } from '../../support/service-process.js';
import { Tally } from '../tally.js';
import { drillFolder, type DrillDatabase } from '../world.js';

const KIB = 1024;
/** For one request: below this nothing is too much, however slow the machine; milliseconds. */
const FLOOR_MS = 400;
const MOST_TIMES = 6;
/** The quickest of so many counts: a machine has other work now and then. */
const TRIES = 3;

const OPEN_PATHS = [
  '/v1/auth/login',
  '/v1/auth/refresh',
  '/graphql',
  '/v1/commercial/customers',
  '/v1/nothing',
  '/nothing',
];
const MARKS = '\u0301\u0316';

/** So many bytes of a part. */
const fill = (part: string, bytes: number): string => part.repeat(Math.floor(bytes / Buffer.byteLength(part)));
const names = (bytes: number): string =>
  Array.from({ length: Math.floor(bytes / 10) }, (_, at) => `"${at.toString(36).padStart(5, 'k')}":0`).join(',');
const inVariable = (argument: string, text: string): string =>
  JSON.stringify({
    query: `mutation ($e: ${argument === 'tenantId' ? 'ID' : 'String'}!) { login(email: ${argument === 'email' ? '$e' : '"a@b.c"'},
      password: ${argument === 'password' ? '$e' : '"x"'}, tenantId: ${argument === 'tenantId' ? '$e' : '"x"'}) { accessToken } }`,
    variables: { e: text },
  });

/** Bodies of about so many bytes. */
export const BODIES: Readonly<Record<string, (bytes: number) => string>> = {
  'combining marks in an e-mail': (n) => JSON.stringify({ email: `a${fill(MARKS, n)}`, password: 'x', tenant_id: 'x' }),
  'combining marks in a password': (n) =>
    JSON.stringify({ email: 'a@b.c', password: `a${fill(MARKS, n)}`, tenant_id: 'x' }),
  'combining marks in a token': (n) => JSON.stringify({ refresh_token: `a${fill(MARKS, n)}` }),
  'combining marks in a name': (n) => JSON.stringify({ [`a${fill(MARKS, n)}`]: 1 }),
  'combining marks in a variable': (n) => inVariable('email', `a${fill(MARKS, n)}`),
  'combining marks in the tenant id of a variable': (n) => inVariable('tenantId', `a${fill(MARKS, n)}`),
  names: (n) => `{${names(n)}}`,
  'names in variables': (n) => `{"query":"{__typename}","variables":{${names(n)}}}`,
  'names in extensions': (n) => `{"query":"{__typename}","extensions":{${names(n)}}}`,
  'lists in lists': (n) => fill('[', n / 2) + fill(']', n / 2),
  'objects in objects': (n) => fill('{"a":', n),
  'empty lists': (n) => `[${fill('[],', n)}0]`,
  numbers: (n) => `[${fill('0,', n)}0]`,
  'a long number': (n) => `{"a":${fill('9', n)}}`,
  escapes: (n) => `{"email":"${fill('\\u0041', n)}"}`,
  blanks: (n) => `${fill(' ', n)}{}`,
  'a long document': (n) => JSON.stringify({ query: `{__typename}${fill(' ', n)}` }),
  'a long name of an operation': (n) => JSON.stringify({ query: '{__typename}', operationName: fill('a', n) }),
  'a long hash': (n) => JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: fill('a', n) } } }),
};

const LARGE = 1000 * KIB;

export interface OpenRequest {
  readonly path: string;
  readonly name: string;
  readonly small: string;
  readonly large: string;
}

export function* openRequests(): Generator<OpenRequest> {
  for (const path of OPEN_PATHS)
    for (const [name, make] of Object.entries(BODIES)) yield { path, name, small: make(LARGE / 4), large: make(LARGE) };
}

/** One body to one path. @returns the status, and the milliseconds until the answer was there */
export async function post(client: AnyClient, path: string, body: string): Promise<{ status: number; ms: number }> {
  const startedAt = performance.now();
  const { status } = await client.send({ method: 'POST', path, body, headers: { 'content-type': 'application/json' } });
  return { status, ms: performance.now() - startedAt };
}

export async function drillBoundedWork(database: DrillDatabase, say: (line: string) => void): Promise<Tally> {
  const tally = new Tally();
  const folder = drillFolder();
  say(`bounded-work: the service's output in ${folder}`);
  const service = new ServiceProcess({ DATABASE_URL: database.appUrl }, path.join(folder, 'service.log'));
  await service.start();
  const client = new AnyClient(service.origin);
  try {
    for (const request of openRequests()) await compare(client, request, tally);
  } finally {
    client.close();
    await service.end('SIGTERM');
  }
  return tally;
}

async function compare(client: AnyClient, { path, name, small, large }: OpenRequest, tally: Tally): Promise<void> {
  const quickest = async (body: string): Promise<number> => {
    const times: number[] = [];
    for (let index = 0; index < TRIES; index += 1) {
      const { status, ms } = await post(client, path, body);
      tally.count(path, String(status), ms);
      if (status >= 500) tally.broken(`${name} to ${path}: ${status}`);
      times.push(ms);
    }
    return Math.min(...times);
  };
  const [smallMs, largeMs] = [await quickest(small), await quickest(large)];
  if (largeMs > Math.max(MOST_TIMES * smallMs, FLOOR_MS))
    tally.broken(`${name} to ${path}: ${Math.round(smallMs)} ms, and ${Math.round(largeMs)} ms for four times as much`);
}
