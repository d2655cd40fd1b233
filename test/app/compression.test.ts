import { createHash } from 'node:crypto';
import http from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();
/** On the same database, with COMPRESSION=false. */
let plain: { readonly origin: string };
let tenant: TestTenant;
let asset: string;

beforeAll(async () => {
  plain = await service.besides({ COMPRESSION: 'false' });
  tenant = await service.aTenant();
  await service.ask(
    `INSERT INTO customers (tenant_id, id, code, name, type, country_code, payment_terms, currency, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 'C' || i, 'Société ' || i, 'VIP', 'FR', 'NET_30', 'EUR', now(), now() FROM generate_series(1, 300) i`,
    [tenant.id],
  );
  const page = await ask(service, '/graphql', { accept: 'text/html' });
  asset = String(/"(\/graphql\/assets\/[0-9a-f]{12}\/)/.exec(page.bytes.toString())?.[1]).concat('graphiql.js');
});

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly bytes: Buffer;
}

/** As sent: nothing is decompressed, and nothing asked for beside the headers. */
function ask({ origin }: { readonly origin: string }, path: string, headers = {}, body?: string): Promise<Answer> {
  const identity = { authorization: `Bearer ${tenant.admin.token}`, 'x-tenant-id': tenant.id };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const sent = http.request(origin + path, { method, headers: { ...identity, ...type, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: received, trailers } = response;
        resolve({ status, headers: received, trailers, bytes: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const FILE = '/v1/commercial/export/customers';
const QUERY = JSON.stringify({
  query: '{ customers(first: 100, orderBy: [{ field: CODE }]) { nodes { id code name } } }',
});

/** What is worth compressing: path and body. */
const LARGE: Readonly<Record<string, () => readonly [string, string?]>> = {
  'a CSV file': () => [FILE],
  'a list of REST': () => ['/v1/commercial/customers?page_size=50'],
  'an answer of GraphQL': () => ['/graphql', QUERY],
  'the OpenAPI document': () => ['/v1/openapi.json'],
  'a file of a page': () => [asset],
};

const DECODERS = { br: brotliDecompressSync, gzip: gunzipSync };

describe.each(Object.keys(LARGE))('%s', (name) => {
  const get = (from: { readonly origin: string }, headers: object): Promise<Answer> => {
    const [path, body] = LARGE[name]?.() ?? [''];
    return ask(from, path, headers, body);
  };

  test.each(Object.keys(DECODERS) as (keyof typeof DECODERS)[])('is compressed by %s for who asks', async (coding) => {
    const whole = await get(service, {});
    const { status, headers, bytes } = await get(service, { 'accept-encoding': coding });

    expect([status, headers['content-encoding']]).toEqual([200, coding]);
    expect(headers.vary).toContain('accept-encoding');
    expect(DECODERS[coding](bytes).equals(whole.bytes)).toBe(true);
    expect(bytes.length).toBeLessThan(whole.bytes.length / 2);
  });

  test.each([[{}], [{ 'accept-encoding': 'identity' }], [{ 'accept-encoding': 'gzip;q=0, br;q=0' }]])(
    'is as it is for %j',
    async (headers) => {
      expect((await get(service, headers)).headers).not.toHaveProperty('content-encoding');
    },
  );

  test('is left to a proxy with COMPRESSION=false', async () => {
    const answer = await get(plain, { 'accept-encoding': 'br, gzip' });

    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined]);
  });
});

test('a small answer is not compressed', async () => {
  const answer = await ask(service, '/v1/auth/me', { 'accept-encoding': 'br, gzip' });

  expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined]);
});

describe('the digest of a file', () => {
  const digestOf = (bytes: Buffer): string => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;

  test('follows the bytes as they are, for who takes trailers', async () => {
    const { headers, trailers, bytes } = await ask(service, FILE, { te: 'gzip, Trailers', 'accept-encoding': 'gzip' });

    expect([headers.trailer, headers['content-encoding']]).toEqual(['repr-digest', undefined]);
    expect(trailers).toEqual({ 'repr-digest': digestOf(bytes) });
  });

  test.each([[{}], [{ te: 'gzip' }], [{ te: 'trailers-of-mine' }]])('is not sent to who asks with %j', async (te) => {
    const { status, headers, trailers, bytes } = await ask(service, FILE, te);

    expect([status, headers.trailer, trailers]).toEqual([200, undefined, {}]);
    expect(bytes.toString().split('\r\n')).toHaveLength(302);
  });

  test('is not sent over HTTP/1.0, whatever is asked', async () => {
    const { port } = new URL(service.origin);
    const request = [
      `GET ${FILE} HTTP/1.0`,
      `Authorization: Bearer ${tenant.admin.token}`,
      `X-Tenant-ID: ${tenant.id}`,
      'TE: trailers',
    ];
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${request.join('\r\n')}\r\n\r\n`));
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const [head = '', file = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');

    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).not.toMatch(/^(?:trailer|transfer-encoding):/im);
    expect(file.split('\r\n')).toHaveLength(302);
    expect(file.endsWith('\r\n')).toBe(true);
  });
});
