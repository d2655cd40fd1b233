/** The import rule: rooms, roles and cycles. What else holds for every file is in source.test.ts. */
import { dirname } from 'node:path';
import { fileCycles, roomCycles } from './architecture/cycles.js';
import { roleFaults, SHARED_BY_ROLE } from './architecture/roles.js';
import { roomFaults } from './architecture/rooms.js';
import { readSource, sourceFile, type SourceFile } from './architecture/source.js';

const files = readSource();

/** One sentence for each fault of the files, in themselves and together. */
function faultsOf(judged: readonly SourceFile[]): string[] {
  return [...judged.flatMap(roomFaults), ...judged.flatMap(roleFaults), ...fileCycles(judged), ...roomCycles(judged)];
}

/** The faults of files that do not exist, given by their imports. */
function faultsOfTexts(texts: Readonly<Record<string, string>>): string[] {
  return faultsOf(Object.entries(texts).map(([path, text]) => sourceFile(path, text)));
}

/** The faults of one import. */
function faultsOfArrow(path: string, target: string): string[] {
  const file = { path, text: '', own: [target], packages: [] };
  return [...roomFaults(file), ...roleFaults(file)];
}

describe('the import rule', () => {
  test('sees the source', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(files.find(({ path }) => path === 'src/app/app.ts')?.own).toContain('src/access/identity/authenticator.ts');
  });

  test.each([...new Set(files.map(({ path }) => dirname(path)))])('holds in %s', (folder) => {
    const inFolder = files.filter(({ path }) => dirname(path) === folder);

    expect([...inFolder.flatMap(roomFaults), ...inFolder.flatMap(roleFaults)]).toEqual([]);
  });

  test('allows no cycle between files', () => {
    expect(fileCycles(files)).toEqual([]);
  });

  test('allows no cycle between rooms', () => {
    expect(roomCycles(files)).toEqual([]);
  });

  test('uses every file that it gives a role without a suffix', () => {
    const judged = new Set(files.map(({ path }) => path));

    expect(Object.keys(SHARED_BY_ROLE).filter((path) => !judged.has(path))).toEqual([]);
  });
});

const ERRORS = 'src/platform/errors/errors.ts';
const VALUES = 'src/platform/values/text.ts';
const GRAPHQL_SCHEMA = 'src/platform/graphql-schema/scalars.ts';
const GRAPHQL_PLAN = 'src/platform/graphql-plan/plan.ts';
const GRAPHQL_LIMITS = 'src/platform/graphql-limits/cost.ts';
const GRAPHQL_SERVER = 'src/platform/graphql-server/server.ts';
const INPUT = 'src/platform/input/rules.ts';
const LISTS = 'src/platform/lists/keyset.ts';
const REST = 'src/platform/rest/page.ts';
const POSTGRES = 'src/platform/postgres/sql.ts';
const PAGES = 'src/platform/pages/page.ts';
const EMBEDDED_POSTGRES = 'src/platform/embedded-postgres/server.ts';
const TENANCY = 'src/tenancy/tenancy.ts';
const ISOLATION = 'src/tenancy/isolation/isolation.ts';
const IDENTITY = 'src/access/identity/authenticator.ts';
const RIGHTS = 'src/access/rights/permissions.ts';
const WRITES = 'src/access/writes/transaction.ts';
const LOADERS = 'src/access/loaders/record-loaders.ts';
const SEALS = 'src/audit/seals/sealer.ts';
const EVENTS = 'src/audit/events/audit-event.ts';
const LOG = 'src/audit/log/audit-diff.ts';
const CUSTOMER = 'src/crm/customer/customer.service.ts';
const ACCOUNT = 'src/account/user.service.ts';
const APP = 'src/app/app.ts';

/** Written down once more, apart from the rule's table: from the lowest room to the highest. */
const CHAINS: readonly (readonly string[])[] = [
  [ERRORS, TENANCY, IDENTITY, SEALS, CUSTOMER, APP],
  [ERRORS, TENANCY, IDENTITY, SEALS, ACCOUNT, APP],
  [ERRORS, VALUES, GRAPHQL_SCHEMA, INPUT, LISTS, REST],
  [ERRORS, VALUES, GRAPHQL_SCHEMA, GRAPHQL_PLAN, GRAPHQL_SERVER],
  [ERRORS, VALUES, GRAPHQL_SCHEMA, GRAPHQL_LIMITS, GRAPHQL_SERVER],
  [ERRORS, POSTGRES, LISTS],
  [ERRORS, PAGES, APP],
  [ERRORS, EMBEDDED_POSTGRES, APP],
  [ERRORS, ISOLATION, APP],
  [IDENTITY, RIGHTS],
  [IDENTITY, WRITES],
  [IDENTITY, LOADERS],
  [SEALS, EVENTS, LOG],
];
const DOWNWARDS = CHAINS.flatMap((chain) =>
  chain.flatMap((high, at) => chain.slice(0, at).map((low): [high: string, low: string] => [high, low])),
);

