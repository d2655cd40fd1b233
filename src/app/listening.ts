/** Listening: checking that the address is free, and draining without cutting off an answer. */
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, ServerResponse, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { StartupError } from '../platform/errors/startup-error.js';
import { systemErrorCode } from '../platform/errors/thrown.js';
import type { Health } from './health.js';

/** Named like the variables, which the error sentences mention. */
interface Address {
  readonly HOST: string;
  readonly PORT: number;
  /** What the names of the variables begin with. */
  readonly prefix?: '' | 'OPERATOR_';
}

/** How long requests are still accepted after readiness says 503, for load balancers to notice; milliseconds. */
const DRAIN_MS = 500;
const SWEEP_EVERY_MS = 50;
/** A connection that is silent for this long counts as idle; milliseconds. */
const SILENT_MS = 1000;
/** Time reserved for closing the database after the last answer; milliseconds. */
const CLOSING_MS = 3000;

/** Binds the address for a moment, so that an address in use fails the start before anything is created. @throws StartupError */
export async function requireFreeAddress(address: Address): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen(address.PORT, address.HOST, resolve);
    });
  } catch (error) {
    throw explainListenFault(error, address);
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}

/**
 * Listens at one address only: for further addresses of `localhost` Fastify makes extra servers, which the drain would miss.
 * @throws StartupError
 */
export async function listen(app: FastifyInstance, address: Address): Promise<void> {
  try {
    const { address: host } = await lookup(address.HOST, { order: 'ipv4first' });
    await app.listen({ host, port: address.PORT });
  } catch (error) {
    throw explainListenFault(error, address);
  }
}

function explainListenFault(error: unknown, address: Address): unknown {
  const code = systemErrorCode(error);
  return code === undefined ? error : new StartupError(listenSentence(code, address), { cause: error });
}

function listenSentence(code: string, { HOST: host, PORT: port, prefix = '' }: Address): string {
  const [HOST, PORT] = [`${prefix}HOST`, `${prefix}PORT`];
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken: set ${PORT} to another, or stop what uses it.`;
    case 'EACCES':
    case 'EPERM':
      return `Port ${port} may not be used by this user: set ${PORT} to another.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${HOST} ${host} is unknown: set ${HOST} to an address of this machine, such as 127.0.0.1 or 0.0.0.0.`;
    case 'EADDRNOTAVAIL':
      return `${HOST} ${host} is no address of this machine: set ${HOST} to one that is, such as 127.0.0.1 or 0.0.0.0.`;
    default:
      return `The service cannot listen at ${host}, port ${port} (${code}): set ${HOST} and ${PORT} to others.`;
  }
}

/**
 * Responses that send `Connection: close` once the service drains, even if their request came earlier. The client then sends
 * its next request to another replica.
 */
export function drainingResponse(health: Pick<Health, 'isDraining'>): typeof ServerResponse {
  type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];
  return class<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
      if (health.isDraining) this.setHeader('connection', 'close');
      return typeof reason === 'string' ? super.writeHead(status, reason, headers) : super.writeHead(status, reason);
    }
  };
}

interface DrainLimits {
  /** Milliseconds until the process ends in any case. */
  readonly timeLeft: number;
  /** Called when answers had to be cut off. */
  spoil(): void;
}

/**
 * Prepares the drain. Call it before the application listens.
 * @returns the drain: readiness says 503 while requests are still accepted, then the listener closes and running requests
 * finish. Requests that still run shortly before the time limit are cut off.
 */
export function prepareDrain(app: FastifyInstance, health: Health, limits: DrainLimits): () => Promise<void> {
  const sockets = new Map<Socket, number>();
  app.server.on('connection', (socket: Socket) => {
    sockets.set(socket, performance.now());
    socket.once('close', () => sockets.delete(socket));
  });
  return async () => {
    health.drain();
    if (app.server.listening) await sleep(Math.min(DRAIN_MS, limits.timeLeft / 2));
    const sweep = setInterval(() => {
      closeIdle(app, sockets);
    }, SWEEP_EVERY_MS);
    const cut = setTimeout(
      () => {
        app.log.warn({ connections: sockets.size }, 'requests that did not end in time are cut');
        limits.spoil();
        app.server.closeAllConnections();
      },
      Math.max(limits.timeLeft - CLOSING_MS, limits.timeLeft / 2),
    );
    await app.close().finally(() => {
      clearInterval(sweep);
      clearTimeout(cut);
    });
  };
}

/** Closes idle connections. Node counts those that never sent a request as busy, and answers begun before the drain kept theirs open. */
function closeIdle(app: FastifyInstance, sockets: ReadonlyMap<Socket, number>): void {
  app.server.closeIdleConnections();
  for (const [socket, openedAt] of sockets) {
    if (socket.bytesRead === 0 && performance.now() - openedAt > SILENT_MS) socket.destroy();
  }
}
