/** What platform/graphql-server and platform/graphql-schema rely on in Apollo Server and graphql-js beyond their documentation. */
import { ApolloServer, HeaderMap, type ApolloServerOptions, type HTTPGraphQLRequest } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import {
  buildSchema,
  coerceInputValue,
  execute,
  parse,
  validate,
  type DocumentNode,
  type GraphQLInputType,
} from 'graphql';
import { reasonOf } from '../../../src/platform/graphql-schema/variable-reasons.js';
import { describeLibrary } from '../../support/library-facts.js';

const ERRORS = 'src/platform/graphql-server/errors.ts';
const PIPELINE = 'src/platform/graphql-server/pipeline.ts';
const SERVER = 'src/platform/graphql-server/server.ts';
const DOCUMENTS = 'src/platform/graphql-server/documents.ts';
const VARIABLES = 'src/platform/graphql-schema/variables.ts';
const REASONS = 'src/platform/graphql-schema/variable-reasons.ts';

const schema = buildSchema(`
  enum Colour { RED }
  input Box { size: Int!, colour: Colour, box: Box, ratio: Float, id: ID, name: String, is: Boolean }
  type Query { x(n: Int!, box: Box, colour: Colour): Int }
  type Mutation { y: Int }
`);
const GET: HTTPGraphQLRequest = { method: 'GET', headers: new HeaderMap(), search: '', body: undefined };

interface Context {
  readonly holder: object;
}

/** What happened to one operation, step by step, and its first error. */
async function operate(
  request: Parameters<ApolloServer<Context>['executeOperation']>[0],
  options: Partial<ApolloServerOptions<Context>> & { readonly failsIn?: string } = {},
) {
  const steps: string[] = [];
  const contexts: Context[] = [];
  const { failsIn, ...rest } = options;
  const step = (name: string, { contextValue }: { readonly contextValue: Context }): Promise<void> => {
    steps.push(name);
    contexts.push(contextValue);
    return name === failsIn ? Promise.reject(new Error(name)) : Promise.resolve();
  };
  const server = new ApolloServer<Context>({
    schema,
    stopOnTerminationSignals: false,
    ...(rest as Partial<{ introspection: boolean }>),
    plugins: [
      {
        requestDidStart: () =>
          Promise.resolve({
            didResolveOperation: (state) => step('didResolveOperation', state),
            didEncounterErrors: (state) => step('didEncounterErrors', state),
            responseForOperation: async (state) => {
              await step('responseForOperation', state);
              return { http: state.response.http, body: { kind: 'single', singleResult: { data: { x: 1 } } } };
            },
            executionDidStart: (state) => step('executionDidStart', state),
          }),
      },
    ],
  });
  const given: Context = { holder: {} };
  const { body } = await server.executeOperation(request, { contextValue: given });
  await server.stop();
  const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
  return { steps, contexts, given, error };
}

/** The original errors that a hook is given. */
async function errorOf(request: Parameters<typeof operate>[0], options?: Parameters<typeof operate>[1]) {
  let found: GraphQLError | undefined;
  const server = new ApolloServer<Context>({
    schema,
    stopOnTerminationSignals: false,
    ...(options as object),
    plugins: [
      {
        requestDidStart: () =>
          Promise.resolve({
            didEncounterErrors: ({ errors }) => {
              found = errors[0];
              return Promise.resolve();
            },
          }),
      },
    ],
  });
  await server.executeOperation(request, { contextValue: { holder: {} } });
  await server.stop();
  return found?.extensions;
}

/** graphql's first complaint about a value of a type. */
function complaint(type: GraphQLInputType | string, value: unknown): string {
  const named = typeof type === 'string' ? schema.getType(type) : type;
  let message = '';
  coerceInputValue(value, named as GraphQLInputType, (_path, _invalid, error) => (message ||= error.message));
  return message;
}

