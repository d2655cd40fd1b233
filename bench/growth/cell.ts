/** One measurement: a closed loop of requests over so many connections. Each latency is kept, since some tenants get few requests. */
import http from 'node:http';
import type { WireRequest } from '../http-request.js';

export interface CellLoad {
  readonly connections: number;
  readonly seconds: number;
  /** The loop ends after these requests; without it they are sent in turn until the time is over. */
  readonly once: boolean;
}

export interface CellResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
}

export async function runCell(
  baseUrl: string,
  requests: readonly WireRequest[],
  { connections, seconds, once }: CellLoad,
): Promise<CellResult> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const start = performance.now();
  const times: number[] = [];
  let errors = 0;
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (performance.now() < start + seconds * 1000 && !(once && next >= requests.length)) {
      const request = requests[next++ % requests.length];
      if (request === undefined) return;
      const sent = performance.now();
      if (!(await isAnswered(agent, baseUrl, request))) errors += 1;
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, takeTurns));
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? NaN;
  const requestsPerSecond = (times.length * 1000) / (performance.now() - start);
  return { requests: times.length, requestsPerSecond, p50Ms: at(0.5), p99Ms: at(0.99), errors };
}

/** GraphQL tells of errors in an answer of status 200. */
const HAS_ERRORS = '{"errors"';

function isAnswered(
  agent: http.Agent,
  baseUrl: string,
  { method, path, headers, body }: WireRequest,
): Promise<boolean> {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve) => {
    const request = http.request(baseUrl + path, { agent, method, headers: { ...headers, ...length } }, (response) => {
      let first = '';
      response.on('data', (chunk: Buffer) => {
        if (first === '') first = chunk.toString('latin1', 0, HAS_ERRORS.length);
      });
      response.on('end', () => {
        resolve((response.statusCode ?? 500) < 300 && first !== HAS_ERRORS);
      });
    });
    request.on('error', () => {
      resolve(false);
    });
    request.end(body);
  });
}
