/** Request bodies as bytes, whatever their content type says: they are read as JSON when the caller's rights are known. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { AppError, type Sentence } from '../errors/errors.js';

/** 1 MiB. */
const MAX_BYTES = 1_048_576;
/** Each piece of a chunked body costs as much as some hundred bytes, so that many become one. */
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
  const merged: Buffer[] = [];
  let pieces: Buffer[] = [];
  let length = 0;
  const finish: Done = (error, body) => {
    payload.off('data', onData).off('end', onEnd).off('error', onError);
    done(error, body);
  };
  const onData = (piece: Buffer): void => {
    length += piece.length;
    pieces.push(piece);
    if (length > MAX_BYTES) finish(new AppError('PAYLOAD_TOO_LARGE', TOO_LARGE));
    else if (pieces.length >= MERGED_PIECES) {
      merged.push(Buffer.concat(pieces));
      pieces = [];
    }
  };
  const onEnd = (): void => {
    // A copy: the pieces are views of what the socket was read into.
    finish(null, Buffer.concat([...merged, ...pieces], length));
  };
  const onError = (cause: Error): void => {
    finish(new AppError('MALFORMED_REQUEST', undefined, { cause }));
  };
  payload.on('data', onData).on('end', onEnd).on('error', onError);
}
