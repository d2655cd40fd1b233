/** The database as the service sees it: MikroORM's pool for everything, entity managers for changes, readers for reads. */
import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { NO_DEADLINE, type Deadline } from '../platform/postgres/lease.js';
import { BoundTenantReader, type TenantReader, type TenantReaderOptions } from './tenant-reader.js';

/** As much of MikroORM as is used once it is connected. */
type Orm = Pick<MikroORM, 'em'>;

export interface Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  /** Whether connections may keep prepared statements under names. */
  readonly namedStatements: boolean;
  /** Until when all that is asked through it must be answered. Without one each wait has a limit of its own. */
  readonly deadline: Deadline;
  reader(tenantId: string): TenantReader;
  /** The same database for one request. */
  until(deadline: Deadline): Database;
}

/** Wraps a connected ORM. */
export async function openDatabase(orm: Orm, options: TenantReaderOptions): Promise<Database> {
  const pool = await orm.em.getConnection().getNativeClient();
  const { namedStatements } = options;
  const until = (deadline: Deadline): Database => ({
    orm,
    pool,
    namedStatements,
    deadline,
    reader: (tenantId) => new BoundTenantReader(pool, tenantId, options, deadline),
    until,
  });
  return until(NO_DEADLINE);
}
