import graphql from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '.data', '.cache', 'bench', 'src/**/assets', 'examples/*/generated'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
      // Numbers, booleans and enum values read well in a template; objects would not, and stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Resolver, input and entity classes hold decorated members and nothing else.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 40 }],
      complexity: ['error', 8],
    },
  },
  {
    files: ['test/**/*.ts'],
    // describe() blocks are functions of any length; files have their own, larger budget.
    rules: { 'max-lines': ['error', { max: 400 }], 'max-lines-per-function': 'off' },
  },
  {
    files: ['examples/**/*.ts'],
    // They import what is generated when they are tried, which the linter has not; the tests run the compiler on them.
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: './schema.graphql' } } },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // Only records have an id. What else there is, is read with the record or list it belongs to.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            suffixes: ['Connection', 'Edge', 'Payload', 'ViewerCan'],
            types: [
              // Of Relay.
              'PageInfo',
              // About the caller: what they may do, and what signing in gives once.
              'OperationCheck',
              'ResourceLimit',
              'Session',
              'Viewer',
              // What a change did beside its record.
              'FieldChange',
              'RelatedCounts',
              'Warning',
              // A sum over many records, and a place among what was found.
              'PipelineGroupTotal',
              'SearchHit',
            ],
          },
        },
      ],
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          withEdgeSuffix: true,
          // Connections have `nodes` beside `edges`, and labels or sums are plain lists.
          listTypeCanWrapOnlyEdgeType: false,
          // Not all that is listed is found by `node`: entries of the audit log and of the change feed are not.
          shouldImplementNode: false,
        },
      ],
      // The audit log, histories, the change feed and the users are walked forward only.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Algorithms of signatures are written as in RFC 7518 and 8037, in REST too.
      '@graphql-eslint/naming-convention': [
        'error',
        {
          ...graphql.configs['flat/schema-recommended'].rules['@graphql-eslint/naming-convention'][1],
          EnumValueDefinition: { style: 'UPPER_CASE', ignorePattern: '^EdDSA$' },
        },
      ],
    },
  },
);
