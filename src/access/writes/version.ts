/** Optimistic concurrency: a caller may send the version of the record that it has read. */
import { AppError } from '../../platform/errors/errors.js';

const STALE = {
  fr: 'La fiche a changé depuis que vous l’avez lue.',
  en: 'The record has changed since you read it.',
};

/** The version that the caller has read, or several, one of which must match. null: any version matches. */
export type ExpectedVersion = number | readonly number[] | null;

/** @throws AppError VERSION_CONFLICT with `details.current_version` if the record has no expected version */
export function requireVersion(record: { readonly version: number }, expected: ExpectedVersion | undefined): void {
  if (expected === undefined || expected === null || expected === record.version) return;
  if (typeof expected !== 'number' && expected.includes(record.version)) return;
  throw new AppError('VERSION_CONFLICT', STALE, { details: { current_version: record.version } });
}
