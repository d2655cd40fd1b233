/** Compression of answers, for clients that accept it: CSV files, lists, the OpenAPI document and the pages. */
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** A smaller answer fits into a few packets uncompressed; bytes. */
const MIN_BYTES = 4097;
/** Up to this size an answer is compressed in one call, which is faster than setting up a stream; bytes. */
const MAX_AT_ONCE = 32_768;

/** Levels at which compressing is faster than a usual connection transmits. */
const [BROTLI_QUALITY, GZIP_LEVEL] = [3, 4];

/** Registers compression for all routes added later. Request bodies are never decompressed: a compressed one is a 415. */
export async function registerCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    threshold: MIN_BYTES,
    syncThreshold: MAX_AT_ONCE,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
    zlibOptions: { level: GZIP_LEVEL },
    globalDecompression: false,
  });
}
