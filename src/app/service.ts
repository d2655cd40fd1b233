/** The running service: database, application, background work. Checks that fail often and cost little come first. */
import { provideDevelopmentKeys } from '../access/identity/development-keys.js';
import { Tokens } from '../access/identity/tokens.js';
import { requireCitusSetting } from '../tenancy/isolation/citus.js';
import { verifyIsolation } from '../tenancy/isolation/isolation.js';
import { buildApp, type AppParts } from './app.js';
import { startSealer } from '../audit/seals/sealer.js';
import { embeddedDataDir, loadConfig, requireSigningKeys, type Config } from '../config.js';
import { endOnFaults, endOnSignals, endWithNpm } from './end-signals.js';
import { createHealth } from './health.js';
import { startHousekeeping } from './housekeeping.js';
import { Lifetime } from './lifetime.js';
import { listen, prepareDrain, requireFreeAddress } from './listening.js';
import { createLog } from './log.js';
import { migrations } from '../migrations/migrations.js';
import { killEmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import { requireCurrentSchema } from '../platform/postgres/migrator.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { createMetrics, listenForOperators } from './operator-port.js';
import { version } from './routes.js';
import { openServiceDatabase, type ServiceDatabase } from './service-database.js';
import type { Tracing } from './tracing/tracing.js';
import { giveBackStartMemory } from './start-memory.js';
import { announce } from './welcome.js';

/** Time limit of the end after the database is lost: there is nothing left to finish. Seconds. */
const LOST_SECONDS = 2;

/** Starts everything and returns when the service listens. Signals end it. @throws StartupError; then nothing is left running */
export async function runService(): Promise<void> {
  if (process.argv.length > 2) {
    throw new StartupError('The service takes no arguments: set variables of the environment instead, such as PORT.');
  }
  const config = loadConfig(process.env);
  requireSigningKeys(config);
  const log = createLog(config.LOG_LEVEL);
  const lifetime = new Lifetime(config.SHUTDOWN_SECONDS, log, () => {
    if (config.DATABASE_URL === undefined) killEmbeddedPostgres(embeddedDataDir(config));
  });
  endOnSignals(lifetime);
  endWithNpm(lifetime, config.npmScript);
  endOnFaults(lifetime, log);
  await lifetime.start(async () => {
    await requireFreeAddress(config);
    lifetime.proceed();
    const tracing = await startTracing(config, log);
    if (tracing) lifetime.onEnd(() => tracing.stop(lifetime.timeLeft));
    const opened = await openServiceDatabase(config, lifetime, tracing?.onQuery);
    lifetime.onEnd(() => opened.close());
    try {
      await startOn(opened, { config, log, tracing }, lifetime);
    } catch (error) {
      throw opened.explain(error);
    }
  });
}

type StartParts = Pick<AppParts, 'config' | 'log' | 'tracing'>;

async function startOn(opened: ServiceDatabase, parts: StartParts, lifetime: Lifetime): Promise<void> {
  const { database } = opened;
  const { config, log } = parts;
  const names = migrations.map(({ name }) => name);
  await requireCitusSetting(database.pool, config.DATABASE_CITUS);
  await requireCurrentSchema(database.pool, names);
  await requireIsolation(opened);
  const health = createHealth(database, names);
  const { OPERATOR_HOST: HOST, OPERATOR_PORT: PORT, OPERATOR_TOKENS } = config;
  const metrics = PORT === undefined ? undefined : await createMetrics(database);
  const app = await buildApp({ ...parts, database, health, tokens: makeTokens(config), metrics });
  const background: { stop(): Promise<void> }[] = [];
  lifetime.onEnd(async () => {
    await Promise.all(background.map((work) => work.stop()));
  });
  if (metrics)
    await listenForOperators({ metrics, health, tokens: OPERATOR_TOKENS }, { HOST, PORT: PORT ?? 0 }, lifetime);
  lifetime.onEnd(prepareDrain(app, health, lifetime));
  await listen(app, config);
  background.push(startSealer(database.background, log), startHousekeeping(database.background, log));
  opened.supervise((fault) => {
    console.error(fault.message);
    lifetime.begin(1, LOST_SECONDS);
  });
  announce(config, app.listeningOrigin);
  giveBackStartMemory();
}

async function requireIsolation({ database }: ServiceDatabase): Promise<void> {
  const problems = await verifyIsolation(database.pool);
  if (problems.length > 0) throw new StartupError(`Tenant isolation is not enforced: ${problems.join(' ')}`);
}

/** Loads OpenTelemetry, if an endpoint is set. */
async function startTracing(config: Config, log: StartParts['log']): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName } = config;
  if (endpoint === undefined) return undefined;
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio } = config;
  const { OpenTelemetry } = await import('./tracing/open-telemetry.js');
  return new OpenTelemetry({ endpoint, serviceName, version, sampler, ratio, log });
}

function makeTokens(config: Config): Tokens {
  return new Tokens({
    keys: config.JWT_SECRETS ?? provideDevelopmentKeys(config.DATA_DIR),
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
    accessTokenSeconds: config.ACCESS_TOKEN_MINUTES * 60,
    refreshTokenSeconds: config.REFRESH_TOKEN_DAYS * 86_400,
  });
}
