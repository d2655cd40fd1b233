/**
 * The service's access to the database: entity managers for changes, readers for reads, and separate pools for requests (MikroORM's),
 * for exports and for background work.
 */
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import type { BatchOptions } from '../platform/postgres/batch.js';
import { NO_DEADLINE, type Deadline } from '../platform/postgres/lease.js';
import { RowBudget } from '../platform/postgres/row-budget.js';
import { EXPORT_LIMITS, type ExportLimits } from './export-limits.js';
import { TenantTurns } from './tenant-turns.js';
import { ExportSlots } from './export-slots.js';
import { RequestConnections, type SharedConnections } from './request-connections.js';
import { BoundTenantReader, type TenantReader, type TenantReaderOptions } from './tenant-reader.js';

/** The part of MikroORM that is used after it is connected. */
type Orm = Pick<MikroORM, 'em'>;

export interface Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  /** The source of connections for transactions and readers. */
  readonly connections: RequestConnections;
  /** Connections for exports only, one per running export: a slow reader may hold one until the time limit of a file. */
  readonly exportPool: pg.Pool;
  /** Take a slot before a connection of `exportPool`. */
  readonly exportSlots: ExportSlots;
  /** How statements are sent. */
  readonly batchOptions: BatchOptions;
  /** The time by which all statements must be answered. Each wait also has its own limit. */
  readonly deadline: Deadline;
  /** The same database for background work, which has its own connections. */
  readonly background: Database;
  /**
   * The pool of background work. It has two extra connections, which no request and no background work can take: one for the readiness
   * check, and one to ask for new seals on behalf of clients that wait for changes.
   */
  readonly backgroundPool: pg.Pool;
  /** @param purpose 'change': the rows are not part of the response and do not count against the request's row budget */
  reader(tenantId: string, purpose?: 'answer' | 'change'): TenantReader;
  /** The same database for one request. */
  until(deadline: Deadline): Database;
}

export interface DatabaseOptions extends TenantReaderOptions {
  readonly exportLimits?: Partial<ExportLimits>;
  readonly answerLimits?: AnswerLimits;
}

/** Limits of one request. */
export interface AnswerLimits {
  /** Bytes of rows that it may read. */
  readonly rowBytes: number;
  /** Bytes of its response as text. */
  readonly answerBytes: number;
}

/** The number of connections for background work: one for the sealer and one for the housekeeping. */
const BACKGROUND_CONNECTIONS = 2;

/** Wraps a connected ORM. After closing the ORM, call `endPools` too. */
export async function openDatabase(orm: Orm, options: DatabaseOptions): Promise<Database> {
  const pool = await orm.em.getConnection().getNativeClient();
  const limits = { ...EXPORT_LIMITS, ...options.exportLimits };
  const parts: Parts = {
    orm,
    exportPool: poolLike(pool, limits.places),
    exportSlots: new ExportSlots(limits),
    backgroundPool: poolLike(pool, BACKGROUND_CONNECTIONS + 2),
    requests: { pool, turns: new TenantTurns(pool.options.max) },
    options,
  };
  const background = { pool: parts.backgroundPool, turns: new TenantTurns(BACKGROUND_CONNECTIONS) };
  return new PooledDatabase(parts, NO_DEADLINE, {
    shared: parts.requests,
    atOnce: Infinity,
    background: new PooledDatabase(parts, NO_DEADLINE, { shared: background, atOnce: BACKGROUND_CONNECTIONS }),
  });
}

/** Shared by all requests and the background work. */
interface Parts extends Pick<Database, 'orm' | 'exportPool' | 'exportSlots' | 'backgroundPool'> {
  readonly requests: SharedConnections;
  readonly options: DatabaseOptions;
}

interface Use {
  readonly shared: SharedConnections;
  /** The largest number of connections at once. */
  readonly atOnce?: number;
  /** Absent for the background database itself. */
  readonly background?: Database;
}

/** A class, because one is made for each request: per-object closures would be expensive. */
class PooledDatabase implements Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  readonly connections: RequestConnections;
  readonly exportPool: pg.Pool;
  readonly exportSlots: ExportSlots;
  readonly backgroundPool: pg.Pool;
  readonly batchOptions: BatchOptions;
  readonly background: Database;
  private readonly readerOptions: TenantReaderOptions;

  constructor(
    private readonly parts: Parts,
    deadline: Deadline,
    { shared, atOnce, background }: Use,
  ) {
    const { options } = parts;
    this.orm = parts.orm;
    this.pool = shared.pool;
    this.connections = new RequestConnections(shared, deadline, atOnce);
    this.exportPool = parts.exportPool;
    this.exportSlots = parts.exportSlots;
    this.backgroundPool = parts.backgroundPool;
    this.batchOptions = options;
    this.background = background ?? this;
    this.readerOptions = { ...options, rowBudget: budgetFor(options.answerLimits, deadline) };
  }

  reader(tenantId: string, purpose: 'answer' | 'change' = 'answer'): TenantReader {
    const options = purpose === 'change' ? this.parts.options : this.readerOptions;
    return new BoundTenantReader(this.connections, tenantId, options);
  }

  get deadline(): Deadline {
    return this.connections.deadline;
  }

  until(deadline: Deadline): Database {
    return new PooledDatabase(this.parts, deadline, { shared: this.parts.requests, background: this.background });
  }
}

/** Work without a deadline is background work, which reads in batches and needs no budget. */
function budgetFor(limits: AnswerLimits | undefined, deadline: Deadline): RowBudget | undefined {
  return limits && deadline !== NO_DEADLINE ? new RowBudget(limits.rowBytes, limits.answerBytes) : undefined;
}

/** Closes every connection. Call it after `orm.close()`, which does not close a pool that the ORM has sent no query through. */
export async function endPools({ pool, exportPool, backgroundPool }: Database): Promise<void> {
  const open = [pool, exportPool, backgroundPool].filter(({ ending }) => !ending);
  await Promise.all(open.map((one) => one.end()));
}

/** A pool with the same role, client and settings. It connects at its first use. */
function poolLike({ options }: pg.Pool, max: number): pg.Pool {
  // pg hides the password from spreads.
  const { password } = options;
  const pool = new pg.Pool({ ...options, ...(password !== undefined && { password }), min: 0, max });
  // A broken connection fails its query. Without a listener, the error event would also end the process.
  pool.on('error', () => undefined);
  return pool;
}
