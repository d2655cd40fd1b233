/** The error codes of the catalogue as a GraphQL enum. */
import { registerEnumType } from 'type-graphql';
import { ERROR_CATALOGUE, type CatalogueEntry } from '../errors/error-catalogue.js';
import { describeCodes, enumOfWords } from './word-enum.js';

export const ErrorCodeEnum = enumOfWords(Object.keys(ERROR_CATALOGUE));

registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description:
    'Values of `extensions.code` in errors; the same codes as in REST. New codes may be added; existing ones are never renamed.\nEach code is explained in docs/errors.md.',
  valuesConfig: describeCodes<CatalogueEntry>(ERROR_CATALOGUE, describe),
});

function describe({ title, when, status, only, details }: CatalogueEntry): string {
  const where = only === undefined ? '' : ` ${only} only.`;
  const carried = details === undefined ? '' : `\n\`details\`: ${details.join(', ')}.`;
  return `${title.en} (HTTP ${status}).${where} ${when}${carried}`;
}
