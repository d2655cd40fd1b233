/** What the changes of every record type share: the transaction, the lock, the soft deletion, the unique code. */
import { LockMode, type EntityClass, type ObjectQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { findRecordEvenDeleted } from '../../access/loaders/record-lists.js';
import type { RecordTypeTable } from '../../access/loaders/record-reads.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { write, type WriteContext } from '../../access/writes/transaction.js';
import { requireVersion, type ExpectedVersion } from '../../access/writes/version.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { violatedConstraint } from '../../platform/postgres/database-errors.js';
import { newId } from '../../platform/values/ids.js';
import { tenantOf, type TenantOwned } from '../../tenancy/tenancy.js';
import { rejectUnknown } from './record-errors.js';

/** What a change carries beside its fields. */
export interface ChangeOptions<Row> {
  /** The version that the caller saw. */
  readonly expectedVersion?: ExpectedVersion | undefined;
  /** Sees the record as it is before the change, and may reject it. */
  readonly check?: (current: Row) => void;
}

interface Deletable extends TenantOwned {
  readonly version: number;
  deletedAt: string | null;
}

/** How a record type is changed, as an entity, and read, as rows of a table. */
export interface RecordModel<Entity extends Deletable, Row extends object> {
  readonly Entity: EntityClass<Entity>;
  readonly table: RecordTypeTable<Row>;
}

/** Runs a change of one record in a transaction. A repeated Idempotency-Key is answered with the record as it is now. */
export function writeRecord<Row extends { readonly id: string; readonly version: number }>(
  ctx: RequestContext,
  { table }: Pick<RecordModel<never, Row>, 'table'>,
  work: (tx: WriteContext) => Promise<Row>,
): Promise<Changed<Row>> {
  const reread = async (id: string): Promise<Row> =>
    (await findRecordEvenDeleted(ctx.reader, table, id)) ?? rejectUnknown(table.recordType);
  return write<Row>(ctx, work, reread);
}

/** What every new record begins with. */
export function newRecord({ actor }: RequestContext) {
  const now = new Date().toISOString();
  const { tenantId, userId: createdById } = actor;
  return { tenantId, id: newId(), createdById, createdAt: now, updatedAt: now, version: 1 };
}

/**
 * The row, locked until the transaction ends, so that concurrent changes queue; for the order of locks see transaction.ts.
 * @param which `any` finds a deleted record as well
 * @throws AppError NOT_FOUND, also for another tenant's id
 */
export async function lockRecord<Entity extends Deletable, Row extends object>(
  em: EntityManager,
  { Entity, table }: RecordModel<Entity, Row>,
  id: string,
  which: 'live' | 'any',
): Promise<Entity> {
  const where: ObjectQuery<Deletable> = { tenantId: tenantOf(em), id, ...(which === 'live' && { deletedAt: null }) };
  const options = { ctx: em.getTransactionContext<object>(), lockMode: LockMode.PESSIMISTIC_WRITE };
  // The driver's look-up: that of the entity manager costs the service four times as much, for filters and relations.
  const row = await em.getDriver().findOne<Deletable>(Entity, where, options);
  // The class says what its rows become.
  return row ? (em.merge<Deletable>(Entity, row) as Entity) : rejectUnknown(table.recordType);
}

/** Soft deletion of one record and nothing else. @throws AppError NOT_FOUND, VERSION_CONFLICT */
export async function deleteRecord<Entity extends Deletable, Row extends object>(
  em: EntityManager,
  model: RecordModel<Entity, Row>,
  id: string,
  expectedVersion: ExpectedVersion | undefined,
): Promise<Entity> {
  const record = await lockRecord(em, model, id, 'live');
  requireVersion(record, expectedVersion);
  record.deletedAt = new Date().toISOString();
  return record;
}

/** A unique code and how its holder is found. */
interface UniqueCode {
  /** Name of the unique index. */
  readonly constraint: string;
  readonly taken: Sentence;
}

/** The live record that has the code. */
type FindHolder = () => Promise<{ readonly id: string } | undefined>;

/** Runs a write whose violation of the unique code becomes a DUPLICATE with `details {field, existing_id}`. */
export async function rejectDuplicate<T>(
  { constraint, taken }: UniqueCode,
  findHolder: FindHolder,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) !== constraint) throw error;
    const holder = await findHolder();
    throw new AppError('DUPLICATE', taken, {
      details: { field: 'code', existing_id: holder?.id ?? null },
      cause: error,
    });
  }
}

const CODE_ATTEMPTS = 3;

/** Runs a write again if somebody has taken its generated code by hand meanwhile; the next attempt generates another one. */
export async function retryTakenCode<T>({ constraint }: UniqueCode, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= CODE_ATTEMPTS || violatedConstraint(error) !== constraint) throw error;
    }
  }
}
