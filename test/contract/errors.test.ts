import { readFile } from 'node:fs/promises';
import { isEnumType, type GraphQLSchema } from 'graphql';
import type { CatalogueEntry } from '../../src/platform/errors/error-catalogue.js';
import { writeErrorsText } from '../../src/platform/errors/error-catalogue-text.js';
import { ERROR_CATALOGUE } from '../../src/platform/errors/errors.js';
import { writeSchemaText } from '../../src/app/schema-text.js';
import { buildGraphqlSchema } from '../../src/app/schema.js';

const CODES = Object.keys(ERROR_CATALOGUE);

let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

describe('the catalogue of errors', () => {
  test('is the one in docs/errors.md', async () => {
    const committed = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8').catch(() => '');

    if (committed !== writeErrorsText()) {
      throw new Error('docs/errors.md is not what the code says: run "npm run schema:emit" and review its diff.');
    }
  });

  test('tells of each code where it occurs, in both languages', async () => {
    const committed = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');

    for (const [code, entry] of Object.entries<CatalogueEntry>(ERROR_CATALOGUE)) {
      const { status, only, title } = entry;
      const row = committed.split('\n').find((line) => line.startsWith(`| \`${code}\``)) ?? '';
      const cells = row.split('|').map((cell) => cell.trim());
      expect(cells.slice(1, -1)).toEqual([`\`${code}\``, String(status), only ?? 'REST, GraphQL', title.fr, title.en]);
    }
  });

  test('is an enum of the schema, which its description names', () => {
    const type = schema.getType('ErrorCode');

    expect(isEnumType(type) && type.getValues().map(({ name }) => name)).toEqual(CODES);
    expect(isEnumType(type) && type.getValues().map((one) => one.value as unknown)).toEqual(CODES);
    expect(schema.description).toMatch(/ErrorCode/);
    expect(writeSchemaText(schema)).toMatch(/ErrorCode[^{]*"""\nschema \{/);
  });
});
