/**
 * The database as the service sees it: MikroORM's pool for everything but exports, entity managers for changes, readers
 * for reads.
 */
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { NO_DEADLINE, type Deadline } from '../platform/postgres/lease.js';
import { EXPORT_LIMITS, type ExportLimits } from './export-limits.js';
import { ConnectionTurns } from './connection-turns.js';
import { ExportPlaces } from './export-places.js';
import { RequestConnections, type SharedConnections } from './request-connections.js';
import { BoundTenantReader, type TenantReader, type TenantReaderOptions } from './tenant-reader.js';

/** As much of MikroORM as is used once it is connected. */
type Orm = Pick<MikroORM, 'em'>;

export interface Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  /** Where transactions and readers get their connections. */
  readonly connections: RequestConnections;
  /** Connections for exports alone, one for each place: a reader may hold one for as long as a file may take. */
  readonly exportPool: pg.Pool;
  /** Take one before an export connection. */
  readonly exportPlaces: ExportPlaces;
  /** Whether connections may keep prepared statements under names. */
  readonly namedStatements: boolean;
  /** Until when all that is asked through it must be answered. Without one each wait has a limit of its own. */
  readonly deadline: Deadline;
  /** The same database for background work, which has connections of its own. */
  readonly background: Database;
  /** For readiness: a connection that no request and no background work can take. */
  readonly backgroundPool: pg.Pool;
  reader(tenantId: string): TenantReader;
  /** The same database for one request. */
  until(deadline: Deadline): Database;
}

export interface DatabaseOptions extends TenantReaderOptions {
  readonly exportLimits?: Partial<ExportLimits>;
}

/** Background work uses at most so many at once: the sealer and the housekeeping. */
const BACKGROUND_CONNECTIONS = 2;

/** Wraps a connected ORM. Whoever closes the ORM calls `endPools` too. */
export async function openDatabase(orm: Orm, options: DatabaseOptions): Promise<Database> {
  const pool = await orm.em.getConnection().getNativeClient();
  const { namedStatements } = options;
  const limits = { ...EXPORT_LIMITS, ...options.exportLimits };
  const exports = { exportPool: poolLike(pool, limits.places), exportPlaces: new ExportPlaces(limits) };
  const backgroundPool = poolLike(pool, BACKGROUND_CONNECTIONS + 1);
  const requests = { pool, turns: new ConnectionTurns(pool.options.max) };
  const database = (shared: SharedConnections, deadline: Deadline, atOnce?: number): Database => {
    const connections = new RequestConnections(shared, deadline, atOnce);
    return {
      orm,
      pool: shared.pool,
      connections,
      backgroundPool,
      ...exports,
      namedStatements,
      deadline,
      get background() {
        return background;
      },
      reader: (tenantId) => new BoundTenantReader(connections, tenantId, options, deadline),
      until: (requestDeadline) => database(requests, requestDeadline),
    };
  };
  const backgroundTurns = { pool: backgroundPool, turns: new ConnectionTurns(BACKGROUND_CONNECTIONS) };
  const background = database(backgroundTurns, NO_DEADLINE, BACKGROUND_CONNECTIONS);
  return database(requests, NO_DEADLINE, Infinity);
}

/** Closes every connection. Call it after `orm.close()`, which leaves a pool open that it has sent nothing through itself. */
export async function endPools({ pool, exportPool, backgroundPool }: Database): Promise<void> {
  const open = [pool, exportPool, backgroundPool].filter(({ ending }) => !ending);
  await Promise.all(open.map((one) => one.end()));
}

/** A pool of the same role, client and settings. It connects when it is first used. */
function poolLike({ options }: pg.Pool, max: number): pg.Pool {
  // pg hides the password from spreads.
  const { password } = options;
  const pool = new pg.Pool({ ...options, ...(password !== undefined && { password }), min: 0, max });
  // A connection that breaks ends its query; as events without a listener its errors would end the process.
  pool.on('error', () => undefined);
  return pool;
}
