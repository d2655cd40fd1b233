/**
 * The database as the service sees it: MikroORM's pool for everything but exports, entity managers for changes, readers
 * for reads.
 */
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { NO_DEADLINE, type Deadline } from '../platform/postgres/lease.js';
import { RowBudget } from '../platform/postgres/row-budget.js';
import { EXPORT_LIMITS, type ExportLimits } from './export-limits.js';
import { ConnectionTurns } from './connection-turns.js';
import { ExportSlots } from './export-slots.js';
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
  readonly exportSlots: ExportSlots;
  /** Whether connections may keep prepared statements under names. */
  readonly namedStatements: boolean;
  /** Until when all that is asked through it must be answered. Without one each wait has a limit of its own. */
  readonly deadline: Deadline;
  /** The same database for background work, which has connections of its own. */
  readonly background: Database;
  /** For readiness: a connection that no request and no background work can take. */
  readonly backgroundPool: pg.Pool;
  /** @param purpose what a change looks at is no part of the answer: it does not count against the request's budget of rows */
  reader(tenantId: string, purpose?: 'answer' | 'change'): TenantReader;
  /** The same database for one request. */
  until(deadline: Deadline): Database;
}

export interface DatabaseOptions extends TenantReaderOptions {
  readonly exportLimits?: Partial<ExportLimits>;
  readonly answerLimits?: AnswerLimits;
}

/** What one request may take and give. */
export interface AnswerLimits {
  /** Of rows that it reads. */
  readonly rowBytes: number;
  /** Of its answer as text. */
  readonly answerBytes: number;
}

/** Background work uses at most so many at once: the sealer and the housekeeping. */
const BACKGROUND_CONNECTIONS = 2;

/** Wraps a connected ORM. Whoever closes the ORM calls `endPools` too. */
export async function openDatabase(orm: Orm, options: DatabaseOptions): Promise<Database> {
  const pool = await orm.em.getConnection().getNativeClient();
  const limits = { ...EXPORT_LIMITS, ...options.exportLimits };
  const parts: Parts = {
    orm,
    exportPool: poolLike(pool, limits.places),
    exportSlots: new ExportSlots(limits),
    backgroundPool: poolLike(pool, BACKGROUND_CONNECTIONS + 1),
    requests: { pool, turns: new ConnectionTurns(pool.options.max) },
    options,
  };
  const background = { pool: parts.backgroundPool, turns: new ConnectionTurns(BACKGROUND_CONNECTIONS) };
  return new PooledDatabase(parts, NO_DEADLINE, {
    shared: parts.requests,
    atOnce: Infinity,
    background: new PooledDatabase(parts, NO_DEADLINE, { shared: background, atOnce: BACKGROUND_CONNECTIONS }),
  });
}

/** What all requests and the background work share. */
interface Parts extends Pick<Database, 'orm' | 'exportPool' | 'exportSlots' | 'backgroundPool'> {
  readonly requests: SharedConnections;
  readonly options: DatabaseOptions;
}

interface Use {
  readonly shared: SharedConnections;
  /** Connections at once. */
  readonly atOnce?: number;
  /** None: it is the background's own. */
  readonly background?: Database;
}

/** Made for each request, so that it has fields and no functions of its own. */
class PooledDatabase implements Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  readonly connections: RequestConnections;
  readonly exportPool: pg.Pool;
  readonly exportSlots: ExportSlots;
  readonly backgroundPool: pg.Pool;
  readonly namedStatements: boolean;
  readonly background: Database;
  private readonly readerOptions: TenantReaderOptions;

  constructor(
    private readonly parts: Parts,
    readonly deadline: Deadline,
    { shared, atOnce, background }: Use,
  ) {
    const { options } = parts;
    this.orm = parts.orm;
    this.pool = shared.pool;
    this.connections = new RequestConnections(shared, deadline, atOnce);
    this.exportPool = parts.exportPool;
    this.exportSlots = parts.exportSlots;
    this.backgroundPool = parts.backgroundPool;
    this.namedStatements = options.namedStatements;
    this.background = background ?? this;
    this.readerOptions = { ...options, rowBudget: budgetFor(options.answerLimits, deadline) };
  }

  reader(tenantId: string, purpose: 'answer' | 'change' = 'answer'): TenantReader {
    const options = purpose === 'change' ? this.parts.options : this.readerOptions;
    return new BoundTenantReader(this.connections, tenantId, options, this.deadline);
  }

  until(deadline: Deadline): Database {
    return new PooledDatabase(this.parts, deadline, { shared: this.parts.requests, background: this.background });
  }
}

/** Work without a deadline is no request: it reads in parts of its own. */
function budgetFor(limits: AnswerLimits | undefined, deadline: Deadline): RowBudget | undefined {
  return limits && deadline !== NO_DEADLINE ? new RowBudget(limits.rowBytes, limits.answerBytes) : undefined;
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
