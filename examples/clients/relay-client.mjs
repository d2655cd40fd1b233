/** Relay: its compiler on the schema, its runtime with what it generated. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import relay from 'relay-runtime';
import { expect, FOLDER, lastWords, runProgram } from './expect.mjs';

const SOURCE = `import { graphql } from 'relay-runtime';
export const list = graphql\`
  query AppListQuery($first: Int!) {
    customers(first: $first) { totalCount edges { cursor node { id name ...App_customer } } pageInfo { hasNextPage endCursor } }
  }\`;
export const customer = graphql\`
  fragment App_customer on Customer { code contacts(first: 2) { nodes { id lastName } } }\`;
export const node = graphql\`
  query AppNodeQuery($id: ID!) { node(id: $id) { __typename id ... on Customer { name } } }\`;
`;

export async function relayClient({ origin, headers }, { folder, root }) {
  const project = path.join(folder, 'relay');
  mkdirSync(path.join(project, 'src'), { recursive: true });
  symlinkSync(path.join(FOLDER, 'node_modules'), path.join(project, 'node_modules'));
  cpSync(path.join(root, 'schema.graphql'), path.join(project, 'schema.graphql'));
  writeFileSync(path.join(project, 'src', 'App.js'), SOURCE);
  writeFileSync(path.join(project, 'package.json'), '{"type":"module"}');
  const config = { src: './src', schema: './schema.graphql', language: 'javascript', eagerEsModules: true };
  writeFileSync(path.join(project, 'relay.config.json'), JSON.stringify(config));
  const compiled = await runProgram('relay-compiler', ['relay.config.json'], { cwd: project });
  expect(compiled.code === 0, `the compiler: ${lastWords(compiled)}`);
  const artifact = async (name) =>
    (await import(pathToFileURL(path.join(project, 'src', '__generated__', `${name}.graphql.js`)).href)).default;

  const { Environment, Network, RecordSource, Store, fetchQuery } = relay;
  const environment = new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(async ({ text }, variables) => {
      const body = JSON.stringify({ query: text, variables });
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
      return response.json();
    }),
  });
  const { customers } = await fetchQuery(environment, await artifact('AppListQuery'), { first: 3 }).toPromise();
  expect(customers.edges.length === 3, `${customers.edges.length} of 3 edges`);
  const [{ node: first }] = customers.edges;
  const { node } = await fetchQuery(environment, await artifact('AppNodeQuery'), { id: first.id }).toPromise();
  expect(node?.name === first.name, `node: ${JSON.stringify(node)}`);
  return 'compiled, a connection, a node';
}
