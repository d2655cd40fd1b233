/** What is fetched from an address that somebody else named, and what is not. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { isPublicAddress } from '../../../src/platform/outbound/addresses.js';
import { allowedUrl } from '../../../src/platform/outbound/allowed-url.js';
import { fetchJson, type FetchOptions } from '../../../src/platform/outbound/fetch-json.js';

let server: Server;
let listener: RequestListener;
let hits: (string | undefined)[];
let port: number;

beforeEach(async () => {
  hits = [];
  listener = (_request, response) => {
    response.end('{"a":1}');
  };
  server = createServer((request, response) => {
    hits.push(request.headers.host);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const HERE: FetchOptions = { isProduction: false, allowPrivate: false };
const PRODUCTION: FetchOptions = { isProduction: true, allowPrivate: false };
const get = (options = HERE, path = '/'): Promise<unknown> => fetchJson(`http://127.0.0.1:${port}${path}`, options);

describe('a document', () => {
  it('is parsed', async () => {
    expect(await get()).toEqual({ a: 1 });
    expect(await fetchJson(`http://localhost:${port}/`, HERE)).toEqual({ a: 1 });
  });

  it.each<[string, RequestListener, RegExp]>([
    ['redirected', (_q, r) => r.writeHead(302, { location: '/' }).end(), /status 302/],
    ['an error', (_q, r) => r.writeHead(500).end('{}'), /status 500/],
    ['no JSON', (_q, r) => r.end('<html>'), /no JSON/],
    ['cut off', (_q, r) => r.writeHead(200, { 'content-length': '100' }).write('{', () => r.destroy()), /failed/],
    ['compressed', (_q, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}')), /compressed/],
    ['one byte too long', (_q, r) => r.end(`"${'x'.repeat(65_535)}"`), /more than 65536/],
  ])('that is %s is none', async (_case, answer, reason) => {
    listener = answer;

    await expect(get()).rejects.toThrow(reason);
    expect(hits).toHaveLength(1);
  });

  it('that is no JSON leaves nothing of itself in the error, which is logged', async () => {
    listener = (_request, response) => response.end('hunter2');

    const error: unknown = await get().catch((thrown: unknown) => thrown);

    expect(inspect(error, { depth: 5 })).not.toContain('hunter2');
  });

  it('of exactly 64 KiB is one', async () => {
    listener = (_request, response) => response.end(`"${'x'.repeat(65_534)}"`);

    expect(await get()).toHaveLength(65_534);
  });

  it('of 64 MiB is cut off after the first 64 KiB', async () => {
    let sent = 0;
    let closed = false;
    const chunk = Buffer.alloc(65_536, 'x');
    listener = (_request, response) => {
      response.on('close', () => {
        closed = true;
      });
      const more = (): void => {
        while (!closed && sent < 67_108_864) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    };

    await expect(get()).rejects.toThrow(/more than 65536/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([closed, sent < 16_777_216]).toEqual([true, true]);
  });

  it.each<[string, RequestListener]>([
    ['never answered', () => undefined],
    [
      'sent byte by byte',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 200);
        response.on('close', () => {
          clearInterval(timer);
        });
      },
    ],
  ])('that is %s is given up after three seconds', async (_case, answer) => {
    listener = answer;
    const begun = performance.now();

    await expect(get()).rejects.toThrow(/3000 ms/);
    const took = performance.now() - begun;
    expect([took > 2900, took < 4000]).toEqual([true, true]);
  });

  it('is given up after three seconds where the name is not found', async () => {
    const resolve = (): Promise<never> => new Promise(() => undefined);

    await expect(fetchJson('https://slow.example/', { ...PRODUCTION, resolve })).rejects.toThrow(/3000 ms/);
  });
});

describe('a name', () => {
  it('is looked up once, and the connection goes to what was checked', async () => {
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const asked: string[] = [];
    const resolve = (name: string): Promise<string[]> => {
      asked.push(name);
      return Promise.resolve(answers.shift() ?? []);
    };

    // TLS fails, but only after the connection to the checked address: nobody listens on the other.
    const connected = new Promise<void>((done) =>
      server.once('connection', () => {
        done();
      }),
    );
    await expect(fetchJson(`https://rebinds.example:${port}/`, { ...HERE, resolve })).rejects.toThrow(/failed/);
    await connected;
    expect(asked).toEqual(['rebinds.example']);
  });

  it.each([
    ['a private address', ['10.0.0.1']],
    ['a public and a private one', ['93.184.215.14', '192.168.1.1']],
    ['the address of cloud metadata', ['169.254.169.254']],
    ['this machine', ['127.0.0.1']],
    ['this machine, in IPv6', ['::1']],
    ['this machine, mapped to IPv6', ['::ffff:127.0.0.1']],
    ['a private address, translated', ['64:ff9b::a00:1']],
  ])('that stands for %s is not asked in production', async (_case, addresses) => {
    const resolve = (): Promise<string[]> => Promise.resolve(addresses);
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });

    await expect(fetchJson(`https://inside.example:${port}/`, { ...PRODUCTION, resolve })).rejects.toThrow(/private/);
    expect(connections).toBe(0);
  });

  it('that stands for nothing is not asked', async () => {
    const resolve = (): Promise<string[]> => Promise.resolve([]);

    await expect(fetchJson('https://nothing.example/', { ...HERE, resolve })).rejects.toThrow(/no address/);
  });

  it('that stands for a private address is asked in production where IDP_ALLOW_PRIVATE says so', async () => {
    const resolve = (): Promise<string[]> => Promise.resolve(['127.0.0.1']);
    const connected = new Promise<void>((done) =>
      server.once('connection', () => {
        done();
      }),
    );
    const options = { ...PRODUCTION, allowPrivate: true, resolve };

    await expect(fetchJson(`https://inside.example:${port}/`, options)).rejects.toThrow(/failed/);
    await connected;
  });
});

test.each([
  ['http://127.0.0.1/', true, false],
  ['http://localhost/', true, false],
  ['http://[::1]/', true, false],
  ['http://10.0.0.1/', false, false],
  ['http://idp.example/', false, false],
  ['http://localhost.example/', false, false],
  ['https://idp.example/', true, true],
  ['https://93.184.215.14/', true, true],
  ['https://10.0.0.1/', true, false],
  ['https://0x7f.1/', true, false],
  ['https://2130706433/', true, false],
  ['https://[::ffff:7f00:1]/', true, false],
  ['https://[fe80::1]/', true, false],
  ['https://user@idp.example/', false, false],
  ['https://idp.example/#a', false, false],
  ['ftp://idp.example/', false, false],
  ['file:///etc/passwd', false, false],
  ['idp.example', false, false],
])('%s may be asked: outside production %s, in production %s', (url, here, production) => {
  expect([allowedUrl(url, HERE) !== undefined, allowedUrl(url, PRODUCTION) !== undefined]).toEqual([here, production]);
});

test.each([
  ['8.8.8.8', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.1.1', '172.31.0.1', '192.168.0.1'].map(
    (address) => [address, false] as const,
  ),
  ...['198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00::1', 'ff02::1'].map(
    (address) => [address, false] as const,
  ),
  ...['::ffff:8.8.8.8', '64:ff9b::808:808', '2002:a00:1::1', '2001:db8::1', '', 'idp.example'].map(
    (address) => [address, false] as const,
  ),
] as const)('%s is a public address: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
