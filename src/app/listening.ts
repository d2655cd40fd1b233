/** The address of the service: whether it can be had, and how it is given up without a cut answer. */
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, ServerResponse, type OutgoingHttpHeader, type OutgoingHttpHeaders } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { StartupError } from '../platform/errors/startup-error.js';
import { systemErrorCode } from '../platform/errors/thrown.js';
import type { Health } from './health.js';

/** As the variables are called, which the sentences name. */
interface Address {
  readonly HOST: string;
  readonly PORT: number;
}

/** Load balancers need a moment to see that readiness is gone; milliseconds. */
const DRAIN_MS = 500;
const SWEEP_EVERY_MS = 50;
/** A connection that has sent nothing for this long is not about to; milliseconds. */
const SILENT_MS = 1000;
/** What is left for the database after the last answer; milliseconds. */
const CLOSING_MS = 3000;

/** Takes the address for a moment, before anything is made for a service that could not listen. @throws StartupError */
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
 * At one address only: Fastify would serve further ones of `localhost` through servers of its own, which no drain sees.
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

function explainListenFault(error: unknown, { HOST, PORT }: Address): unknown {
  const code = systemErrorCode(error);
  const sentence = listenSentence(code, HOST, PORT);
  return sentence === undefined ? error : new StartupError(sentence, { cause: error });
}

function listenSentence(code: string | undefined, host: string, port: number): string | undefined {
  switch (code) {
    case undefined:
      return undefined;
    case 'EADDRINUSE':
      return `Port ${port} is taken: set PORT to another, or stop what uses it.`;
    case 'EACCES':
    case 'EPERM':
      return `Port ${port} may not be used by this user: set PORT to another.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST ${host} is unknown: set HOST to an address of this machine, such as 127.0.0.1 or 0.0.0.0.`;
    case 'EADDRNOTAVAIL':
      return `HOST ${host} is no address of this machine: set HOST to one that is, such as 127.0.0.1 or 0.0.0.0.`;
    default:
      return `The service cannot listen at ${host}, port ${port} (${code}): set HOST and PORT to others.`;
  }
}

/**
 * Responses that close their connection once the service drains, whoever writes their head and however early their request
 * came. A client then sends its next request to another replica.
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
  /** Milliseconds until the process ends anyway. */
  readonly timeLeft: number;
  /** Told when answers had to be cut. */
  spoil(): void;
}

/**
 * Call it before the application listens.
 * @returns what ends the listening: readiness says 503, later requests are still answered, then no more are taken and the
 * running ones finish; those that are not done when the time is nearly over are cut
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

/** Connections whose answer began before the drain said nothing of an end; those that never asked count as busy for Node. */
function closeIdle(app: FastifyInstance, sockets: ReadonlyMap<Socket, number>): void {
  app.server.closeIdleConnections();
  for (const [socket, openedAt] of sockets) {
    if (socket.bytesRead === 0 && performance.now() - openedAt > SILENT_MS) socket.destroy();
  }
}
