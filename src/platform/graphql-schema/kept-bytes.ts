/**
 * Counts the memory that is cached for an operation (plans, cost, selections). It lives as long as the document. Each cache reports the
 * size of a new entry with `countKept`; the cache of documents adds it to the size of the document.
 */
import type { OperationDefinitionNode } from 'graphql';

/** Called with the number of bytes added. */
export type KeptBytesAccount = (bytes: number) => void;

const accounts = new WeakMap<OperationDefinitionNode, KeptBytesAccount>();

/** From now on, `countKept` for this operation calls the account. */
export function openAccount(operation: OperationDefinitionNode, account: KeptBytesAccount): void {
  accounts.set(operation, account);
}

/** Reports a new cache entry. @param bytes an estimate from measurements, rather too high than too low */
export function countKept(operation: OperationDefinitionNode, bytes: number): void {
  accounts.get(operation)?.(bytes);
}