/** Neither may know the other. */
const STRANGERS: readonly [string, string][] = [
  [CUSTOMER, ACCOUNT],
  [TENANCY, ISOLATION],
  [IDENTITY, ISOLATION],
  [RIGHTS, WRITES],
  [WRITES, LOADERS],
  [GRAPHQL_PLAN, GRAPHQL_LIMITS],
  [GRAPHQL_SERVER, REST],
  [GRAPHQL_SERVER, INPUT],
  [REST, POSTGRES],
  [INPUT, POSTGRES],
  [PAGES, REST],
  [EMBEDDED_POSTGRES, POSTGRES],
];

const UPWARDS: readonly [path: string, target: string][] = [
  [RIGHTS, LOADERS],
  [APP, 'src/server.ts'],
  [APP, 'src/commands/migration-up.ts'],
  [CUSTOMER, 'src/demo/demo-data.ts'],
  [CUSTOMER, 'src/config.ts'],
  ['src/config.ts', TENANCY],
  ['src/demo/demo-data.ts', APP],
  ['src/commands/migration-up.ts', CUSTOMER],
  ['src/server.ts', CUSTOMER],
  ['src/crm/export/csv-answer.ts', 'src/crm/record/record-names.ts'],
  ['src/crm/export/csv-answer.ts', 'src/crm/customer/customer.query.ts'],
  ['src/crm/record/record-change.ts', 'src/crm/customer/customer.query.ts'],
];

describe('a room', () => {
  test.each(DOWNWARDS)('%s may know %s, not the other way round', (high, low) => {
    expect(faultsOfArrow(high, low)).toEqual([]);
    expect(faultsOfArrow(low, high)).toEqual([expect.stringContaining('does not know')]);
  });

  test.each(STRANGERS)('%s and %s do not know each other', (one, other) => {
    expect(faultsOfArrow(one, other)).toEqual([expect.stringContaining('does not know')]);
    expect(faultsOfArrow(other, one)).toEqual([expect.stringContaining('does not know')]);
  });

  test.each(UPWARDS)('%s does not know %s', (path, target) => {
    expect(faultsOfArrow(path, target)).toEqual([expect.stringContaining('does not know')]);
  });

  test.each([
    'src/helpers.ts',
    'src/platform/text.ts',
    'src/platform/helpers/text.ts',
    'src/crm/customers.ts',
    'src/crm/invoice/invoice.service.ts',
    'src/crm/customer/addresses/address.entity.ts',
  ])('%s is in none', (path) => {
    expect(faultsOfArrow(path, ERRORS)).toEqual([
      `${path}: in no room; move it into one, or add its folder to the rule`,
    ]);
    expect(faultsOfArrow(APP, path)).toEqual([`${APP} → ${path}: in no room of the source`]);
  });
});

const CONTACT_SERVICE = 'src/crm/contact/contact.service.ts';
const PIPELINE_QUERY = 'src/crm/opportunity/pipeline/opportunity-pipeline.query.ts';

