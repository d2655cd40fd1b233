/** Single records in REST: `ETag`, `If-Match`, `Location`. */
import { AppError } from '../errors/errors.js';
import type { RawRestRequest, RestAnswer } from './routes.js';
import type { RestShape } from './serializer.js';

const MALFORMED = {
  fr: 'If-Match attend la version entre guillemets, telle que l’ETag la donne.',
  en: 'If-Match takes the version in quotes, as ETag gives it.',
};

/** The version that the caller saw; `*` and no header ask for none. @throws AppError MALFORMED_REQUEST */
export function readIfMatch(headers: RawRestRequest['headers']): number | undefined {
  const value = headers['if-match'];
  if (value === undefined || value === '*') return undefined;
  // A proxy that compresses may have made the tag a weak one.
  const version = typeof value === 'string' ? /^(?:W\/)?"(\d{1,9})"$/.exec(value.trim())?.[1] : undefined;
  if (version === undefined) throw new AppError('MALFORMED_REQUEST', MALFORMED);
  return Number(version);
}

/** The record as JSON with its ETag. */
export function recordAnswer<Row extends { readonly version: number }>(shape: RestShape<Row>, row: Row): RestAnswer {
  return { status: 200, headers: { etag: `"${row.version}"` }, json: shape.write(row) };
}

/** The same for a new record, with its address. */
export function createdAnswer<Row extends { readonly id: string; readonly version: number }>(
  shape: RestShape<Row>,
  row: Row,
  collection: string,
): RestAnswer {
  return {
    status: 201,
    headers: { etag: `"${row.version}"`, location: `${collection}/${row.id}` },
    json: shape.write(row),
  };
}
