/** Answers to bytes that Node's HTTP parser rejects. There is no request object, so the problem is written to the socket. */
import { randomUUID } from 'node:crypto';
import { ServerResponse, STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, preferredLanguage, type ErrorCode, type Language } from '../platform/errors/errors.js';
import { systemErrorCode } from '../platform/errors/thrown.js';
import { problemOf } from '../platform/rest/errors.js';
import { SECURITY_HEADERS } from './security-headers.js';

const CODES = new Map<string, ErrorCode>([
  ['HPE_HEADER_OVERFLOW', 'HEADERS_TOO_LARGE'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'REQUEST_TIMEOUT'],
]);
/** An HTTP method and its target, also for methods that the parser does not know. */
const REQUEST_LINE = /^[A-Za-z][\w!#$%&'*+.^`|~-]{0,63} +\S/;
/** How much of the received data is searched for the request line; bytes. */
const LOOKED_AT = 8192;

/** For Fastify's `clientErrorHandler`. */
export function answerUnreadable(error: Error, socket: Duplex): void {
  const code = systemErrorCode(error);
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  // Node also calls this for data after the unreadable bytes.
  if (ending.has(socket)) return;
  ending.add(socket);
  const head = headOf(error);
  const isMethod = code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(head);
  const known = isMethod ? 'NOT_IMPLEMENTED' : CODES.get(code ?? '');
  endWith(known ?? 'MALFORMED_REQUEST', socket, languageOf(head));
}

/** Connections whose data cannot be read any more. */
const ending = new WeakSet<Duplex>();
/** By connection: the last response that waits for its turn (pipelining). */
const queued = new WeakMap<Duplex, ServerResponse>();

/** The response that is being written on the connection, in the property in which Node itself keeps it. */
function runningOn(socket: Duplex): ServerResponse | undefined {
  const response = '_httpMessage' in socket ? socket._httpMessage : undefined;
  return response instanceof ServerResponse ? response : undefined;
}

/** Answers to complete requests are still sent, since their records may exist. A request whose body broke off gets the problem. */
function endWith(code: ErrorCode, socket: Duplex, language: Language, isFirst = true): void {
  const running = runningOn(socket);
  if (running && (running.req.complete || running.headersSent)) {
    announceEnd(running, socket);
    running.once('finish', () => {
      endWith(code, socket, language, false);
    });
  } else if (running ?? isFirst) {
    writeProblem(socket, code, language);
  } else {
    socket.end(() => socket.destroy());
  }
}

/** Makes Node send `Connection: close` with the last answer. */
function announceEnd(running: ServerResponse, socket: Duplex): void {
  const waiting = queued.get(socket);
  const last = waiting && !waiting.writableFinished ? waiting : running;
  if (last.req.complete && !last.headersSent) last.shouldKeepAlive = false;
}

/** Handles what Node answers without a body or not at all: CONNECT, and unknown expectations. Also notes waiting responses. */
export function answerOddRequests(server: Server): void {
  server.on('request', ({ socket }, response) => {
    if (response.socket === null) queued.set(socket, response);
  });
  server.on('connect', (request, socket) => {
    endWith('NOT_IMPLEMENTED', socket, preferredLanguage(request.headers['accept-language']));
  });
  // RFC 9110 §10.1.1 allows a server to ignore an expectation.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

function writeProblem(socket: Duplex, code: ErrorCode, language: Language): void {
  const requestId = randomUUID();
  const { status, headers, json } = problemOf(new AppError(code), { requestId, language, path: '' });
  const all = {
    ...SECURITY_HEADERS,
    ...headers,
    'cache-control': 'no-store',
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(json)),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', json].join('\r\n'), () =>
    socket.destroy(),
  );
}

/** The request line that the parser failed on, if Node provides it. */
function headOf(error: Error): string {
  const packet = 'rawPacket' in error ? error.rawPacket : undefined;
  return Buffer.isBuffer(packet) ? packet.toString('latin1', 0, LOOKED_AT) : '';
}

function languageOf(head: string): Language {
  return preferredLanguage(/\naccept-language:([^\r\n]{0,200})/i.exec(head)?.[1]);
}
