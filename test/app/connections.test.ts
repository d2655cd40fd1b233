/** What one connection or one address may bring about: several requests at once, bytes that are none, bodies in crumbs. */
import dns from 'node:dns';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '../support/jest.js';
import Fastify, { type FastifyInstance } from 'fastify';
import { SignInQueue } from '../../src/account/sign-in-queue.js';
import { listen } from '../../src/app/listening.js';
import { answerOddRequests, answerUnreadable } from '../../src/app/unreadable-requests.js';
import { AppError } from '../../src/platform/errors/errors.js';
import { keepBodyBytes } from '../../src/platform/values/body-bytes.js';
import { sendBytes } from '../support/raw-client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const HOST = 'Host: here\r\n';
const GARBAGE = 'no request at all\r\n\r\n';

const service = useOwnService();
let tenant: TestTenant;
let toy: FastifyInstance;

beforeAll(async () => {
  tenant = await service.aTenant();
  toy = makeToy();
  await toy.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await toy.close();
});

/** The transport's handling of connections and bodies, with answers that take their time. */
function makeToy(): FastifyInstance {
  const app = Fastify({ clientErrorHandler: answerUnreadable });
  answerOddRequests(app.server);
  keepBodyBytes(app);
  app.post('/echo', ({ body }) => body);
  app.get('/slow', async () => {
    await sleep(150);
    return 'slow';
  });
  app.get('/stream', (_request, reply) => {
    const stream = new PassThrough();
    stream.write('first,');
    setTimeout(() => stream.end('last'), 150);
    return reply.send(stream);
  });
  return app;
}

function post(path: string, body: object, headers = ''): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${headers}Content-Length: ${text.length}\r\n\r\n${text}`;
}

const statusesOf = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => String(status));

async function statusesAfter(origin: string, bytes: string): Promise<string[]> {
  const { status, text } = await sendBytes(origin, bytes);
  return [String(status), ...statusesOf(text)];
}

describe('bytes that are no request, behind requests that are being answered', () => {
  test('change nothing about the answers, and end the connection', async () => {
    const headers = `Authorization: Bearer ${tenant.admin.token}\r\nX-Tenant-ID: ${tenant.id}\r\n`;
    const create = (name: string): string =>
      post(
        '/v1/commercial/customers',
        { code: name.toUpperCase(), name, type: 'PROSPECT', country_code: 'FR' },
        headers,
      );

    const one = await sendBytes(service.origin, create('Un') + GARBAGE);
    const two = await statusesAfter(service.origin, create('Deux') + create('Trois') + GARBAGE);

    expect(one).toMatchObject({ status: 201, headers: { connection: 'close' } });
    expect(statusesOf(one.text)).toEqual([]);
    expect(two).toEqual(['201', '201']);
  });

  test('add nothing to an answer that has begun', async () => {
    const socket = connect(Number(new URL(toy.listeningOrigin).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.write(`GET /stream HTTP/1.1\r\n${HOST}\r\n`);
    await once(socket, 'data');

    socket.write(GARBAGE);
    socket.write(GARBAGE);
    await once(socket, 'close');

    expect(text).toMatch(/\r\n\r\n6\r\nfirst,\r\n4\r\nlast\r\n0\r\n\r\n$/);
  });

  test('a tunnel that is asked for changes nothing about them either', async () => {
    const bytes = `GET /slow HTTP/1.1\r\n${HOST}\r\nCONNECT here:1 HTTP/1.1\r\n${HOST}\r\n`;

    expect(await statusesAfter(toy.listeningOrigin, bytes)).toEqual(['200']);
  });

  test('a body that breaks off in bytes that are none is answered in its turn', async () => {
    const broken = `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`;

    expect(await statusesAfter(toy.listeningOrigin, broken)).toEqual(['400']);
    expect(await statusesAfter(toy.listeningOrigin, `GET /slow HTTP/1.1\r\n${HOST}\r\n${broken}`)).toEqual([
      '200',
      '400',
    ]);
  });
});

test('a body comes in as many chunks as it has bytes', async () => {
  const body = Array.from({ length: 4000 }, (_, index) => `${index},`).join('');
  const chunks = body.replaceAll(/./g, '1\r\n$&\r\n');
  const head = `POST /echo HTTP/1.1\r\n${HOST}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;

  const { status, text } = await sendBytes(toy.listeningOrigin, `${head}${chunks}0\r\n\r\n`);

  expect(body.length).toBeGreaterThan(16_384);
  expect(status).toBe(200);
  expect(text).toBe(body);
});

test('sign-ins that wait on one connection are all told that it is gone, through one listener', async () => {
  const count = 25;
  let waiting = 0;
  const allWait = Promise.withResolvers<unknown>();
  const left: Promise<void>[] = [];
  const run = jest.spyOn(SignInQueue.prototype, 'run').mockImplementation(({ onLeave }) => {
    const gone = new Promise<void>((resolve) => onLeave?.(resolve));
    left.push(gone);
    if ((waiting += 1) === count) allWait.resolve(undefined);
    return gone.then(() => {
      throw new AppError('UNAVAILABLE');
    });
  });
  const connection = once(service.app.server, 'connection');
  const client = connect(Number(new URL(service.origin).port), '127.0.0.1');
  const [served] = (await connection) as [Socket]; // the event's only argument
  const before = served.listenerCount('close');
  const logins = Array.from({ length: count }, (_, index) =>
    post('/v1/auth/login', { email: `p${index}@essai.example`, password: 'x', tenant_id: tenant.id }),
  );

  client.write(logins.join(''));
  await allWait.promise;
  const added = served.listenerCount('close') - before;
  client.destroy();

  await Promise.all(left);
  run.mockRestore();
  expect(added).toBeLessThan(5);
});

test('a name with two addresses is listened to at one, which is the one that is watched', async () => {
  const { lookup } = dns;
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ];
  const twice = (host: string, options: dns.LookupOptions, done: (error: null, found: unknown) => void): void => {
    if (host === 'localhost' && options.all) done(null, both);
    else Reflect.apply(lookup, dns, [host, options, done]);
  };
  Object.assign(dns, { lookup: twice });
  const app = Fastify();
  try {
    await listen(app, { HOST: 'localhost', PORT: 0 });
    expect(app.addresses()).toHaveLength(1);
    expect(app.listeningOrigin).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
  } finally {
    Object.assign(dns, { lookup });
    await app.close();
  }
});
