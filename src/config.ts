/** The environment, read once into a frozen, validated object. No other module reads process.env. */
import { join } from 'node:path';
import * as z from 'zod';
import { DEFAULT_GRAPHQL_LIMITS as LIMITS, type GraphqlLimits } from './platform/graphql-limits/structure.js';
import { StartupError } from './platform/errors/startup-error.js';
import {
  count,
  flag,
  host,
  httpUrl,
  introspection,
  jwtKeys,
  name,
  oneOf,
  origins,
  path,
  postgresUrl,
  proxies,
  ratio,
  tokens,
} from './config-rules.js';

/** OpenTelemetry's names. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Every variable with its rule. The tests generate wrong values for each. */
export const environment = z.object({
  NODE_ENV: oneOf('development', 'production', 'test').default('development'),
  HOST: host.default('127.0.0.1'),
  PORT: count(0, 65535).default(4000),
  DATA_DIR: path.default('.data'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  DATABASE_POOL: count(2, 200).default(10),
  DATABASE_EXPORT_POOL: count(1, 50).default(3),
  DATABASE_POOLER: oneOf('none', 'transaction').default('none'),
  DATABASE_CITUS: flag.default(false),
  JWT_SECRETS: jwtKeys.optional(),
  JWT_ISSUER: name.default('crm-api'),
  JWT_AUDIENCE: name.default('crm-api'),
  IDP_ALLOW_PRIVATE: flag.default(false),
  ACCESS_TOKEN_MINUTES: count(1, 1440).default(30),
  REFRESH_TOKEN_DAYS: count(1, 365).default(30),
  CORS_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: proxies.default([]),
  COMPRESSION: flag.default(true),
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info'),
  PLAYGROUND: flag.optional(),
  INTROSPECTION: introspection.optional(),
  DEMO_DATA: flag.optional(),
  GRAPHQL_COMPILE: flag.default(true),
  GRAPHQL_MAX_COST: count(1, 1_000_000).default(LIMITS.cost),
  GRAPHQL_MAX_BYTES: count(100, 1_000_000).default(LIMITS.bytes),
  GRAPHQL_MAX_ANSWER_BYTES: count(10_000, 268_435_456).default(LIMITS.answerBytes),
  GRAPHQL_MAX_TOKENS: count(10, 100_000).default(LIMITS.tokens),
  GRAPHQL_MAX_DEFINITIONS: count(1, 10_000).default(LIMITS.definitions),
  GRAPHQL_MAX_ALIASES: count(0, 10_000).default(LIMITS.aliases),
  GRAPHQL_MAX_ROOT_FIELDS: count(1, 1000).default(LIMITS.rootFields),
  GRAPHQL_MAX_DEPTH: count(2, 100).default(LIMITS.depth),
  GRAPHQL_MAX_SELECTIONS: count(10, 1_000_000).default(LIMITS.selections),
  GRAPHQL_MAX_INTROSPECTION_DEPTH: count(2, 100).default(LIMITS.introspectionDepth),
  GRAPHQL_MAX_INTROSPECTION_LISTS: count(1, 10).default(LIMITS.introspectionLists),
  GRAPHQL_MAX_VALUE_DEPTH: count(1, 100).default(LIMITS.valueDepth),
  GRAPHQL_MAX_VALUES: count(10, 1_000_000).default(LIMITS.values),
  RATE_LIMIT_USER: count(0, 1_000_000).default(300),
  RATE_LIMIT_USER_BURST: count(1, 10_000_000).default(3000),
  RATE_LIMIT_TENANT: count(0, 1_000_000).default(600),
  RATE_LIMIT_TENANT_BURST: count(1, 10_000_000).default(6000),
  OPERATOR_PORT: count(0, 65535).optional(),
  OPERATOR_HOST: host.default('127.0.0.1'),
  OPERATOR_TOKENS: tokens.default([]),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_SERVICE_NAME: name.default('crm-api'),
  OTEL_TRACES_SAMPLER: oneOf(...SAMPLERS).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: ratio.default(1),
  SHUTDOWN_SECONDS: count(1, 300).default(25),
});

type Environment = z.infer<typeof environment>;

/** Everything that an operator can set. docs/configuration.md and .env.example describe each. */
export type Config = Readonly<
  Omit<Environment, 'PLAYGROUND' | 'INTROSPECTION' | 'DEMO_DATA'> & {
    PLAYGROUND: boolean;
    INTROSPECTION: boolean | 'signed-in';
    DEMO_DATA: boolean;
    isProduction: boolean;
    /** Name of the package.json script, if npm started the process. */
    npmScript: string | undefined;
  }
>;

/**
 * Reads and checks the environment.
 * @throws StartupError that names every wrong variable in one sentence
 */
export function loadConfig(variables: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new StartupError(`The configuration is wrong: ${problems.join('; ')}.`);
  }
  requireConsistency(parsed.data);
  return withDefaults(parsed.data, variables.npm_lifecycle_event);
}

