/** Optimistic concurrency: a caller may say which version of a record it saw. */
import { AppError } from '../../platform/errors/errors.js';

const STALE = {
  fr: 'La fiche a changé depuis que vous l’avez lue.',
  en: 'The record has changed since you read it.',
};

/** @throws AppError VERSION_CONFLICT with `details.current_version` when the expected version is not the record's */
export function requireVersion(record: { readonly version: number }, expected: number | undefined): void {
  if (expected === undefined || expected === record.version) return;
  throw new AppError('VERSION_CONFLICT', STALE, { details: { current_version: record.version } });
}
