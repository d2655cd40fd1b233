/** The codes of the catalogue as an enum of GraphQL. */
import { registerEnumType } from 'type-graphql';
import { ERROR_CATALOGUE, type CatalogueEntry } from '../errors/error-catalogue.js';

const ENTRIES: readonly (readonly [code: string, entry: CatalogueEntry])[] = Object.entries(ERROR_CATALOGUE);

/** code → code, as TypeScript writes its enums of strings. */
export const ErrorCodeEnum: Readonly<Record<string, string>> = Object.fromEntries(
  ENTRIES.map(([code]) => [code, code]),
);

registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description:
    'What `extensions.code` of an error can be; the same words as in REST. New ones may come, none is renamed.\nMore on each: docs/errors.md.',
  valuesConfig: Object.fromEntries(ENTRIES.map(([code, entry]) => [code, { description: describe(entry) }])),
});

function describe({ title, when, status, transports, details }: CatalogueEntry): string {
  const where = transports.length > 1 ? '' : ` ${transports.join()} only.`;
  const carried = details === undefined ? '' : `\n\`details\`: ${details.join(', ')}.`;
  return `${title.en} (HTTP ${status}).${where} ${when}${carried}`;
}
