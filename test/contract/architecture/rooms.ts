/** Rooms: the folders of the source, and which other rooms each of them may import. */
import { dirname } from 'node:path';
import type { SourceFile } from './source.js';

const ALL_PLATFORM = ['platform/*'];
/** Tenant isolation is proved at the start and by a command; nothing else depends on it. */
const TENANCY = ['tenancy', ...ALL_PLATFORM];
const ACCESS = ['access/*', ...TENANCY];
const AUDIT = ['audit/*', ...ACCESS];
/** What one feature may know of another depends on the roles of both files: roles.ts. */
const FEATURE = ['crm/*', ...AUDIT];
const VALUES = ['platform/values', 'platform/errors'];
const GRAPHQL_SCHEMA = ['platform/graphql-schema', ...VALUES];

/**
 * Every room with the rooms that it may know; `crm/*` stands for all below `crm/`. A room may always know itself.
 * Layers: app → crm, account → audit → access → tenancy → platform. An arrow may skip layers and never goes up.
 */
const MAY_KNOW: Readonly<Record<string, readonly string[]>> = {
  'platform/errors': [],
  'platform/values': ['platform/errors'],
  'platform/postgres': ['platform/errors'],
  'platform/embedded-postgres': ['platform/errors'],
  'platform/pages': VALUES,
  'platform/graphql-schema': VALUES,
  'platform/graphql-limits': GRAPHQL_SCHEMA,
  'platform/graphql-plan': GRAPHQL_SCHEMA,
  'platform/graphql-server': ['platform/graphql-plan', 'platform/graphql-limits', ...GRAPHQL_SCHEMA],
  'platform/outbound': VALUES,
  'platform/input': GRAPHQL_SCHEMA,
  'platform/lists': ['platform/input', 'platform/postgres', ...GRAPHQL_SCHEMA],
  'platform/rest': ['platform/lists', 'platform/input', ...GRAPHQL_SCHEMA],

  tenancy: ALL_PLATFORM,
  'tenancy/isolation': ALL_PLATFORM,

  'access/identity': TENANCY,
  'access/rights': ['access/identity', ...TENANCY],
  'access/writes': ['access/identity', ...TENANCY],
  'access/loaders': ['access/identity', 'access/rights', ...TENANCY],

  'audit/seals': ACCESS,
  'audit/events': ['audit/seals', ...ACCESS],
  'audit/log': ['audit/events', 'audit/seals', ...ACCESS],

  account: AUDIT,
  'account/api-key': ['account', ...AUDIT],
  'account/identity-provider': ['account', ...AUDIT],
  'account/operator': ['account', 'account/api-key', ...AUDIT],
  'crm/export': AUDIT,
  'crm/record': ['crm/export', ...AUDIT],
  'crm/activity': FEATURE,
  'crm/change': FEATURE,
  'crm/contact': FEATURE,
  'crm/customer': FEATURE,
  'crm/history': FEATURE,
  'crm/node': FEATURE,
  'crm/opportunity': FEATURE,
  'crm/opportunity/pipeline': FEATURE,
  'crm/record-users': FEATURE,
  'crm/search': FEATURE,
  'crm/viewer-can': FEATURE,

  migrations: ['migrations/*'],
  'migrations/2026-11': ['migrations/sql'],
  'migrations/2026-12': ['migrations/sql'],
  'migrations/sql': [],
  demo: ['crm/*', 'account', ...AUDIT],
  'src/config-rules.ts': [],
  'src/config.ts': ['src/config-rules.ts', ...ALL_PLATFORM],
  'mikro-orm.config.ts': ['crm/*', 'account', ...AUDIT, 'migrations', 'src/config.ts'],
  'app/tracing': ALL_PLATFORM,
  'app/operator': ['app/tracing', 'audit/seals', ...TENANCY],
  app: [
    ...['app/operator', 'app/tracing'],
    ...['crm/*', 'account', 'account/api-key', 'account/identity-provider', ...AUDIT],
    ...['tenancy/isolation'],
    ...['demo', 'migrations', 'src/config.ts', 'mikro-orm.config.ts'],
  ],
  'src/early-signals.mjs': [],
  'src/server.ts': ['app', 'src/early-signals.mjs', ...ALL_PLATFORM],
  'commands/text': ['crm/*', 'account', ...AUDIT],
  commands: [
    ...['commands/text', 'app', 'account/operator', 'audit/*', 'tenancy', 'tenancy/isolation', ...ALL_PLATFORM],
    ...['migrations', 'src/config.ts', 'mikro-orm.config.ts'],
  ],
};

/** A file directly below `src/`, or beside it, is a room of its own. */
export function roomOf(path: string): string | undefined {
  const folder = dirname(path);
  const room = folder.startsWith('src/') ? folder.slice('src/'.length) : path;
  return Object.hasOwn(MAY_KNOW, room) ? room : undefined;
}

function mayKnow(from: string, to: string): boolean {
  const matches = (name: string): boolean =>
    name === to || (name.endsWith('/*') && to.startsWith(name.slice(0, -'*'.length)));
  return from === to || MAY_KNOW[from]?.some(matches) === true;
}

/** One sentence for a file outside of all rooms, and for each import that its room forbids. */
export function roomFaults({ path, own }: SourceFile): string[] {
  const from = roomOf(path);
  if (from === undefined) return [`${path}: in no room; move it into one, or add its folder to the rule`];
  return own.flatMap((target) => {
    const to = roomOf(target);
    if (to === undefined) return [`${path} → ${target}: in no room of the source`];
    return mayKnow(from, to) ? [] : [`${path} → ${target}: ${from} does not know ${to}`];
  });
}
