import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface SourceFile {
  /** From the root of the project: `src/crm/customer/customer.service.ts`. */
  readonly path: string;
  readonly text: string;
  /** What it imports of ours, as paths; of packages, as written. */
  readonly own: readonly string[];
  readonly packages: readonly string[];
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);
  const own = specifiers
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(ROOT, join(ROOT, dirname(path), name)).replace(/\.js$/, '.ts'));
  return { path, text, own, packages: specifiers.filter((name) => !name.startsWith('.')) };
}

const files = [...globSync('src/**/*.ts', { cwd: ROOT }), 'mikro-orm.config.ts'].sort().map(readSource);

/**
 * server, service, commands → app → schema → crm | account → audit → access → platform. An arrow may skip steps and never
 * turns round; crm and account do not know each other.
 */
const LAYERS: readonly (readonly [pattern: RegExp, rank: number])[] = [
  [/^src\/platform\//, 0],
  [/^src\/access\//, 1],
  [/^src\/audit\//, 2],
  [/^src\/(?:crm|account)\//, 3],
  [/^src\/schema(?:-text)?\.ts$/, 4],
  [/^src\/migrations\//, 4],
  [/^src\/config\.ts$/, 4],
  [/^mikro-orm\.config\.ts$/, 5],
  [/^src\/(?:commands\/|server\.ts$|service\.ts$)/, 6],
  [/^src\/demo\//, 5],
  [/^src\/[\w-]+\.ts$/, 5],
];

function rankOf(path: string): number {
  const layer = LAYERS.find(([pattern]) => pattern.test(path));
  if (!layer)
    throw new Error(`${path} belongs to no layer: put it into one of the folders, or add the folder to the rule.`);
  return layer[1];
}

/** `crm/customer` of a file of a feature; `crm/export` and `crm/record` are what all features share. */
function featureOf(path: string): string | undefined {
  return /^src\/(crm\/(?!(?:export|record)\/)\w+|account)\//.exec(path)?.[1];
}

function roleOf(path: string): string {
  return /\.(\w+)\.ts$/.exec(path)?.[1] ?? '';
}

const EDGES = ['resolver', 'routes'];
/** Within a feature, what a file of each role may not know. */
const UNKNOWN_TO: Readonly<Record<string, readonly string[]>> = {
  resolver: ['routes', 'csv', 'shape'],
  routes: ['resolver'],
  service: [...EDGES, 'shape'],
  query: [...EDGES, 'service', 'shape'],
  entity: [...EDGES, 'service', 'shape', 'query', 'csv', 'input', 'filter'],
  input: [...EDGES, 'service', 'shape', 'query', 'csv', 'entity'],
  filter: [...EDGES, 'service', 'shape', 'query', 'csv'],
  csv: [...EDGES, 'service', 'shape'],
  shape: [...EDGES, 'csv'],
};
/** What one feature may know of another. */
const OPEN_ROLES = ['entity', 'service', 'query'];
const TRANSPORT = /^(?:fastify|@fastify\/.*|graphql|@apollo\/.*|@as-integrations\/.*)$/;
const TRANSPORTLESS = ['service', 'entity', 'input', 'query', 'filter', 'csv', 'shape'];

/** One sentence for each import that the rule forbids. */
function forbiddenImports({ path, own, packages }: SourceFile): string[] {
  const layers = own
    .filter((target) => rankOf(target) > rankOf(path))
    .map((target) => `${path} → ${target}: turns the arrow round`);
  const transport = TRANSPORTLESS.includes(roleOf(path)) ? packages.filter((name) => TRANSPORT.test(name)) : [];
  return [
    ...layers,
    ...own.flatMap((target) => forbiddenNeighbour(path, target)),
    ...transport.map((name) => `${path} → ${name}: a ${roleOf(path)} knows no transport`),
  ];
}

function forbiddenNeighbour(path: string, target: string): string[] {
  const [from, to] = [featureOf(path), featureOf(target)];
  if (to === undefined) return [];
  if (/^src\/crm\/(?:export|record)\//.test(path))
    return [`${path} → ${target}: what all features share knows none of them`];
  if (from === to) return forbiddenInside(path, target);
  return from === undefined ? [] : forbiddenBeside(path, target);
}

function forbiddenInside(path: string, target: string): string[] {
  const isForbidden = UNKNOWN_TO[roleOf(path)]?.includes(roleOf(target)) === true;
  return isForbidden ? [`${path} → ${target}: a ${roleOf(path)} does not know the ${roleOf(target)}`] : [];
}

function forbiddenBeside(path: string, target: string): string[] {
  const isBetweenFolders = path.startsWith('src/account/') || target.startsWith('src/account/');
  if (isBetweenFolders) return [`${path} → ${target}: crm and account do not know each other`];
  const isOpen = OPEN_ROLES.includes(roleOf(target));
  return isOpen ? [] : [`${path} → ${target}: of another feature only its ${OPEN_ROLES.join(', ')}`];
}

/** SQL past the ORM: the `sql` tag, text given to an entity manager or a driver, or a query builder. */
const SQL = /\bsql`|\.execute(?:<[^(]*>)?\(\s*['"`A-Z]|createQueryBuilder|\b(?:pool|client|lock)\.query(?:<[^(]*>)?\(/;
const SQL_FILES: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\.query\.ts$/, 'the reads'],
  [/^src\/access\//, 'tenancy itself: readers, transactions, counters'],
  [/^src\/platform\/(?:sql|keyset|filters|csv|record-table)\.ts$/, 'fragments that name no table'],
  [/^src\/platform\/(?:pg-batch|copy-out)\.ts$/, 'the way to the driver'],
  [/^src\/platform\/(?:migrator|embedded-[\w-]+)\.ts$/, 'databases and migrations, before any tenant'],
  [/^src\/crm\/\w+\/\w+\.filter\.ts$/, 'fragments of the reads'],
  [/^src\/crm\/export\/record-export\.service\.ts$/, 'one frame around the fragments of every file'],
  [/^src\/audit\/(?:audit-event|sealer)\.ts$/, 'the trail, which has no entity'],
  [/^src\/(?:health|service-database)\.ts$/, 'SELECT 1'],
  [/^src\/commands\//, 'operators, outside of any request'],
];

/** Where the configuration may be imported; its values reach everybody else as plain options. */
const CONFIGURED = /^(?:mikro-orm\.config\.ts|src\/(?:commands\/[\w-]+|app|service|service-database|welcome)\.ts)$/;

describe('the import rule', () => {
  test('sees the source', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.find(({ path }) => path === 'src/app.ts')?.own).toContain('src/access/gate.ts');
  });

  test.each([...new Set(files.map(({ path }) => dirname(path)))])('holds in %s', (folder) => {
    const inFolder = files.filter(({ path }) => dirname(path) === folder);

    expect(inFolder.flatMap(forbiddenImports)).toEqual([]);
  });

  test('would be broken by each of these', () => {
    const broken = (path: string, target: string): string[] =>
      forbiddenImports({ path, text: '', own: [target], packages: [] });

    expect(broken('src/platform/csv.ts', 'src/access/gate.ts')).toHaveLength(1);
    expect(broken('src/access/gate.ts', 'src/audit/sealer.ts')).toHaveLength(1);
    expect(broken('src/crm/customer/customer.query.ts', 'src/account/user.query.ts')).toHaveLength(1);
    expect(broken('src/crm/contact/contact.routes.ts', 'src/crm/customer/customer.input.ts')).toHaveLength(1);
    expect(broken('src/crm/contact/contact.service.ts', 'src/crm/customer/customer.service.ts')).toEqual([]);
    expect(broken('src/crm/customer/customer.service.ts', 'src/crm/customer/customer.routes.ts')).toHaveLength(1);
    expect(broken('src/crm/export/csv-answer.ts', 'src/crm/customer/customer.csv.ts')).toHaveLength(1);
  });
});

describe('the source', () => {
  test.each<[rule: string, breaks: (file: SourceFile) => boolean]>([
    [
      'only configuration reads the environment, from process.env given to loadConfig',
      ({ path, text }) =>
        path !== 'src/config.ts' && text.replaceAll('loadConfig(process.env)', '').includes('process.env'),
    ],
    [
      'only processes and the application import the configuration',
      ({ path, own }) => own.includes('src/config.ts') && !CONFIGURED.test(path),
    ],
    [
      'SQL stands in *.query.ts and the few listed files',
      ({ path, text }) => SQL.test(text) && !SQL_FILES.some(([pattern]) => pattern.test(path)),
    ],
    ['no barrels', ({ path, text }) => path.endsWith('/index.ts') || /^export \* /m.test(text)],
    [
      'no default exports but that of a tool’s configuration',
      ({ path, text }) => path !== 'mikro-orm.config.ts' && /^export default /m.test(text),
    ],
    ['TODO only with what it waits for', ({ text }) => /\b(?:TODO|FIXME|XXX)\b/.test(text)],
  ])('%s', (_rule, breaks) => {
    expect(files.filter(breaks).map(({ path }) => path)).toEqual([]);
  });

  test('uses every exception of the SQL rule', () => {
    const unused = SQL_FILES.filter(
      ([pattern]) => !files.some(({ path, text }) => pattern.test(path) && SQL.test(text)),
    );

    expect(unused.map(([, why]) => why)).toEqual([]);
  });
});
