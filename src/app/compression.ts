/** Answers in fewer bytes, for clients that ask: CSV files, lists, the OpenAPI document and the pages. */
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** A smaller answer fits into a few packets as it is; bytes. */
const MIN_BYTES = 4097;
/** Up to this size an answer is compressed at once, in less time than a stream takes to set up; bytes. */
const MAX_AT_ONCE = 32_768;

/** What a client on a usual line does not wait for. */
const [BROTLI_QUALITY, GZIP_LEVEL] = [3, 4];

/** Registers it for all routes that are added later. Requests are never decompressed: a compressed body is a 415. */
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
