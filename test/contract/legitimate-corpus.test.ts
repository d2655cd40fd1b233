import { globSync, readFileSync } from 'node:fs';
import { Kind, parse, print, separateOperations, type DocumentNode } from 'graphql';
import { createCosting } from '../../src/platform/graphql-limits/cost.js';
import { DEFAULT_GRAPHQL_LIMITS, requireSmallStructure } from '../../src/platform/graphql-limits/structure.js';
import { readPlaygroundOperations } from '../../src/platform/pages/playground-operations.js';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { graphqlRequestsOf } from '../docs/guide-blocks.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

interface Request {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const without = (query: string): Request => ({ query, variables: {} });

function saved(): Request[] {
  return readPlaygroundOperations(new URL('src/app/playground-operations/', ROOT)).map(({ query, variables }) => ({
    query,
    variables: variables === '' ? {} : (JSON.parse(variables) as Request['variables']),
  }));
}

/** What the guides and the README ask of GraphQL, but for the example of what is too expensive. */
function shown(): Request[] {
  const guides = ['guide.md', 'guide.fr.md', 'sync.md', 'sync.fr.md'].flatMap((name) =>
    graphqlRequestsOf(read(`docs/${name}`)),
  );
  const typed = [...read('README.md').matchAll(/'(\{"query":.*\})'$/gm)].map(
    ([, body = '']) => (JSON.parse(body) as Request).query,
  );
  return [...guides, ...typed.map(without)];
}

/** Clients send each operation with the fragments that it needs. */
function ofClients(): Request[] {
  const files = globSync('examples/*/operations.graphql', { cwd: ROOT.pathname });
  return files.flatMap((file) => Object.values(separateOperations(parse(read(file)))).map(print)).map(without);
}

const CORPUS = { 'the playground': saved(), 'the guides': shown(), 'the example clients': ofClients() };

test.each(Object.entries(CORPUS))('%s stays below half of each limit, and a tenth of the cost', (_name, requests) => {
  const { cost, ...structure } = DEFAULT_GRAPHQL_LIMITS;
  const halves = Object.fromEntries(Object.entries(structure).map(([name, limit]) => [name, limit / 2]));
  const half = { ...DEFAULT_GRAPHQL_LIMITS, ...halves };
  const costOf = createCosting(buildGraphqlSchema());

  for (const { query, variables } of requests) {
    expect(() => requireSmallStructure(query, half)).not.toThrow();
    for (const [operation, document] of operationsIn(parse(query))) {
      const { objects, conditions } = costOf(operation, document).estimate(variables);
      expect(objects + conditions).toBeLessThan(cost / 10);
    }
  }
});

function operationsIn(document: DocumentNode) {
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => [operation, document] as const);
}

test('the corpus is there', () => {
  const counts = Object.values(CORPUS).map((requests) => requests.length);

  expect(counts.map((count, index) => count >= ([15, 5, 10][index] ?? 0))).toEqual([true, true, true]);
});
