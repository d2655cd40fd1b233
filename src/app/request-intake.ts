/** What both transports do with a request before and around an operation: identify the caller, audit errors, log faults. */
import { createHash } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../tenancy/database.js';
import { ImpersonationError, TenantMismatchError, type Authenticator } from '../access/identity/authenticator.js';
import { RejectedSubjectError, UnknownCredentialError, type RejectedSubject } from '../access/identity/credential.js';
import { EndedKeyError, type EndedKey } from '../access/identity/key-credential.js';
import { RateLimitedError } from '../access/identity/rate-limit.js';
import { RequestCache, type Actor, type Call, type RequestContext } from '../access/identity/request-context.js';
import type { Throttle } from '../account/throttle.js';
import {
  recordEndedKey,
  recordRejectedSubject,
  recordRejection,
  recordTenantMismatch,
} from '../audit/events/access-events.js';
import { noteRejection } from '../audit/events/rejections.js';
import { ClientLeftError } from '../platform/postgres/client-left.js';
import { AppError, preferredLanguage } from '../platform/errors/errors.js';
import { findUuid } from '../platform/values/ids.js';

/** Every request is answered within this time, with a 503 if necessary. Waiting on purpose comes on top. Milliseconds. */
export const ANSWER_WITHIN_MS = 7000;

/** A proxy forwards whatever the client wrote into X-Forwarded-For. If that is no IP address, the proxy's own is used. */
function addressOf({ ip, socket }: FastifyRequest): string {
  // An address with its zone has about 60 characters.
  return isIP(ip) !== 0 && ip.length < 100 ? ip : (socket.remoteAddress ?? '');
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Of some 150 bytes each. */
const MAX_TOLD = 10_000;

/** Identifies callers and audits rejections for both transports. One per process. */
export class RequestIntake {
  /** Marks of what the audit log was told within the hour, by this process or another: few requests ask for them again. */
  private readonly told = new LRUCache<string, true>({ max: MAX_TOLD, ttl: MINUTE_MS });

  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly throttle: Pick<Throttle, 'announce'>,
    private readonly log: FastifyBaseLogger,
  ) {}

  /** The request as operations without a signed-in caller see it. A read is cancelled when its client disconnects. */
  callOf(request: FastifyRequest, { raw: response }: FastifyReply): Call {
    const database = this.database.until(performance.now() + ANSWER_WITHIN_MS);
    if (request.record) request.record.connections ??= database.connections;
    response.on('close', () => {
      if (!response.writableFinished) database.connections.clientLeft();
    });
    if (request.method === 'GET' || request.method === 'HEAD') database.connections.readOnly();
    return {
      database,
      requestId: request.id,
      ipAddress: addressOf(request),
      language: preferredLanguage(request.headers['accept-language']),
      cache: new RequestCache(),
      onLeave: (listener) => whenClosed(request.raw.socket, listener),
    };
  }

  /** Identifies the caller and sets the rate-limit headers. @throws AppError, after writing its audit event where one is due */
  async identify(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext> {
    try {
      const ctx = await this.authenticator.identify(request.headers, this.callOf(request, reply));
      reply.headers(this.authenticator.rateLimitHeaders(ctx.actor));
      noteCaller(request, ctx);
      return Object.assign(ctx, { identifyAgain: () => this.authenticator.identifyAgain(request.headers, ctx) });
    } catch (error) {
      await this.auditEntry(error, request, reply);
      throw error;
    }
  }

  /**
   * Writes the audit event of a signed-in caller's 403, before the answer.
   * @param sentId id of the record as the caller sent it; the event keeps it only if it is a UUID
   */
  async recordRejection(ctx: RequestContext, error: unknown, sentId: unknown): Promise<void> {
    if (!(error instanceof AppError) || error.code !== 'FORBIDDEN') return;
    await recordRejection(ctx, error, findUuid(sentId));
  }

  /** The same for one field of a GraphQL document. `recordRejections` writes the events of all its fields together. */
  async noteRejection(ctx: RequestContext, error: unknown, sentId: unknown): Promise<void> {
    if (!(error instanceof AppError) || error.code !== 'FORBIDDEN') return;
    await noteRejection(ctx, error, findUuid(sentId));
  }

  /** Logs faults of the service and of the database, with their cause. Errors of the caller are not logged. */
  logFault(error: AppError, requestId: string): void {
    if (error.cause instanceof ClientLeftError) return;
    if (error.code === 'INTERNAL') this.log.error({ requestId, err: error.cause }, 'internal error');
    else if (error.code === 'UNAVAILABLE') this.log.warn({ requestId, err: error.cause }, 'unavailable');
  }

  /** One event per key and hour: a program that goes on with a key that has ended would fill the audit log. */
  private async auditEndedKey(key: EndedKey, call: Call): Promise<void> {
    if (await this.isNews(endedKeyMark(key))) await recordEndedKey(call, key);
  }

  /** One event per subject, reason and hour, for the same reason. */
  private async auditRejectedSubject(subject: RejectedSubject, call: Call): Promise<void> {
    if (await this.isNews(rejectedMark(subject))) await recordRejectedSubject(call, subject);
  }

  /** Whether the audit log is to be told, once an hour. */
  private async isNews(key: Buffer): Promise<boolean> {
    const mark = key.toString('base64');
    if (this.told.has(mark)) return false;
    const isFirst = await this.throttle.announce({ key, endsAtMs: Date.now() + HOUR_MS });
    // Another process may have told it some time ago.
    this.told.set(mark, true, { ttl: isFirst ? HOUR_MS : MINUTE_MS });
    return isFirst;
  }

  private async auditEntry(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (error instanceof TenantMismatchError) {
      const asked = request.headers['x-tenant-id'];
      await recordTenantMismatch(error.context, error.context.actor, String(asked));
    }
    if (error instanceof ImpersonationError) await recordRejection(error.context, error, error.targetId);
    if (error instanceof EndedKeyError) await this.auditEndedKey(error.key, this.callOf(request, reply));
    if (error instanceof RejectedSubjectError)
      await this.auditRejectedSubject(error.subject, this.callOf(request, reply));
    if (error instanceof UnknownCredentialError)
      this.log.info({ requestId: request.id, credential: error.credential }, 'unknown credential');
    if (error instanceof RateLimitedError) {
      reply.headers(this.authenticator.rateLimitHeaders(error.context.actor));
      if (error.isFirst) await recordRejection(error.context, error);
    }
  }
}

/** What one event is written for per hour. */
function endedKeyMark({ tenantId, keyId }: EndedKey): Buffer {
  return createHash('sha256').update(`ended key ${tenantId} ${keyId}`).digest();
}

/** What the subject is, the provider chooses. */
function rejectedMark({ tenantId, providerId, reason, subject }: RejectedSubject): Buffer {
  return createHash('sha256').update(`rejected subject ${tenantId} ${providerId} ${reason} ${subject}`).digest();
}

function noteCaller({ record }: FastifyRequest, { actor }: RequestContext): void {
  if (!record) return;
  record.tenantId = actor.tenantId;
  record.actorId = actor.userId;
  record.credential = credentialOf(actor);
}

function credentialOf({ apiKey, sessionId }: Actor): string {
  if (!apiKey) return sessionId === null ? 'provider' : 'session';
  return apiKey.account ? 'on_behalf' : 'api_key';
}

/** Listeners by socket: Node warns when a socket has a listener for each request. */
const watched = new WeakMap<Socket, Set<() => void>>();

/** Watches the socket, not the response: Node does not close a response that waits behind another on the same connection. */
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
