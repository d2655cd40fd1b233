/** What both transports do with a request before and around an operation: identify the caller, audit errors, log faults. */
import { isIP, type Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../tenancy/database.js';
import { TenantMismatchError, type Authenticator } from '../access/identity/authenticator.js';
import { RateLimitedError } from '../access/identity/rate-limit.js';
import type { Call, RequestContext } from '../access/identity/request-context.js';
import { recordRejection, recordTenantMismatch } from '../audit/events/access-events.js';
import { noteRejection } from '../audit/events/rejections.js';
import { ClientLeftError } from '../platform/postgres/client-left.js';
import { AppError, preferredLanguage } from '../platform/errors/errors.js';
import { findUuid } from '../platform/values/ids.js';

/** However many waits a request has, its answer comes in time: 503, if there is no other. Milliseconds. */
export const ANSWER_WITHIN_MS = 7000;

/** A proxy passes on what the client wrote into X-Forwarded-For: what is no address is answered as the proxy's own. */
function addressOf({ ip, socket }: FastifyRequest): string {
  // An address with its zone has about 60 characters.
  return isIP(ip) !== 0 && ip.length < 100 ? ip : (socket.remoteAddress ?? '');
}

/** The door that both transports share. One per process. */
export class RequestIntake {
  private readonly replies = new WeakMap<FastifyRequest, FastifyReply>();

  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** Remembers the reply of a request for those who are handed the request alone. */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    this.replies.set(request, reply);
  }

  replyOf(request: FastifyRequest): FastifyReply {
    const reply = this.replies.get(request);
    if (!reply) throw new Error('The request did not come through the intake.');
    return reply;
  }

  /** The request as operations without a signed-in caller know it. What only reads ends when its client leaves. */
  callOf(request: FastifyRequest): Call {
    const database = this.database.until(performance.now() + ANSWER_WITHIN_MS);
    const response = this.replies.get(request)?.raw;
    response?.on('close', () => {
      if (!response.writableFinished) database.connections.clientLeft();
    });
    if (request.method === 'GET' || request.method === 'HEAD') database.connections.readOnly();
    return {
      database,
      requestId: request.id,
      ipAddress: addressOf(request),
      language: preferredLanguage(request.headers['accept-language']),
      onLeave: (listener) => whenClosed(request.raw.socket, listener),
    };
  }

  /** Sets the rate-limit headers. @throws AppError, after auditing what must be */
  async identify(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext> {
    try {
      const ctx = await this.authenticator.identify(request.headers, this.callOf(request));
      reply.headers(this.authenticator.rateLimitHeaders(ctx.actor));
      return ctx;
    } catch (error) {
      await this.auditEntry(error, request, reply);
      throw error;
    }
  }

  /**
   * A 403 of a signed-in caller is an audit event, written before the answer.
   * @param sentId of the record that it was about, as the caller gave it: the event keeps it only if it is an id
   */
  async recordRejection(ctx: RequestContext, error: unknown, sentId: unknown): Promise<void> {
    if (!(error instanceof AppError) || error.code !== 'FORBIDDEN') return;
    await recordRejection(ctx, error, findUuid(sentId));
  }

  /** The same for one field of a document, whose events `recordRejections` writes together before the answer. */
  async noteRejection(ctx: RequestContext, error: unknown, sentId: unknown): Promise<void> {
    if (!(error instanceof AppError) || error.code !== 'FORBIDDEN') return;
    await noteRejection(ctx, error, findUuid(sentId));
  }

  /** Faults of ours and of the database, with their cause; errors are the caller's business. */
  logFault(error: AppError, requestId: string): void {
    if (error.cause instanceof ClientLeftError) return;
    if (error.code === 'INTERNAL') this.log.error({ requestId, err: error.cause }, 'internal error');
    else if (error.code === 'UNAVAILABLE') this.log.warn({ requestId, err: error.cause }, 'unavailable');
  }

  private async auditEntry(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (error instanceof TenantMismatchError) {
      const asked = request.headers['x-tenant-id'];
      await recordTenantMismatch(error.context, error.context.actor, String(asked));
    }
    if (error instanceof RateLimitedError) {
      reply.headers(this.authenticator.rateLimitHeaders(error.context.actor));
      if (error.isFirst) await recordRejection(error.context, error);
    }
  }
}

/** Who is to be told that a connection is gone: one listener of its own for each would be too many for Node. */
const watched = new WeakMap<Socket, Set<() => void>>();

/** Watches the socket, not the response: of those that wait behind another on the same connection Node says no end. */
function whenClosed(socket: Socket, listener: () => void): () => void {
  if (socket.destroyed) {
    listener();
    return () => undefined;
  }
  const listeners = watched.get(socket) ?? watch(socket);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function watch(socket: Socket): Set<() => void> {
  const listeners = new Set<() => void>();
  watched.set(socket, listeners);
  socket.once('close', () => {
    for (const listener of listeners) listener();
  });
  return listeners;
}
