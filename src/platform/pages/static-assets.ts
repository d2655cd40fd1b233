/** Serves the few files that our pages need, from memory, under a path that names their content. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const gzipAsync = promisify(gzip);

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  readonly content: Buffer;
  readonly mediaType: string;
  /** Filled by the first request that accepts gzip: a service that nobody browses compresses nothing. */
  compressed: Promise<Buffer> | undefined;
}

/** @returns a file of ours, from `platform/pages/assets` */
export function ownAsset(file: string): URL {
  return new URL(`./assets/${file}`, import.meta.url);
}

function readAssets(files: Readonly<Record<string, URL>>): ReadonlyMap<string, Asset> {
  return new Map(
    Object.entries(files).map(([name, file]) => {
      const mediaType = MEDIA_TYPES[extname(name)];
      if (mediaType === undefined) throw new Error(`No media type for the asset ${name}`);
      return [name, { content: readFileSync(file), mediaType, compressed: undefined }];
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
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(request.headers['accept-encoding'] ?? '')) {
    return reply.send(asset.content);
  }
  asset.compressed ??= gzipAsync(asset.content);
  return reply.header('content-encoding', 'gzip').send(await asset.compressed);
}

/** Registers `GET <prefix>/<version>/<name>` for each file. @returns the base URL of this version, without a slash at its end */
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
