/** Values that other rooms keep until the end of a transaction. */
import type { EntityManager } from '@mikro-orm/core';
import type { OwnValues } from '../platform/values/own-values.js';
import { OpenTransaction } from './open-transaction.js';

type Manager = Pick<EntityManager, 'getTransactionContext'>;

/** The values of the transaction that the entity manager is in; undefined outside of a transaction of this service. */
export function findTransactionValues(em: Manager): OwnValues | undefined {
  const transaction: unknown = em.getTransactionContext();
  return transaction instanceof OpenTransaction ? transaction.values : undefined;
}

/** @throws outside of a transaction of this service */
export function transactionValues(em: Manager): OwnValues {
  const values = findTransactionValues(em);
  if (values) return values;
  throw new Error('The entity manager is outside of a transaction.');
}
