/** A closed loop of requests for a fixed time: wrk when it is installed (it takes the least CPU), else autocannon. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'autocannon';
import { BENCH_FOLDER, RUN_FOLDER } from './folders.js';
import type { WireRequest } from './http-request.js';

export const LOAD_GENERATORS = ['wrk', 'autocannon'] as const;
export type LoadGenerator = (typeof LOAD_GENERATORS)[number];

const TIMEOUT_SECONDS = 20;

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Answers other than 2xx, timeouts and broken connections. */
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** wrk when this machine has it. */
export function chooseLoadGenerator(): LoadGenerator {
  return spawnSync('wrk', ['--version']).error === undefined ? 'wrk' : 'autocannon';
}

/** Sends the requests in turn over all connections, each connection waiting for its answer, until the time is over. */
export function runLoad(
  tool: LoadGenerator,
  baseUrl: string,
  requests: readonly WireRequest[],
  options: LoadOptions,
): Promise<LoadResult> {
  return tool === 'wrk' ? runWrk(baseUrl, requests, options) : runAutocannon(baseUrl, requests, options);
}

async function runWrk(baseUrl: string, requests: readonly WireRequest[], options: LoadOptions): Promise<LoadResult> {
  const requestsFile = path.join(RUN_FOLDER, 'wrk-requests.lua');
  writeFileSync(requestsFile, `return {\n${requests.map(luaRequest).join(',\n')}\n}\n`);
  const limits = ['-t1', `-c${options.connections}`, `-d${options.seconds}s`, '--timeout', `${TIMEOUT_SECONDS}s`];
  const wrk = spawn('wrk', [...limits, '-s', path.join(BENCH_FOLDER, 'wrk-replay.lua'), baseUrl], {
    env: { ...process.env, WRK_REQUESTS: requestsFile },
  });
  let output = '';
  for (const stream of [wrk.stdout, wrk.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(wrk, 'close');
  const json = /^JSON(\{.*\})$/m.exec(output)?.[1];
  if (json === undefined) throw new Error(`wrk: ${output.slice(0, 400)}`);
  return JSON.parse(json) as LoadResult;
}

function luaRequest({ method, path: requestPath, headers, body }: WireRequest): string {
  const headerTable = Object.entries(headers).map(([name, value]) => `[${luaString(name)}]=${luaString(value)}`);
  const bodyPart = body === undefined ? '' : `,body=${luaString(body)}`;
  return `{method=${luaString(method)},path=${luaString(requestPath)},headers={${headerTable.join(',')}}${bodyPart}}`;
}

/** JSON's escapes are Lua's as well, but for \u, which only control characters need: the requests have none. */
function luaString(text: string): string {
  return JSON.stringify(text);
}

async function runAutocannon(
  baseUrl: string,
  requests: readonly WireRequest[],
  { connections, seconds }: LoadOptions,
): Promise<LoadResult> {
  // Loaded here, because it is installed only when the benchmark first runs.
  const { default: autocannon } = await import('autocannon');
  let connected = 0;
  const result = await autocannon({
    url: baseUrl,
    connections,
    duration: seconds,
    timeout: TIMEOUT_SECONDS,
    requests,
    // Left to itself each connection would send all of them, and every one would come as often as there are connections.
    setupClient: (client: Client) => {
      const place = connected++ % connections;
      const own = requests.filter((_request, n) => n % connections === place);
      if (own.length > 0) client.setRequests(own);
    },
  });
  return {
    requests: result.requests.total,
    seconds: result.duration,
    bytes: result.throughput.total,
    errors: result.errors + result.non2xx + result.timeouts,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
