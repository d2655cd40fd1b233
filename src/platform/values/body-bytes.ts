/** Request bodies as bytes, for every content type. They are parsed as JSON after the caller's rights were checked. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { AppError, type Sentence } from '../errors/errors.js';

/** 1 MiB. */
const MAX_BYTES = 1_048_576;
/** A chunk's own memory is some hundred bytes, so small chunks are joined. */
const MERGED_PIECES = 1000;

const TOO_LARGE: Sentence = { fr: 'Le corps dépasse 1 Mio.', en: 'The body is larger than 1 MiB.' };
type Done = (error: Error | null, body?: Buffer) => void;

/** Makes `request.body` a Buffer on all routes of the scope. */
export function keepBodyBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (request, payload, done) => {
    readBytes(request, payload, done);
  });
}

function readBytes({ headers }: FastifyRequest, payload: Readable, done: Done): void {
  if (Number(headers['content-length']) > MAX_BYTES) {
    done(new AppError('PAYLOAD_TOO_LARGE', TOO_LARGE));
    return;
  }
  const body = new PendingBody(done);
  payload
    .on('data', (piece: Buffer) => {
      body.add(piece);
    })
    .on('end', () => {
      body.end();
    })
    .on('error', (cause) => {
      body.fail(new AppError('MALFORMED_REQUEST', undefined, { cause }));
    });
}

/** The chunks received so far. Chunks after the end or after a failure are ignored. */
class PendingBody {
  private readonly merged: Buffer[] = [];
  private pieces: Buffer[] = [];
  private length = 0;
  private isOver = false;

  constructor(private readonly done: Done) {}

  add(piece: Buffer): void {
    if (this.isOver) return;
    this.length += piece.length;
    this.pieces.push(piece);
    if (this.length > MAX_BYTES) this.fail(new AppError('PAYLOAD_TOO_LARGE', TOO_LARGE));
    else if (this.pieces.length >= MERGED_PIECES) this.merged.push(Buffer.concat(this.pieces.splice(0)));
  }

  end(): void {
    // A copy, because chunks are views of the socket's read buffer.
    this.finish(null, Buffer.concat([...this.merged, ...this.pieces], this.length));
  }

  fail(error: Error): void {
    this.finish(error);
  }

  private finish(error: Error | null, body?: Buffer): void {
    if (this.isOver) return;
    this.isOver = true;
    this.pieces = [];
    this.done(error, body);
  }
}