/** Rules about pairs of variables. */
function requireConsistency(values: Environment): void {
  const { DATABASE_URL, DATABASE_MIGRATION_URL } = values;
  requireOperatorTokens(values);
  if (DATABASE_MIGRATION_URL && !DATABASE_URL) {
    throw new StartupError(
      'DATABASE_MIGRATION_URL needs DATABASE_URL beside it: the service itself connects as crm_app.',
    );
  }
}

/** For the service alone: operators' commands sign nothing, and need not be given the keys. @throws StartupError */
export function requireSigningKeys({ isProduction, JWT_SECRETS }: Config): void {
  if (!isProduction || JWT_SECRETS) return;
  throw new StartupError(
    'JWT_SECRETS is required in production: kid:secret with at least 32 random bytes, such as k1:$(openssl rand -base64 48).',
  );
}

/** Whoever reaches the port from another machine must have a token. */
function requireOperatorTokens({ OPERATOR_PORT, OPERATOR_HOST, OPERATOR_TOKENS }: Environment): void {
  const isLocal = /^(?:127(?:\.\d+){3}|::1|localhost)$/.test(OPERATOR_HOST);
  if (OPERATOR_PORT === undefined || isLocal || OPERATOR_TOKENS.length > 0) return;
  throw new StartupError(
    'OPERATOR_TOKENS is required where OPERATOR_HOST is not this machine alone: a token such as $(openssl rand -hex 32).',
  );
}

/** Defaults that differ between development and production. */
function withDefaults(values: Environment, npmScript: string | undefined): Config {
  const isProduction = values.NODE_ENV === 'production';
  return Object.freeze({
    ...values,
    isProduction,
    npmScript,
    PLAYGROUND: values.PLAYGROUND ?? !isProduction,
    INTROSPECTION: values.INTROSPECTION ?? (isProduction ? 'signed-in' : true),
    DEMO_DATA: !isProduction && (values.DEMO_DATA ?? values.DATABASE_URL === undefined),
  });
}

/** A page reads one row more than it shows. */
const ROW_BYTES_PER_ANSWER_BYTE = 2;
/** Minimum, even for small answer limits: rows may be much larger than the fields that an answer shows. */
const MIN_ROW_BYTES = 16_777_216;

/** The database pool and statement settings that `mikro-orm.config.ts` and the tenant reader need. */
export function databaseOptions(config: Config): {
  readonly poolSize: number;
  readonly namedStatements: boolean;
  readonly explicitTransaction: boolean;
  readonly startupSettings: boolean;
  readonly exportLimits: { readonly places: number };
  readonly answerLimits: { readonly rowBytes: number; readonly answerBytes: number };
} {
  const { GRAPHQL_MAX_ANSWER_BYTES: answerBytes } = config;
  const pooled = config.DATABASE_POOLER === 'transaction';
  return {
    poolSize: config.DATABASE_POOL,
    namedStatements: !pooled,
    explicitTransaction: config.DATABASE_CITUS,
    startupSettings: !pooled,
    exportLimits: { places: config.DATABASE_EXPORT_POOL },
    answerLimits: {
      rowBytes: Math.max(ROW_BYTES_PER_ANSWER_BYTE * answerBytes, MIN_ROW_BYTES),
      answerBytes,
    },
  };
}

/** How large and how expensive a GraphQL document may be. */
export function graphqlLimits(config: Config): GraphqlLimits {
  return {
    bytes: config.GRAPHQL_MAX_BYTES,
    tokens: config.GRAPHQL_MAX_TOKENS,
    definitions: config.GRAPHQL_MAX_DEFINITIONS,
    aliases: config.GRAPHQL_MAX_ALIASES,
    rootFields: config.GRAPHQL_MAX_ROOT_FIELDS,
    depth: config.GRAPHQL_MAX_DEPTH,
    selections: config.GRAPHQL_MAX_SELECTIONS,
    introspectionDepth: config.GRAPHQL_MAX_INTROSPECTION_DEPTH,
    introspectionLists: config.GRAPHQL_MAX_INTROSPECTION_LISTS,
    valueDepth: config.GRAPHQL_MAX_VALUE_DEPTH,
    values: config.GRAPHQL_MAX_VALUES,
    cost: config.GRAPHQL_MAX_COST,
    answerBytes: config.GRAPHQL_MAX_ANSWER_BYTES,
  };
}

/** Name of the service's database in the embedded PostgreSQL. */
export const EMBEDDED_DATABASE = 'crm';

/** Where the embedded PostgreSQL keeps its data. */
export function embeddedDataDir({ DATA_DIR }: Pick<Config, 'DATA_DIR'>): string {
  return join(DATA_DIR, 'postgres');
}
