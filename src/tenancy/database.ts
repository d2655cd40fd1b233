/** The database as the service sees it: MikroORM's pool for everything, entity managers for changes, readers for reads. */
import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { Deadline } from '../platform/postgres/lease.js';
import { BoundTenantReader, type TenantReader, type TenantReaderOptions } from './tenant-reader.js';

/** As much of MikroORM as is used once it is connected. */
type Orm = Pick<MikroORM, 'em'>;

export interface Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  /** Whether connections may keep prepared statements under names. */
  readonly namedStatements: boolean;
  /** @param deadline of the request that reads; without one each wait has a limit of its own */
  reader(tenantId: string, deadline?: Deadline): TenantReader;
}

/** Wraps a connected ORM. */
export async function openDatabase(orm: Orm, options: TenantReaderOptions): Promise<Database> {
  const pool = await orm.em.getConnection().getNativeClient();
  const { namedStatements } = options;
  const reader = (tenantId: string, deadline?: Deadline): TenantReader =>
    new BoundTenantReader(pool, tenantId, options, deadline);
  return { orm, pool, namedStatements, reader };
}
