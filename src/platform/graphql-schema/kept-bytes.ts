/**
 * What is remembered of an operation (its plans, its cost, its selections) lives as long as its document, and counts as memory of it.
 * Whoever remembers something says how much; whoever keeps the document adds it up.
 */
import type { OperationDefinitionNode } from 'graphql';

/** Is told of every further bytes. */
export type KeptBytesAccount = (bytes: number) => void;

const accounts = new WeakMap<OperationDefinitionNode, KeptBytesAccount>();

/** From now on the account is told what is remembered of the operation. */
export function openAccount(operation: OperationDefinitionNode, account: KeptBytesAccount): void {
  accounts.set(operation, account);
}

/** Something of this size is remembered: estimated by what was measured, rather too much than too little. */
export function countKept(operation: OperationDefinitionNode, bytes: number): void {
  accounts.get(operation)?.(bytes);
}
