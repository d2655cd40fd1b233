/** The error codes of the catalogue as a GraphQL enum. */
import { registerEnumType } from 'type-graphql';
import { ERROR_CATALOGUE, type CatalogueEntry } from '../errors/error-catalogue.js';

const ENTRIES: readonly (readonly [code: string, entry: CatalogueEntry])[] = Object.entries(ERROR_CATALOGUE);

/** Code → code, the form of a TypeScript string enum. */
export const ErrorCodeEnum: Readonly<Record<string, string>> = Object.fromEntries(
  ENTRIES.map(([code]) => [code, code]),
);

registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description:
    'Values of `extensions.code` in errors; the same codes as in REST. New codes may be added; existing ones are never renamed.\nEach code is explained in docs/errors.md.',
  valuesConfig: Object.fromEntries(ENTRIES.map(([code, entry]) => [code, { description: describe(entry) }])),
});

function describe({ title, when, status, transports, details }: CatalogueEntry): string {
  const where = transports.length > 1 ? '' : ` ${transports.join()} only.`;
  const carried = details === undefined ? '' : `\n\`details\`: ${details.join(', ')}.`;
  return `${title.en} (HTTP ${status}).${where} ${when}${carried}`;
}
