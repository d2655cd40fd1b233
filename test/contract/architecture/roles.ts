/** Roles: the suffix of a file says what it does, and so what it may import. */
import { basename, dirname } from 'node:path';
import type { SourceFile } from './source.js';

/** The roles of each layer. All others hold files without a suffix only. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  crm: [
    ...['resolver', 'fields', 'payload', 'routes', 'serializer', 'csv', 'service', 'query'],
    ...['entity', 'input', 'filter', 'type', 'subscriber'],
  ],
  account: ['resolver', 'payload', 'routes', 'serializer', 'service', 'query', 'input', 'type'],
  audit: ['resolver', 'routes', 'serializer', 'service', 'query', 'filter', 'type', 'subscriber'],
  access: ['entity', 'query', 'loader'],
  tenancy: ['query'],
  platform: ['args'],
  demo: ['query'],
  commands: ['query'],
  'mikro-orm.config.ts': ['config'],
};

/** Files without a suffix that several files of a role share. The rule of that role holds for them. */
export const SHARED_BY_ROLE: Readonly<Record<string, string>> = {
  'src/crm/record/look-ahead.ts': 'resolver',
  'src/audit/log/history.ts': 'resolver',
  'src/crm/record/list-routes.ts': 'routes',
  'src/crm/record/record-routes.ts': 'routes',
  'src/crm/export/csv-answer.ts': 'routes',
};

/** `opportunity/opportunity.ts` lists what the application takes from the folder, so it knows each transport. */
const COMPOSITION = 'composition';
/** The layers whose files follow the rules by role. */
const BY_ROLE = /^src\/(?:crm|account|audit)\//;
/** What all features share. It knows none of them: rooms.ts. */
const SHARED = /^src\/crm\/(?:record|export)\//;

const TRANSPORTS = ['resolver', 'fields', 'payload', 'routes'];
/** Of the two files of an import, what the first may not know. '' is a file without a suffix. */
const UNKNOWN_TO: Readonly<Record<string, readonly string[]>> = {
  resolver: ['routes', 'csv', 'serializer'],
  fields: ['routes', 'csv', 'serializer'],
  payload: ['resolver', 'routes', 'csv', 'serializer'],
  routes: ['resolver', 'fields', 'payload'],
  service: [...TRANSPORTS, 'serializer'],
  query: [...TRANSPORTS, 'service', 'serializer'],
  entity: [...TRANSPORTS, 'service', 'serializer', 'query', 'csv', 'input', 'filter'],
  input: [...TRANSPORTS, 'service', 'serializer', 'query', 'csv', 'entity'],
  filter: [...TRANSPORTS, 'service', 'serializer', 'query', 'csv'],
  type: [...TRANSPORTS, 'service', 'serializer', 'query', 'csv'],
  csv: [...TRANSPORTS, 'service', 'serializer'],
  serializer: [...TRANSPORTS, 'csv'],
  subscriber: [...TRANSPORTS, 'service', 'serializer', 'csv'],
  '': [...TRANSPORTS, 'serializer', 'csv'],
};
/** What one feature may know of another. */
const OPEN_ROLES = ['entity', 'service', 'query'];

const TRANSPORT_PACKAGE = /^(?:fastify|@fastify\/.*|graphql|@apollo\/.*|@as-integrations\/.*)$/;
const MAY_KNOW_TRANSPORT_PACKAGES = [...TRANSPORTS, COMPOSITION];
const REST = 'src/platform/rest/';
const MAY_KNOW_REST = ['routes', 'serializer', COMPOSITION];

export function roleOf(path: string): string {
  const [stem = '', ...suffixes] = basename(path, '.ts').split('.');
  if (suffixes.length > 0) return suffixes.join('.');
  if (/^src\/(?:crm|account)\//.test(path) && stem === basename(dirname(path))) return COMPOSITION;
  return SHARED_BY_ROLE[path] ?? '';
}

/** A file of the layers that follow no rules by role is judged by its suffix alone. */
function hasRole(path: string): boolean {
  return BY_ROLE.test(path) || roleOf(path) !== '';
}

function layerOf(path: string): string {
  return path.replace(/^src\//, '').replace(/\/.*$/, '');
}

/** `crm/customer`, of a file of a feature. The pipeline's room is inside its feature and may know it from within. */
function featureOf(path: string): string | undefined {
  return SHARED.test(path) ? undefined : /^src\/(crm\/[\w-]+)\//.exec(path)?.[1];
}

/** One sentence for an unknown role, and for each import that the role forbids. */
export function roleFaults(file: SourceFile): string[] {
  const { path, own, packages } = file;
  return [
    ...unknownRole(path),
    ...own.flatMap((target) => forbiddenByRole(path, target)),
    ...(hasRole(path) ? forbiddenPackages(path, packages) : []),
  ];
}

function unknownRole(path: string): string[] {
  const suffix = basename(path, '.ts').split('.').slice(1).join('.');
  const known = ROLES[layerOf(path)] ?? [];
  if (suffix === '' || known.includes(suffix)) return [];
  return [
    `${path}: “${suffix}” is no role of ${layerOf(path)}; name the file after a role, or add the role to the rule`,
  ];
}

function forbiddenPackages(path: string, packages: readonly string[]): string[] {
  if (MAY_KNOW_TRANSPORT_PACKAGES.includes(roleOf(path))) return [];
  return packages
    .filter((name) => TRANSPORT_PACKAGE.test(name))
    .map((name) => `${path} → ${name}: ${describeRole(path)} knows no transport`);
}

function forbiddenByRole(path: string, target: string): string[] {
  if (!BY_ROLE.test(path)) return [];
  if (target.startsWith(REST) && !MAY_KNOW_REST.includes(roleOf(path)))
    return [`${path} → ${target}: ${describeRole(path)} does not know REST`];
  if (!BY_ROLE.test(target)) return [];
  if (isHidden(path, target))
    return [`${path} → ${target}: ${describeRole(path)} does not know ${describeRole(target)}`];
  return isOpen(path, target) ? [] : [`${path} → ${target}: of another feature only its ${OPEN_ROLES.join(', ')}`];
}

/** The reads of a CSV file use the shared export service, so below the transports roles do not bind what is shared. */
function isHidden(path: string, target: string): boolean {
  const role = roleOf(target);
  if (SHARED.test(target) && !TRANSPORTS.includes(role)) return false;
  return UNKNOWN_TO[roleOf(path)]?.includes(role) === true;
}

function isOpen(path: string, target: string): boolean {
  const [from, to] = [featureOf(path), featureOf(target)];
  return from === undefined || to === undefined || from === to || OPEN_ROLES.includes(roleOf(target));
}

function describeRole(path: string): string {
  const role = roleOf(path);
  return role === '' ? 'a file without a role' : `a file of the role “${role}”`;
}
