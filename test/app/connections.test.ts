/** What one connection or one address may bring about: several requests at once, bytes that are none, bodies in crumbs. */
import Fastify, { type FastifyInstance } from 'fastify';
import { answerOddRequests, answerUnreadable } from '../../src/app/unreadable-requests.js';
import { keepBodyBytes } from '../../src/platform/values/body-bytes.js';
import { sendBytes } from '../support/raw-client.js';

const HOST = 'Host: here\r\n';

let toy: FastifyInstance;

beforeAll(async () => {
  toy = makeToy();
  await toy.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(() => toy.close());

/** The edge's handling of connections and bodies, with answers that take their time. */
function makeToy(): FastifyInstance {
  const app = Fastify({ clientErrorHandler: answerUnreadable });
  answerOddRequests(app.server);
  keepBodyBytes(app);
  app.post('/echo', ({ body }) => body);
  return app;
}

test('a body comes in as many chunks as it has bytes', async () => {
  const body = Array.from({ length: 4000 }, (_, index) => `${index},`).join('');
  const chunks = body.replaceAll(/./g, '1\r\n$&\r\n');
  const head = `POST /echo HTTP/1.1\r\n${HOST}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n`;

  const { status, text } = await sendBytes(toy.listeningOrigin, `${head}${chunks}0\r\n\r\n`);

  expect(body.length).toBeGreaterThan(16_384);
  expect(status).toBe(200);
  expect(text).toBe(body);
});
