/**
 * Health checks. Readiness depends on the database, liveness never does. An embedded PostgreSQL that died is restarted within
 * 5 s; meanwhile the process is alive and not ready. If the restart fails, the process ends by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { LimitedQuery } from '../platform/postgres/row-client.js';
import type { Database } from '../tenancy/database.js';
import { verifyIsolation } from '../tenancy/isolation/isolation.js';
import { requireCurrentSchema } from '../platform/postgres/migrator.js';
import { CheckHistory, type HealthReport } from './operator/health-report.js';

/** Problems, one sentence each. None means that the service can work. */
type Check = () => Promise<readonly string[]>;

/** How long the inspection of the catalogue is reused, for both checks; milliseconds. */
const CATALOGUE_EVERY_MS = 10_000;

/** True on a standby that was not promoted, and where the operator has made the database read-only. */
const PROBE = `SELECT current_setting('transaction_read_only')::boolean AS "isReadOnly"`;
const READ_ONLY = 'The database is read-only: it is a standby, or default_transaction_read_only is on.';
/** A database probe that takes longer counts as failed; milliseconds. */
const PROBE_TIMEOUT_MS = 2000;
/** Time limit of one check; milliseconds. */
const CHECK_TIMEOUT_MS = 5000;

export interface Health {
  /** Makes the service not ready, so that a load balancer sends no more requests. */
  drain(): void;
  readonly isDraining: boolean;
  readonly problems: Check;
  /** Runs the checks, and says of each since when it passes or fails. */
  readonly report: () => Promise<HealthReport>;
}

/** @param migrations names that the code expects the database to have */
export function createHealth(database: Database, migrations: readonly string[]): Health {
  let isDraining = false;
  const history = new CheckHistory();
  const checks = createChecks(database, migrations);
  const problems = async (): Promise<readonly string[]> => {
    for (const [name, check] of Object.entries(checks)) {
      const found = await within(CHECK_TIMEOUT_MS, check()).catch(() => [FAILED_CHECK]);
      history.note(name, found);
      if (found.length > 0) return found;
    }
    return [];
  };
  const statusOf = (found: readonly string[]): HealthReport['status'] => {
    if (isDraining) return 'draining';
    return found.length === 0 ? 'ready' : 'not ready';
  };
  return {
    drain: () => {
      isDraining = true;
    },
    get isDraining() {
      return isDraining;
    },
    problems: async () => (isDraining ? ['The service is shutting down.'] : problems()),
    report: async () => {
      const found = await problems();
      return { status: statusOf(found), checks: history.list() };
    },
  };
}

const FAILED_CHECK = 'The database does not answer, or its schema is not the one of this version.';

/** In the order in which they run: each needs those before it. */
function createChecks(database: Database, migrations: readonly string[]): Readonly<Record<string, Check>> {
  const { backgroundPool } = database;
  let catalogue: { readonly at: number; readonly problems: readonly string[] } | undefined;
  return {
    database: async () => {
      const probe: pg.QueryConfig & LimitedQuery = { text: PROBE, answerTimeoutMs: PROBE_TIMEOUT_MS };
      const { rows } = await backgroundPool.query<{ isReadOnly: boolean }>(probe);
      return rows[0]?.isReadOnly === false ? [] : [READ_ONLY];
    },
    schema: async () => {
      if (catalogue && Date.now() - catalogue.at <= CATALOGUE_EVERY_MS) return [];
      await requireCurrentSchema(backgroundPool, migrations);
      return [];
    },
    isolation: async () => {
      if (!catalogue || Date.now() - catalogue.at > CATALOGUE_EVERY_MS) {
        catalogue = { at: Date.now(), problems: await verifyIsolation(backgroundPool) };
      }
      return catalogue.problems;
    },
  };
}

/** @throws when the work takes longer; the work itself goes on, under limits of its own */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const tooLate = sleep(limitMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error('The check took too long.');
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    limit.abort();
    tooLate.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** GET /health/live and /health/ready. Problems go to the log; the answer says only whether there are any. */
export function registerHealth(app: FastifyInstance, health: Health): void {
  app.get('/health/live', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/health/ready', async (request, reply) => {
    const problems = await health.problems();
    reply.header('cache-control', 'no-store');
    if (problems.length === 0) return { status: 'ready' };
    if (!health.isDraining) request.log.warn({ requestId: request.id, problems }, 'not ready');
    return reply
      .code(503)
      .header('retry-after', '1')
      .send({ status: health.isDraining ? 'draining' : 'not ready' });
  });
}
