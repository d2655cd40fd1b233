/** Documents that change only with a release: clients keep them, and ask with `If-None-Match`. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isHeld } from '../platform/values/entity-tags.js';

export interface HeldDocument {
  readonly text: string;
  readonly etag: string;
}

export function heldDocument(text: string): HeldDocument {
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"` };
}

export function sendHeld(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, etag }: HeldDocument,
  type: string,
): FastifyReply {
  reply.header('etag', etag).header('cache-control', 'no-cache');
  if (isHeld(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type(type).send(text);
}
