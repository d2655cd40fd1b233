/** What ends the process from outside: signals, the end of npm, uncaught errors. */
import type { FastifyBaseLogger } from 'fastify';
import type { Lifetime } from './lifetime.js';

/** A terminal signals npm and the service, and npm forwards its own. A second signal within this time is the same one. Milliseconds. */
const SAME_WISH_MS = 2000;
const LOOK_EVERY_MS = 500;
/** After an uncaught error running requests may be wrong, so they get this long: seconds. */
const FAULT_SECONDS = 2;

/** The first signal begins an orderly end with exit code 0; a later one ends the process at once. */
export function endOnSignals(lifetime: Lifetime): void {
  let askedAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    askedAt ??= performance.now();
    if (performance.now() - askedAt > SAME_WISH_MS) lifetime.endNow(`Ended at once by a second signal (${signal}).`);
    if (!lifetime.hasBegunToEnd) lifetime.begin(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.removeAllListeners(signal); // early-signals.mjs has listened until here
    process.on(signal, onSignal);
  }
}

/**
 * npm may die without signalling the service, for example when the shell between them ends. A service that npm started then
 * ends too. Started by anything else, the service may outlive its parent.
 */
export function endWithNpm(lifetime: Lifetime, npmScript: string | undefined): void {
  if (npmScript !== 'start' && npmScript !== 'dev') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!lifetime.hasBegunToEnd) lifetime.begin(0);
  }, LOOK_EVERY_MS).unref();
}

/** Logs each uncaught error. */
export function endOnFaults(lifetime: Lifetime, log: FastifyBaseLogger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception: the service ends');
    lifetime.begin(1, FAULT_SECONDS);
  });
  // graphql-js, which runs the few documents without a plan, can leave one behind when siblings fail together.
  process.on('unhandledRejection', (reason) => {
    log.error({ err: reason }, 'unhandled rejection');
  });
}
