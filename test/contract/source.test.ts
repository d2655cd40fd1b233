/** What holds for every file of the source, whatever its room: environment, SQL, exports, folders. */
import { globSync } from 'node:fs';
import { readSource, ROOT, type SourceFile } from './architecture/source.js';

const files = readSource();

/** SQL past the ORM: the `sql` tag, text given to an entity manager or a driver, or a query builder. */
const SQL = /\bsql`|\.execute(?:<[^(]*>)?\(\s*['"`A-Z]|createQueryBuilder|\b(?:pool|client|lock)\.query(?:<[^(]*>)?\(/;
const SQL_FILES: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\.query\.ts$/, 'the reads'],
  [
    /^src\/tenancy\/(?:ahead-statements|statement-driver|tenant-export|tenant-reader|transaction-frame)\.ts$/,
    'tenancy itself',
  ],
  [/^src\/access\/identity\/user-row\.ts$/, 'the table of users'],
  [/^src\/access\/loaders\//, 'the reads of dataloaders'],
  [/^src\/access\/writes\/(?:counters|idempotency)\.ts$/, 'rows that a write locks'],
  [
    /^src\/platform\/lists\/(?:common-text|filters|filter-operators|keyset|look-up|nullable-order|page-rows|record-count|record-table)\.ts$/,
    'fragments that name no table',
  ],
  [/^src\/platform\/postgres\/(?:sql|csv)\.ts$/, 'fragments that name no table'],
  [/^src\/platform\/postgres\/(?:batch|copy-out)\.ts$/, 'the way to the driver'],
  [/^src\/platform\/postgres\/(?:migrator|locked-client)\.ts$/, 'migrations and locks, before any tenant'],
  [/^src\/platform\/embedded-postgres\//, 'the embedded databases, before any tenant'],
  [/^src\/platform\/lists\/text-(?:conditions|lookups)\.ts$/, 'fragments of the reads'],
  [/^src\/crm\/export\/record-export\.service\.ts$/, 'one frame around the fragments of every file'],
  [/^src\/audit\/(?:events\/audit-event|seals\/sealer)\.ts$/, 'the audit log, which has no entity'],
  [/^src\/app\/(?:health|service-database)\.ts$/, 'SELECT 1'],
  [/^src\/commands\//, 'operators, outside of any request'],
];

/** Where the configuration may be imported; its values reach everybody else as plain options. */
const CONFIGURED =
  /^(?:mikro-orm\.config\.ts|src\/commands\/[\w-]+\.ts|src\/app\/(?:app|service|pages|service-database|welcome)\.ts)$/;

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

/** What the keys of a WeakMap may be. A request, its context and its transaction keep their values themselves: OwnSlot. */
const WEAK_KEYS: readonly (readonly [type: string, why: string])[] = [
  ['FieldNode', 'parts of a document'],
  ['OperationDefinitionNode', 'parts of a document'],
  ['Selection', 'parts of a document'],
  ['string', 'lists of properties, one per selection of a document, and texts of a template'],
  ['GraphQLInputObjectType', 'parts of the schema'],
  ['MetadataStorage', 'one per process'],
  ['EntityMetadata', 'one per entity'],
  ["Database['orm']", 'one per process'],
  ['Socket', 'a connection, which carries many requests'],
  ['Duplex', 'a connection, which carries many requests'],
  ['Statement', 'a text of SQL without values'],
];
/** Keys of no named type. */
const WEAK_OBJECTS: readonly (readonly [path: string, why: string])[] = [
  ['src/platform/input/input-plan.ts', 'classes of input'],
  ['src/audit/events/named-actions.ts', 'entities'],
];

describe('the WeakMaps', () => {
  const keyed = files.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnew WeakMap\b(?:<(?:readonly )?([\w'[\]]+?)(?:\[\])?,)?/g)].map(([, type]) => ({
      path,
      type,
    })),
  );

  test('are not keyed by what stands for a request', () => {
    const unlisted = keyed.filter(({ path, type }) =>
      type === 'object'
        ? !WEAK_OBJECTS.some(([listed]) => listed === path)
        : !WEAK_KEYS.some(([listed]) => listed === type),
    );

    expect(unlisted).toEqual([]);
  });

  test('use every key of the list', () => {
    const unused = [
      ...WEAK_KEYS.filter(([listed]) => !keyed.some(({ type }) => type === listed)),
      ...WEAK_OBJECTS.filter(([listed]) => !keyed.some(({ path, type }) => type === 'object' && path === listed)),
    ];

    expect(unused).toEqual([]);
  });
});

/** What a folder can hold and still be read at a glance. */
const MOST_FILES = 30;

describe('the folders', () => {
  const held = globSync('{src,test}/**', { cwd: ROOT, withFileTypes: true }).filter((entry) => entry.isFile());
  const folders = Map.groupBy(held, ({ parentPath }) => parentPath.slice(ROOT.length));

  test('src/platform and test/crm hold folders only', () => {
    expect(folders.has('src/platform/values')).toBe(true);
    expect(folders.has('test/crm/customer')).toBe(true);
    expect(folders.has('src/platform')).toBe(false);
    expect(folders.has('test/crm')).toBe(false);
  });

  test('none holds more files than can be read at a glance', () => {
    const crowded = [...folders].filter(([, entries]) => entries.length > MOST_FILES);

    expect(crowded.map(([folder, entries]) => `${folder}: ${entries.length}`)).toEqual([]);
  });
});
