/** What platform/graphql-limits relies on in graphql-js beyond its public API. */
import { getNamedType, getNullableType, introspectionTypes, isListType, isObjectType, parse } from 'graphql';
import { describeLibrary } from '../../support/library-facts.js';

const SIX_TOKENS = '{ a b c }';

describeLibrary({ packages: ['graphql'], readme: 'src/platform/graphql-limits/README.md' }, [
  {
    api: 'tokens. Parsing aborted',
    fact: 'parse with maxTokens says so of a longer text, and of no other error',
    usedIn: ['src/platform/graphql-limits/structure.ts'],
    check: () => {
      expect(() => parse(SIX_TOKENS, { maxTokens: 3 })).toThrow('tokens. Parsing aborted');
      expect(() => parse('{ a b c', { maxTokens: 9 })).toThrow(/^(?!.*tokens\. Parsing aborted)/);
    },
  },
  {
    api: 'introspection lists',
    fact: 'these fields of the introspection types, and no others, are lists of objects',
    usedIn: ['src/platform/graphql-limits/measure.ts'],
    check: () => {
      const lists = introspectionTypes.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []));
      const names = lists
        .filter(({ type }) => isListType(getNullableType(type)) && isObjectType(getNamedType(type)))
        .map(({ name }) => name);
      expect([...new Set(names)].sort()).toEqual([
        'args',
        'directives',
        'enumValues',
        'fields',
        'inputFields',
        'interfaces',
        'possibleTypes',
        'types',
      ]);
    },
  },
]);
