/** Single records in REST: `ETag`, `If-Match`, `Location`. */
import { AppError } from '../errors/errors.js';
import { readTags } from '../values/entity-tags.js';
import type { RawRestRequest, RestAnswer } from './routes.js';
import type { RestSerializer } from './serializer.js';

const MALFORMED = {
  fr: 'If-Match attend la version entre guillemets, telle que l’ETag la donne, ou une liste de versions.',
  en: 'If-Match takes the version in quotes, as ETag gives it, or a list of versions.',
};
const VERSION = /^\d{1,9}$/;

/** The accepted versions; none for `*` or without the header. @throws AppError MALFORMED_REQUEST */
export function readIfMatch(headers: RawRestRequest['headers']): number | readonly number[] | undefined {
  const value = headers['if-match'];
  if (value === undefined || (typeof value === 'string' && value.trim() === '*')) return undefined;
  // A compressing proxy may have made the tag weak.
  const tags = typeof value === 'string' ? readTags(value) : undefined;
  if (!tags?.every((tag) => VERSION.test(tag))) throw new AppError('MALFORMED_REQUEST', MALFORMED);
  return tags.length === 1 ? Number(tags[0]) : tags.map(Number);
}

/** The record as JSON with its ETag. */
export function recordAnswer<Row extends { readonly version: number }>(
  serializer: RestSerializer<Row>,
  row: Row,
): RestAnswer {
  return { status: 200, headers: { etag: `"${row.version}"` }, json: serializer.write(row) };
}

/** The same for a new record, with its `Location`. */
export function createdAnswer<Row extends { readonly id: string; readonly version: number }>(
  serializer: RestSerializer<Row>,
  row: Row,
  collection: string,
): RestAnswer {
  return {
    status: 201,
    headers: { etag: `"${row.version}"`, location: `${collection}/${row.id}` },
    json: serializer.write(row),
  };
}
