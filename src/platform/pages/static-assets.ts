/** Serves the few files that our pages need, from memory, under a path that names their content. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isHeld } from '../values/entity-tags.js';

interface Coding {
  readonly name: 'br' | 'gzip';
  /** One range of Accept-Encoding, in small letters. */
  readonly accepted: RegExp;
  readonly compress: (content: Buffer) => Promise<Buffer>;
}

/** The best level takes seconds for a library. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
const [brotliAsync, gzipAsync] = [promisify(brotliCompress), promisify(gzip)];

/** The smaller result first. */
const CODINGS: readonly Coding[] = [
  {
    name: 'br',
    accepted: /^br(?!\s*;\s*q=0(?:\.0*)?$)(?:\s*;|$)/,
    compress: (content) => brotliAsync(content, BROTLI),
  },
  { name: 'gzip', accepted: /^gzip(?!\s*;\s*q=0(?:\.0*)?$)(?:\s*;|$)/, compress: (content) => gzipAsync(content) },
];

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  readonly content: Buffer;
  readonly mediaType: string;
  /** Each filled by the first request that accepts it: a service that nobody browses compresses nothing. */
  readonly compressed: Partial<Record<Coding['name'], Promise<Buffer>>>;
}

/** @returns files of ours by their names, from `platform/pages/assets`; every page has the first two */
export function ownAssets(...files: readonly string[]): Readonly<Record<string, URL>> {
  const entries = ['icon.svg', 'page.css', ...files].map((file) => [
    file,
    new URL(`./assets/${file}`, import.meta.url),
  ]);
  return Object.fromEntries(entries) as Record<string, URL>; // fromEntries forgets the type of a mixed list
}

function readAssets(files: Readonly<Record<string, URL>>): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(files).map(([name, file]) => {
      const mediaType = MEDIA_TYPES[extname(name)];
      if (mediaType === undefined) throw new Error(`No media type for the asset ${name}`);
      return [name, { content: readFileSync(file), mediaType, compressed: {} }];
    }),
  );
}

function versionOf(assets: ReadonlyMap<string, Asset>): string {
  const hash = createHash('sha256');
  for (const [name, { content }] of assets) hash.update(`${name}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 12);
}

async function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
  etag: string,
): Promise<FastifyReply> {
  // The path changes with the content, so a browser need never ask again.
  reply.header('cache-control', 'public, max-age=31536000, immutable').header('etag', etag);
  reply.header('x-content-type-options', 'nosniff').header('vary', 'accept-encoding').type(asset.mediaType);
  if (isHeld(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const coding = request.server.hasReplyDecorator('compress') ? acceptedCoding(request) : undefined;
  if (coding === undefined) return reply.send(asset.content);
  const compressed = (asset.compressed[coding.name] ??= coding.compress(asset.content));
  return reply.header('content-encoding', coding.name).send(await compressed);
}

function acceptedCoding({ headers }: FastifyRequest): Coding | undefined {
  const ranges = (headers['accept-encoding'] ?? '').split(',').map((range) => range.trim().toLowerCase());
  return CODINGS.find(({ accepted }) => ranges.some((range) => accepted.test(range)));
}

/**
 * Registers `GET <prefix>/<version>/<name>` for each file, compressed where the application compresses answers (@fastify/compress,
 * which keeps nothing: a library of a megabyte would be compressed for every visitor).
 * @returns the base URL of this version, without a slash at its end
 */
export function registerAssets(app: FastifyInstance, prefix: string, files: Readonly<Record<string, URL>>): string {
  const assets = readAssets(files);
  const version = versionOf(assets);
  app.get<{ Params: { version: string; name: string } }>(`${prefix}/:version/:name`, async (request, reply) => {
    const asset = assets.get(request.params.name);
    if (asset === undefined || request.params.version !== version) {
      reply.callNotFound();
      return reply;
    }
    return sendAsset(request, reply, asset, `W/"${version}"`);
  });
  return `${prefix}/${version}`;
}
