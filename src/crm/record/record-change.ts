/** What the changes of every record type do: lock the row, look at its version, name who has a unique code. */
import type { ExpectedVersion } from '../../access/writes/version.js';
import { LockMode, type EntityClass } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TenantOwned } from '../../tenancy/tenancy.js';
import { violatedConstraint } from '../../platform/postgres/database-errors.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';

/** What a change carries beside its fields. */
export interface ChangeOptions<Row> {
  /** The version that the caller saw. */
  readonly expectedVersion?: ExpectedVersion | undefined;
  /** Sees the record as it is before the change, and may reject it. */
  readonly check?: (current: Row) => void;
}

interface Deletable extends TenantOwned {
  deletedAt: string | null;
}

/**
 * The row, locked until the transaction ends, so that concurrent changes queue; for the order of locks see transaction.ts.
 * @param which `any` finds a deleted record as well
 * @throws AppError NOT_FOUND with the sentence of its kind, also for another tenant's id
 */
export async function lockRecord<T extends Deletable>(
  em: EntityManager,
  Entity: EntityClass<T>,
  id: string,
  which: 'live' | 'any',
  notFound: Sentence,
): Promise<T> {
  const found = await em.findOne<Deletable>(Entity, which === 'live' ? { id, deletedAt: null } : { id }, {
    lockMode: LockMode.PESSIMISTIC_WRITE,
    // No record has relations of the ORM's: there is nothing to look for.
    populate: false,
  });
  // The class says what its rows become.
  const record = found as T | null;
  if (!record) throw new AppError('NOT_FOUND', notFound);
  return record;
}

/** A unique code and how its holder is found. */
interface UniqueCode {
  /** Name of the unique index. */
  readonly constraint: string;
  readonly taken: Sentence;
  /** The live record that has the code. */
  readonly findHolder: () => Promise<{ readonly id: string } | undefined>;
}

/** Runs a write whose violation of the unique code becomes a DUPLICATE with `details {field, existing_id}`. */
export async function rejectDuplicate<T>(
  { constraint, taken, findHolder }: UniqueCode,
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

/** Runs a write again whose generated code somebody has taken by hand meanwhile: the next try sees it and passes it over. */
export async function retryTakenCode<T>(constraint: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= CODE_ATTEMPTS || violatedConstraint(error) !== constraint) throw error;
    }
  }
}
