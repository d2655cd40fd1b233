/** What compose.yaml promises. */
import { parse } from 'yaml';
import { databaseStatements, roleStatements } from '../../../src/platform/embedded-postgres/database.js';
import { environment, loadConfig } from '../../../src/config.js';
import { readText } from './dockerfile.js';
import { blocksOf, fillIn, passwordOf } from './page.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly ports?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

const text = readText('compose.yaml');
// The tests say which parts are there. Merge keys are not used.
const { services, configs } = parse(text) as Compose;
const entries = Object.entries(services);
const own = entries.filter(([, { image }]) => image === 'crm-api');
const serviceOf = (name: string): Service => {
  const found = services[name];
  if (!found) throw new Error(`No service ${name}.`);
  return found;
};
/** As Compose fills variables in. */
const filled = (value: string): string => value.replaceAll(/\$\{(\w+):\?\}/g, (_, name: string) => VALUES[name] ?? '');
const VALUES: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'aa11',
  CRM_OWNER_PASSWORD: 'bb22',
  CRM_APP_PASSWORD: 'cc33',
  JWT_SECRETS: `k1:${'0123456789abcdef'.repeat(4)}`,
};

test('the parts are there: PostgreSQL 18, one run of the migrations, two replicas, a proxy', () => {
  expect(entries.map(([name, { image }]) => [name, image])).toEqual([
    ['postgres', 'postgres:18'],
    ['migrate', 'crm-api'],
    ['api-1', 'crm-api'],
    ['api-2', 'crm-api'],
    ['proxy', 'caddy:2'],
  ]);
  expect(text).not.toContain(':latest');
});

test.each(own)('%s cannot write to its image and has no rights of root', (_name, service) => {
  expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
});

test('each waits for what it needs', () => {
  expect(serviceOf('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
  for (const name of ['api-1', 'api-2'])
    expect(serviceOf(name).depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
  expect(serviceOf('proxy').depends_on).toEqual({
    'api-1': { condition: 'service_healthy' },
    'api-2': { condition: 'service_healthy' },
  });
  expect(serviceOf('migrate')).toMatchObject({ restart: 'no', command: ['node', 'dist/src/commands/migration-up.js'] });
});

test('every server has a health check', () => {
  const checked = entries.filter(([name]) => name !== 'migrate').map(([, { healthcheck }]) => healthcheck?.test?.[0]);

  expect(checked).toEqual(['CMD', 'CMD', 'CMD', 'CMD']);
});

test('a replica has time to end', () => {
  const { SHUTDOWN_SECONDS } = environment.parse({});

  expect(Number.parseInt(serviceOf('api-1').stop_grace_period ?? '', 10)).toBeGreaterThan(SHUTDOWN_SECONDS);
});

test.each(own)('the variables of %s are ones the configuration takes', (_name, service) => {
  const variables: Record<string, string> = { NODE_ENV: 'production' };
  for (const [name, value] of Object.entries(service.environment ?? {})) variables[name] = filled(value);
  const config = loadConfig(variables);

  expect(config.DATABASE_URL).toBe('postgres://crm_app:cc33@postgres:5432/crm');
  expect(Object.keys(variables).filter((name) => !(name in environment.shape))).toEqual([]);
});

test('only the migrations may change the schema, and only replicas sign', () => {
  const holders = (variable: string): string[] =>
    own.filter(([, service]) => variable in (service.environment ?? {})).map(([name]) => name);

  expect(holders('DATABASE_MIGRATION_URL')).toEqual(['migrate']);
  expect(holders('JWT_SECRETS')).toEqual(['api-1', 'api-2']);
});

test('nothing but the proxy is published, and to this machine alone', () => {
  expect(entries.filter(([, { ports }]) => ports).map(([name, { ports }]) => [name, ports])).toEqual([
    ['proxy', ['127.0.0.1:8080:8080']],
  ]);
});

test('every secret is asked for, none is written down', () => {
  const named = [...text.matchAll(/\$\{(\w+)(:\?)?\}/g)];

  expect(new Set(named.map(([, name]) => name))).toEqual(new Set(Object.keys(VALUES)));
  expect(named.filter(([, , required]) => required === undefined)).toEqual([]);
  for (const name of Object.keys(VALUES)) expect(text).toMatch(new RegExp(`^# .*\\b${name}\\b`, 'm'));
});

/** Creating a role in one statement or in two is the same. */
function rolesOf(sql: string): string[] {
  const roles = sql.matchAll(/CREATE ROLE (\w+)/g);
  const signingIn = sql.matchAll(/(?:CREATE|ALTER) ROLE (\w+) LOGIN PASSWORD '(\w+)'/g);
  const others = sql.split('\n').filter((line) => /^(?:GRANT|REVOKE|CREATE DATABASE)/.test(line));
  return [
    ...[...roles].map(([, name]) => `role ${name ?? ''}`),
    ...[...signingIn].map(([, name, password]) => `${name ?? ''} signs in with ${password ?? ''}`),
    ...others.map((line) => line.trim()),
  ].sort();
}

const printed = [
  roleStatements((role) => `'${VALUES[`${role.toUpperCase()}_PASSWORD`] ?? ''}'`),
  ...databaseStatements('crm'),
].join('\n');

test('PostgreSQL gets the roles and the database that roles:print prints', () => {
  expect(rolesOf(filled(configs.roles?.content ?? ''))).toEqual(rolesOf(printed));
});

test('the page about deployment has the same', () => {
  const [shown = ''] = blocksOf('docs/deployment.md', 'Roles and database', 'sql');
  const lines = fillIn(shown, { port: 1, folder: '', source: '' })
    .replaceAll(passwordOf('crm_owner'), VALUES.CRM_OWNER_PASSWORD ?? '')
    .replaceAll(passwordOf('crm_app'), VALUES.CRM_APP_PASSWORD ?? '')
    .replace(
      'GRANT crm_search, crm_eraser TO',
      'GRANT crm_search TO crm_owner WITH ADMIN OPTION;\nGRANT crm_eraser TO',
    );

  expect(rolesOf(lines)).toEqual(rolesOf(printed));
});

test('the proxy asks both replicas whether they are ready', () => {
  expect(configs.proxy?.content).toContain('reverse_proxy api-1:4000 api-2:4000 {');
  expect(configs.proxy?.content).toContain('health_uri /health/ready');
});
