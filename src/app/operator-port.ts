/** Connects the operators' port to the service: where its metrics come from, and when it opens and closes. */
import type pg from 'pg';
import { readBacklog } from '../audit/seals/backlog.query.js';
import type { Database } from '../tenancy/database.js';
import type { Lifetime } from './lifetime.js';
import { listen } from './listening.js';
import { buildOperatorListener, type OperatorOptions } from './operator/listener.js';
import type { Metrics, Places } from './operator/metrics.js';

/** Opens the port. It closes after the drain, so that the drain can be watched. @throws StartupError */
export async function listenForOperators(
  options: OperatorOptions,
  address: { readonly HOST: string; readonly PORT: number },
  lifetime: Lifetime,
): Promise<void> {
  const listener = buildOperatorListener(options);
  lifetime.onEnd(() => listener.close());
  await listen(listener, { ...address, prefix: 'OPERATOR_' });
  console.log(`  Operators           ${listener.listeningOrigin}/metrics`);
}

/** Loads the library of the metrics, which a service without the port does not need. */
export async function createMetrics({ pool, exportPool, backgroundPool, exportSlots }: Database): Promise<Metrics> {
  const { Metrics } = await import('./operator/metrics.js');
  return new Metrics({
    connections: () => ({
      requests: placesOf(pool),
      exports: placesOf(exportPool),
      background: placesOf(backgroundPool),
    }),
    exportSlots: () => exportSlots.load,
    backlog: () => readBacklog(backgroundPool),
  });
}

function placesOf({ totalCount, idleCount, waitingCount }: pg.Pool): Places {
  return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
