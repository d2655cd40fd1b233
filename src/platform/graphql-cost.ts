/**
 * The price of an operation before it runs: an object 1, a connection 1 + page × child, a scalar 0. A list that is no connection costs
 * its objects: as many as it holds at most, or as `first` or `ids` ask for.
 */
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { planPrices, type PricedField, type RowPath } from './graphql-cost-plan.js';
import type { CoercedVariables } from './graphql-variables.js';

/** Prices one operation again and again: what is asked for, and what an answer really held. */
export interface PriceList {
  readonly requested: (variables: CoercedVariables) => number;
  readonly actual: (data: unknown) => number;
}

/** @returns the price list of an operation, made once per document */
export function createPricing(
  schema: GraphQLSchema,
): (operation: OperationDefinitionNode, document: DocumentNode) => PriceList {
  const known = new WeakMap<OperationDefinitionNode, PriceList>();
  return (operation, document) => {
    let prices = known.get(operation);
    if (prices === undefined) {
      const fields = planPrices(schema, document, operation);
      prices = {
        requested: (variables) => sum(fields, (field) => priceOf(field, variables)),
        actual: (data) => sum(fields, (field) => actualOf(field, data)),
      };
      known.set(operation, prices);
    }
    return prices;
  };
}

function priceOf({ kind, rows, beside, rowPaths, countRows }: PricedField, variables: CoercedVariables): number {
  const row = 1 + sum(rows, (field) => priceOf(field, variables));
  if (kind === 'object') return row;
  if (kind === 'list') return countRows(variables) * row;
  const page = rowPaths.length === 0 ? 0 : countRows(variables) * row;
  return 1 + page + sum(beside, (field) => priceOf(field, variables));
}

function actualOf({ kind, rows, beside, responseName, rowPaths }: PricedField, parent: unknown): number {
  const value = memberOf(parent, responseName);
  if (!isPresent(value)) return 0;
  const rowPrice = (row: unknown) => (isPresent(row) ? 1 + sum(rows, (field) => actualOf(field, row)) : 0);
  if (kind === 'object') return rowPrice(value);
  if (kind === 'list') return sum(Array.isArray(value) ? value : [], rowPrice);
  // `nodes` and `edges` show the same rows.
  const page = Math.max(0, ...rowPaths.map((path) => sum(rowsAt(value, path), rowPrice)));
  return 1 + page + sum(beside, (field) => actualOf(field, value));
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function rowsAt(connection: unknown, { list, node }: RowPath): readonly unknown[] {
  const rows = memberOf(connection, list);
  if (!Array.isArray(rows)) return [];
  return node === undefined ? rows : rows.map((edge) => memberOf(edge, node));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function sum<T>(items: readonly T[], priceOfOne: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += priceOfOne(item);
  return total;
}
