/** The database as the service sees it: MikroORM's pool for everything, entity managers for changes, readers for reads. */
import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { BoundTenantReader, type TenantReader, type TenantReaderOptions } from './tenant-reader.js';

/** As much of MikroORM as is used once it is connected. */
type Orm = Pick<MikroORM, 'em'>;

export interface Database {
  readonly orm: Orm;
  readonly pool: pg.Pool;
  /** Whether connections may keep prepared statements under names. */
  readonly namedStatements: boolean;
  reader(tenantId: string): TenantReader;
}

/** Wraps a connected ORM. */
export async function openDatabase(orm: Orm, options: TenantReaderOptions): Promise<Database> {
  const pool = await orm.em.getConnection().getNativeClient();
  const { namedStatements } = options;
  return { orm, pool, namedStatements, reader: (tenantId) => new BoundTenantReader(pool, tenantId, options) };
}
