/** Relay's compiler is the strictest reader of connections: it takes the schema, and paginated fragments on it. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What `usePaginationFragment` needs: a list at the root, and one below a record, which is found again through `node`. */
const COMPONENTS = `
import { graphql } from 'react-relay';

export const page = graphql\`
  query ComponentsPageQuery($id: ID!) {
    ...Components_customers
    customer(id: $id) {
      ...Components_contacts
    }
  }
\`;

export const customers = graphql\`
  fragment Components_customers on Query
  @refetchable(queryName: "ComponentsCustomersPaginationQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    customers(first: $first, after: $after, filter: { isActive: { eq: true } }) @connection(key: "Components_customers") {
      edges {
        node {
          id
          name
          opportunities(first: 3) {
            edges {
              node {
                amount
              }
            }
          }
        }
      }
    }
  }
\`;

export const contacts = graphql\`
  fragment Components_contacts on Customer
  @refetchable(queryName: "ComponentsContactsPaginationQuery")
  @argumentDefinitions(last: { type: "Int", defaultValue: 20 }, before: { type: "String" }) {
    contacts(last: $last, before: $before) @connection(key: "Components_contacts") {
      edges {
        node {
          lastName
        }
      }
    }
  }
\`;
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-relay-'));
  await copyFile(join(ROOT, 'schema.graphql'), join(folder, 'schema.graphql'));
  await writeFile(join(folder, 'Components.ts'), COMPONENTS);
  const config = {
    src: '.',
    schema: 'schema.graphql',
    language: 'typescript',
    customScalarTypes: { Date: 'string', DateTime: 'string', Decimal: 'string' },
  };
  await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the Relay compiler makes pagination queries of lists at the root and below a record', async () => {
  const compiler = join(ROOT, 'node_modules/relay-compiler/cli.js');

  await promisify(execFile)(process.execPath, [compiler, '--noWatchman'], { cwd: folder, timeout: 60_000 });

  const artifacts = join(folder, '__generated__');
  expect((await readdir(artifacts)).sort()).toEqual([
    'ComponentsContactsPaginationQuery.graphql.ts',
    'ComponentsCustomersPaginationQuery.graphql.ts',
    'ComponentsPageQuery.graphql.ts',
    'Components_contacts.graphql.ts',
    'Components_customers.graphql.ts',
  ]);
  expect(await readFile(join(artifacts, 'Components_contacts.graphql.ts'), 'utf8')).toContain(
    '"direction": "backward"',
  );
}, 90_000);