describe('a role', () => {
  test.each([
    ['src/crm/contact/contact.routes.ts', 'src/crm/customer/customer.input.ts'],
    ['src/crm/contact/contact.query.ts', 'src/crm/customer/customer.service.ts'],
    ['src/crm/contact/contact.service.ts', 'src/crm/customer/customer-code.ts'],
    ['src/crm/customer/customer.service.ts', 'src/crm/customer/customer.routes.ts'],
    ['src/crm/customer/customer.service.ts', 'src/crm/record/list-routes.ts'],
    ['src/crm/customer/customer.service.ts', 'src/crm/record/look-ahead.ts'],
    ['src/crm/customer/customer.resolver.ts', 'src/crm/record/list-routes.ts'],
    ['src/crm/customer/customer.resolver.ts', 'src/crm/customer/customer.serializer.ts'],
    ['src/crm/customer/customer.routes.ts', 'src/crm/customer/customer.fields.ts'],
    ['src/crm/customer/customer-code.ts', 'src/crm/customer/customer.resolver.ts'],
    ['src/crm/customer/customer.service.ts', REST],
    ['src/crm/customer/customer-code.ts', REST],
    ['src/account/user.query.ts', 'src/account/user.service.ts'],
    ['src/audit/log/audit-log.query.ts', 'src/audit/log/audit-log.service.ts'],
    ['src/audit/log/audit-diff.ts', 'src/audit/log/audit-log.routes.ts'],
  ])('is broken by %s → %s', (path, target) => {
    expect(faultsOfArrow(path, target)).toHaveLength(1);
  });

  test.each([
    [CONTACT_SERVICE, 'src/crm/customer/customer.service.ts'],
    [CONTACT_SERVICE, 'src/crm/record/record-change.ts'],
    [PIPELINE_QUERY, 'src/crm/opportunity/opportunity-enums.ts'],
    ['src/crm/opportunity/opportunity.ts', 'src/crm/opportunity/opportunity.resolver.ts'],
    ['src/account/account.ts', 'src/account/user.routes.ts'],
  ])('allows %s → %s', (path, target) => {
    expect(faultsOfArrow(path, target)).toEqual([]);
  });

  test.each([
    'src/crm/customer/customer.service.ts',
    'src/crm/customer/customer.type.ts',
    'src/crm/customer/customer-code.ts',
    'src/account/throttle.ts',
    'src/audit/log/audit-diff.ts',
    'src/access/identity/user.entity.ts',
  ])('of %s knows no transport', (path) => {
    expect(faultsOfTexts({ [path]: "import type { FastifyReply } from 'fastify';" })).toHaveLength(1);
    expect(faultsOfTexts({ [path]: "import { GraphQLError } from 'graphql';" })).toHaveLength(1);
  });

  test.each([
    ['src/crm/customer/customer.foo.ts', 'foo', 'crm'],
    ['src/crm/customer/customer.foo-bar.ts', 'foo-bar', 'crm'],
    ['src/crm/customer/customer.service.old.ts', 'service.old', 'crm'],
    ['src/crm/customer/customer.loader.ts', 'loader', 'crm'],
    ['src/account/user.entity.ts', 'entity', 'account'],
    ['src/audit/log/audit-log.csv.ts', 'csv', 'audit'],
    ['src/access/rights/rights.service.ts', 'service', 'access'],
    ['src/platform/values/text.helper.ts', 'helper', 'platform'],
  ])('%s has one that is not known', (path, suffix, layer) => {
    expect(faultsOfTexts({ [path]: '' })).toEqual([
      `${path}: “${suffix}” is no role of ${layer}; name the file after a role, or add the role to the rule`,
    ]);
  });
});

describe('a cycle', () => {
  test.each([
    ['values', "import { isLonger } from './text.js';"],
    ['types', "import type { Length } from './text.js';"],
    ['a type in place', "type Length = import('./text.js').Length;"],
    ['what is passed on', "export { isLonger } from './text.js';"],
    ['a late import', "const text = await import('./text.js');"],
  ])('between files is seen in an import of %s', (_what, text) => {
    const cycle = { 'src/platform/values/ids.ts': text, [VALUES]: "import type { Id } from './ids.js';" };

    expect(faultsOfTexts(cycle)).toEqual([`src/platform/values/ids.ts → ${VALUES} → src/platform/values/ids.ts`]);
  });

  test('between three files is named once', () => {
    const cycle = {
      'src/platform/values/a.ts': "import './b.js';",
      'src/platform/values/b.ts': "import './c.js';",
      'src/platform/values/c.ts': "import './a.js';",
    };

    expect(fileCycles(Object.entries(cycle).map(([path, text]) => sourceFile(path, text)))).toHaveLength(1);
  });

  test.each([
    [
      'src/crm/search/search.query.ts',
      '../node/node.query.js',
      'src/crm/node/node.service.ts',
      '../search/search.service.js',
    ],
    [CONTACT_SERVICE, '../node/node.service.js', 'src/crm/node/node.query.ts', '../customer/customer.query.js'],
    [
      'src/crm/opportunity/opportunity.query.ts',
      './pipeline/opportunity-pipeline.entity.js',
      PIPELINE_QUERY,
      '../opportunity-enums.js',
    ],
  ])('between rooms is seen where no file is part of one: %s → %s, %s → %s', (one, first, other, second) => {
    const faults = faultsOfTexts({
      [one]: `import type { A } from '${first}';`,
      [other]: `import { B } from '${second}';`,
    });

    expect(faults).toEqual([expect.stringMatching(/^(.+) → .+ → \1$/)]);
  });

  test('between record types is one of rooms only', () => {
    const customer = 'src/crm/customer/customer.fields.ts';
    const contact = 'src/crm/contact/contact.fields.ts';
    const relations = {
      [customer]: "import { Contact } from '../contact/contact.entity.js';",
      [contact]: "import { Customer } from '../customer/customer.entity.js';",
    };
    const entities = {
      'src/crm/customer/customer.entity.ts': "import type { Contact } from '../contact/contact.entity.js';",
      'src/crm/contact/contact.entity.ts': "import type { Customer } from '../customer/customer.entity.js';",
    };

    expect(faultsOfTexts(relations)).toEqual([]);
    expect(faultsOfTexts(entities)).toHaveLength(1);
  });
});
