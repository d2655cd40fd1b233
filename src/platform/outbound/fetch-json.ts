/**
 * Fetches a small JSON document from an address that somebody else named. The name is looked up once, every address that it stands for is
 * checked, and the connection goes to what was checked: a second answer of the DNS server changes nothing.
 */
import { Resolver } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { addressInUrl } from './addresses.js';
import { allowedUrl, mayAsk, type OutboundRules } from './allowed-url.js';

/** Why there is no document: for the log. Never holds what was received. */
export class FetchError extends Error {}

/** @returns every address of a name */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface FetchOptions extends OutboundRules {
  /** In place of the DNS; for tests. */
  readonly resolve?: Resolve;
}

/** From the beginning of the look-up to the last byte. */
const TIMEOUT_MS = 3000;
const MAX_BYTES = 65_536;

/** @returns the parsed document @throws FetchError */
export async function fetchJson(text: string, options: FetchOptions): Promise<unknown> {
  const url = allowedUrl(text, options);
  if (!url) throw new FetchError('The address is not one that is asked.');
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const addresses = await settledBy(signal, checkedAddresses(url, options));
    return JSON.parse(await receive(await send(url, addresses, signal), signal)) as unknown;
  } catch (error) {
    if (error instanceof FetchError) throw error;
    if (signal.aborted) throw new FetchError(`No answer within ${TIMEOUT_MS} ms.`);
    // Not as the cause: its message quotes what was received.
    if (error instanceof SyntaxError) throw new FetchError('The answer is no JSON.');
    throw new FetchError('The connection failed.', { cause: error });
  }
}

async function settledBy<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const timeout = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new FetchError(`The name was not found within ${TIMEOUT_MS} ms.`));
    });
  });
  return Promise.race([work, timeout]);
}

/** @throws FetchError unless all of them may be asked: a name that stands for a private address too is not to be trusted */
async function checkedAddresses(url: URL, options: FetchOptions): Promise<readonly string[]> {
  const literal = addressInUrl(url);
  const addresses = literal === undefined ? await (options.resolve ?? resolveName)(url.hostname) : [literal];
  if (addresses.length === 0) throw new FetchError('The name stands for no address.');
  if (!addresses.every((address) => mayAsk(address, options))) throw new FetchError('The address is a private one.');
  return addresses;
}

/** Asks DNS servers itself: `getaddrinfo` would hold one of the few threads that passwords are hashed on. */
async function resolveName(name: string): Promise<readonly string[]> {
  if (name === 'localhost') return ['127.0.0.1', '::1'];
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function send(url: URL, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'crm-api' };
  return new Promise((resolve, reject) => {
    // A connection of its own: none that an earlier answer of the DNS led to is used again. Node follows no redirect.
    request(url, { agent: false, lookup: lookupOf(addresses), headers, signal })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

/** Answers Node's look-up with what was checked. It is not called for an address, which stands in the URL. */
function lookupOf(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, { all }, callback) => {
    const [first = { address: '', family: 4 }] = known;
    if (all) callback(null, known);
    else callback(null, first.address, first.family);
  };
}

async function receive(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const { statusCode = 0, headers } = response;
  try {
    if (statusCode !== 200) throw new FetchError(`The answer has status ${statusCode}.`);
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new FetchError('The answer is compressed.');
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw new FetchError(`The answer has more than ${MAX_BYTES} bytes.`);
      if (signal.aborted) throw new FetchError(`No answer within ${TIMEOUT_MS} ms.`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    response.destroy();
  }
}
