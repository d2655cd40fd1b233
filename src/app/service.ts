/** The running service: database, application, background work, and an end without a cut answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { provideDevelopmentKeys } from '../access/identity/development-keys.js';
import { Tokens } from '../access/identity/tokens.js';
import { verifyWalls } from '../tenancy/isolation/isolation.js';
import { buildApp } from './app.js';
import { startSealer } from '../audit/seals/sealer.js';
import { loadConfig, type Config } from '../config.js';
import { createHealth } from './health.js';
import { startHousekeeping } from './housekeeping.js';
import { createLog } from './log.js';
import { migrations } from '../migrations/migrations.js';
import { requireCurrentSchema } from '../platform/postgres/migrator.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { openServiceDatabase, type ServiceDatabase } from './service-database.js';
import { announce } from './welcome.js';

/** Load balancers need a moment to see that readiness is gone; milliseconds. */
const DRAIN_MS = 500;
/** Without its database, a service has nothing to finish: seconds. */
const LOST_SECONDS = 2;

/** Starts everything and returns when it listens; SIGTERM and SIGINT end it. @throws StartupError */
export async function runService(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const opened = await openServiceDatabase(config, (line) => {
    console.log(line);
  });
  try {
    const { database } = opened;
    const names = migrations.map(({ name }) => name);
    await requireCurrentSchema(database.pool, names);
    await requireWalls(opened);
    const health = createHealth(database, names);
    const app = await buildApp({ config, database, health, log, tokens: makeTokens(config) });
    const background = [startSealer(database, log), startHousekeeping(database, log)];
    await listen(app, config);
    const end = async (): Promise<void> => {
      health.drain();
      await sleep(DRAIN_MS);
      await app.close();
      await Promise.all(background.map((work) => work.stop()));
      await opened.close();
    };
    const ending = new Ending(end);
    endOnSignals(ending, config.SHUTDOWN_SECONDS);
    opened.supervise((fault) => {
      console.error(fault.message);
      ending.begin(1, LOST_SECONDS);
    });
    announce(config, app.listeningOrigin);
    // graphql-js, which runs the few documents without a plan, can leave one behind when siblings fail together.
    process.on('unhandledRejection', (reason) => {
      log.error({ err: reason }, 'unhandled rejection');
    });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function requireWalls({ database }: ServiceDatabase): Promise<void> {
  const problems = await verifyWalls(database.pool);
  if (problems.length > 0) throw new StartupError(`The walls between tenants are not armed: ${problems.join(' ')}`);
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

async function listen(app: Awaited<ReturnType<typeof buildApp>>, { HOST, PORT }: Config): Promise<void> {
  try {
    await app.listen({ host: HOST, port: PORT });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${PORT} is taken: set PORT to another, or stop what uses it.`);
    if (code === 'EACCES') throw new StartupError(`Port ${PORT} may not be used by this user: set PORT to another.`);
    if (code === 'EADDRNOTAVAIL') throw new StartupError(`HOST ${HOST} is no address of this machine.`);
    throw error;
  }
}

/** The one orderly end of the process, whatever asks for it. */
class Ending {
  private exitCode: 0 | 1 | undefined;

  constructor(private readonly end: () => Promise<void>) {}

  get hasBegun(): boolean {
    return this.exitCode !== undefined;
  }

  /** @param seconds after which the process ends at once, with exit code 1 */
  begin(exitCode: 0 | 1, seconds: number): void {
    setTimeout(() => process.exit(1), seconds * 1000 + DRAIN_MS).unref();
    const isFirst = !this.hasBegun;
    this.exitCode = exitCode;
    if (!isFirst) return;
    this.end().then(
      () => process.exit(this.exitCode),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
}

/** One orderly end, exit code 0; a second signal ends the process at once. */
function endOnSignals(ending: Ending, seconds: number): void {
  let wasAsked = false;
  const onSignal = (): void => {
    if (wasAsked) process.exit(1);
    wasAsked = true;
    if (!ending.hasBegun) ending.begin(0, seconds);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
