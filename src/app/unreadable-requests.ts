/** Answers to what Node's HTTP parser rejects: no request exists yet, so the problem document is written to the socket itself. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, preferredLanguage, type ErrorCode, type Language } from '../platform/errors/errors.js';
import { systemErrorCode } from '../platform/errors/thrown.js';
import { problemOf } from '../platform/rest/errors.js';
import { SECURITY_HEADERS } from './security-headers.js';

const CODES = new Map<string, ErrorCode>([
  ['HPE_HEADER_OVERFLOW', 'HEADERS_TOO_LARGE'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'REQUEST_TIMEOUT'],
]);
/** A method as HTTP writes them, then its target: what the parser does not know is a method all the same. */
const REQUEST_LINE = /^[A-Za-z][\w!#$%&'*+.^`|~-]{0,63} +\S/;
/** The start of what came is enough to find the request line in; bytes. */
const LOOKED_AT = 8192;

/** For Fastify's `clientErrorHandler`. */
export function answerUnreadable(error: Error, socket: Duplex): void {
  const code = systemErrorCode(error);
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const head = headOf(error);
  const isMethod = code === 'HPE_INVALID_METHOD' && REQUEST_LINE.test(head);
  const known = isMethod ? 'NOT_IMPLEMENTED' : CODES.get(code ?? '');
  writeProblem(socket, known ?? 'MALFORMED_REQUEST', languageOf(head));
}

/** What Node answers without a body, or not at all: a tunnel, and an expectation that nobody knows. */
export function answerOddRequests(server: Server): void {
  server.on('connect', (request, socket) => {
    writeProblem(socket, 'NOT_IMPLEMENTED', preferredLanguage(request.headers['accept-language']));
  });
  // RFC 9110 §10.1.1 lets a server ignore an expectation; the request is answered as if it had none.
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

/** The request that the parser stumbled over, as far as Node hands it over. */
function headOf(error: Error): string {
  const packet = 'rawPacket' in error ? error.rawPacket : undefined;
  return Buffer.isBuffer(packet) ? packet.toString('latin1', 0, LOOKED_AT) : '';
}

function languageOf(head: string): Language {
  return preferredLanguage(/\naccept-language:([^\r\n]{0,200})/i.exec(head)?.[1]);
}