describeLibrary({ packages: ['@apollo/server', 'graphql'], readme: 'src/platform/graphql-server/README.md' }, [
  {
    api: 'contextValue',
    fact: 'hooks get a copy of the context of executeOperation, which shares its members',
    usedIn: [PIPELINE],
    check: async () => {
      const { contexts, given } = await operate({ query: '{ x(n: 1) }' });
      expect(contexts[0]?.holder).toBe(given.holder);
    },
  },
  {
    api: 'order of hooks',
    fact: 'didResolveOperation comes after validation and before responseForOperation, whose answer takes the place of an execution',
    usedIn: [PIPELINE],
    check: async () => {
      const { steps } = await operate({ query: '{ x(n: 1) }' });
      expect(steps).toEqual(['didResolveOperation', 'responseForOperation']);
      expect((await operate({ query: '{ missing }' })).steps).toEqual(['didEncounterErrors']);
    },
  },
  {
    api: 'didResolveOperation',
    fact: 'what it throws rejects the request: didEncounterErrors is told, and nothing runs',
    usedIn: [PIPELINE, SERVER],
    check: async () => {
      const { steps, error } = await operate({ query: '{ x(n: 1) }' }, { failsIn: 'didResolveOperation' });
      expect(steps).toEqual(['didResolveOperation', 'didEncounterErrors']);
      expect(error?.message).toBe('didResolveOperation');
    },
  },
  {
    api: 'documentStore',
    fact: 'it is asked before a text is parsed, and given each validated document with the locations of its text and tokens',
    usedIn: [DOCUMENTS],
    check: async () => {
      const kept = new Map<string, DocumentNode>();
      const asked: string[] = [];
      const documentStore = {
        get: (key: string) => {
          asked.push(key);
          return Promise.resolve(kept.get(key));
        },
        set: (key: string, document: DocumentNode) => Promise.resolve(void kept.set(key, document)),
        delete: () => Promise.resolve(false),
      };
      await operate({ query: '{ x(n: 1) }' }, { documentStore });
      await operate({ query: '{ missing }' }, { documentStore });
      expect(asked).toHaveLength(2);
      const [document, ...others] = [...kept.values()];
      expect(others).toEqual([]);
      expect(document?.loc?.source.body).toBe('{ x(n: 1) }');
      expect(document?.loc?.startToken.next?.kind).toBe('{');
    },
  },
  {
    api: 'BAD_REQUEST',
    fact: 'a mutation by GET is rejected with this code and the status 405',
    usedIn: [ERRORS],
    check: async () => {
      expect(await errorOf({ query: 'mutation { y }', http: GET })).toMatchObject({
        code: 'BAD_REQUEST',
        http: { status: 405 },
      });
    },
  },
  {
    api: 'PERSISTED_QUERY_NOT_FOUND',
    fact: 'an unknown hash has this code; a hash that is not that of the text has no code and the status 400',
    usedIn: [ERRORS],
    check: async () => {
      const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
      expect(await errorOf({ extensions })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
      const mismatch = await errorOf({ query: '{ x(n: 1) }', extensions });
      expect(mismatch).toMatchObject({ http: { status: 400 } });
      expect(mismatch).not.toHaveProperty('code');
    },
  },
  {
    api: 'INTROSPECTION_DISABLED',
    fact: 'introspection that is off is an error of validation with this validationErrorCode',
    usedIn: [ERRORS],
    check: async () => {
      expect(await errorOf({ query: '{ __schema { __typename } }' }, { introspection: false })).toMatchObject({
        code: 'GRAPHQL_VALIDATION_FAILED',
        validationErrorCode: 'INTROSPECTION_DISABLED',
      });
    },
  },
  {
    api: 'Argument "',
    fact: 'an argument that cannot be coerced during execution is an error with nodes whose message begins so',
    usedIn: [ERRORS],
    check: async () => {
      const document = parse('query ($n: Int) { x(n: $n) }');
      const { errors } = await execute({ schema, document, variableValues: { n: null } });
      expect(errors?.[0]?.message).toMatch(/^Argument "/);
      expect(errors?.[0]?.nodes).toHaveLength(1);
    },
  },
  {
    api: 'Expected value of type "',
    fact: 'a literal that does not fit is an error of validation that begins so or is about the literal’s node',
    usedIn: [ERRORS],
    check: () => {
      const [error] = validate(schema, parse('{ x(n: 1, box: "secret") }'));
      expect(error?.message).toMatch(/^Expected value of type "Box"/);
      const [other] = validate(schema, parse('{ x(n: "secret") }'));
      expect(other?.nodes?.[0]?.kind).toBe('StringValue');
    },
  },
  {
    api: 'Syntax Error',
    fact: 'a syntax error repeats a literal after the name of its kind only',
    usedIn: [ERRORS],
    check: () => {
      expect(() => parse('{ "secret" }')).toThrow(/found String "secret"\.$/);
      expect(() => parse('{ x(n: 0x) }')).toThrow(/digit|character/);
    },
  },
  {
    api: 'Field "',
    fact: 'coercion names a member of an input that is missing or unknown in its message, in these words',
    usedIn: [VARIABLES],
    check: () => {
      expect(complaint('Box', {})).toMatch(/^Field "size" of required type/);
      expect(complaint('Box', { size: 1, secret: 2 })).toMatch(/^Field "secret" is not defined by/);
    },
  },
  {
    api: 'words of coercion',
    fact: 'coercion says in known words why a value does not fit',
    usedIn: [REASONS],
    check: () => {
      const samples: [string, unknown, string][] = [
        ['Int', 2 ** 40, 'A whole number of 32 bits is expected.'],
        ['Int', 'x', 'A whole number is expected.'],
        ['Float', 'x', 'A number is expected.'],
        ['String', 1, 'A text is expected.'],
        ['Boolean', 1, 'true or false is expected.'],
        ['ID', {}, 'An id is expected.'],
        ['Colour', 'BLUE', 'One of the values of Colour is expected.'],
        ['Colour', 1, 'One of the values of Colour is expected.'],
        ['Box', 'x', 'An object is expected (Box).'],
      ];
      expect(samples.map(([type, value]) => reasonOf(complaint(type, value)).en)).toEqual(
        samples.map(([, , en]) => en),
      );
    },
  },
]);
