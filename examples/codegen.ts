/** Which types the examples generate from the schema: what their operations ask for, and nothing more. */
import type { CodegenConfig } from '@graphql-codegen/cli';

/** How the schema's own scalars look in TypeScript: money stays an exact decimal string. */
const scalars = {
  ID: 'string',
  Date: 'string',
  DateTime: 'string',
  DateOrDateTime: 'string',
  Decimal: { input: 'string | number', output: 'string' },
  JSON: 'unknown',
};

const config: CodegenConfig = {
  schema: 'schema.graphql',
  config: { scalars, useTypeImports: true, enumType: 'string-literal', strictScalars: true },
  generates: {
    'examples/fetch-client/generated/graphql.ts': {
      documents: 'examples/fetch-client/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: { documentMode: 'string' },
    },
    'examples/apollo-client/generated/graphql.ts': {
      documents: 'examples/apollo-client/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
    },
  },
};

export default config;
