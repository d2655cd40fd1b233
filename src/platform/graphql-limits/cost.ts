/**
 * The price of an operation before it runs: an object 1, a connection 1 + page × child, a scalar 0. A list that is no connection costs
 * its objects: as many as `first`, `last` or `ids` ask for, otherwise as many as it may hold. No answer holds more than its price.
 */
import type { DocumentNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { planCounts, type CountedField, type CountedName } from './cost-count.js';
import { planFields, type PricedField } from './cost-plan.js';
import { countKept } from '../graphql-schema/kept-bytes.js';
import { createFieldSelector } from './selection.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

/** Prices one operation again and again: what is asked for, and what an answer really held. */
export interface PriceList {
  readonly requested: (variables: CoercedVariables) => number;
  readonly actual: (data: unknown, variables: CoercedVariables) => number;
}

/** @returns the price list of an operation, made once per document */
export function createPricing(
  schema: GraphQLSchema,
): (operation: OperationDefinitionNode, document: DocumentNode) => PriceList {
  const known = new WeakMap<OperationDefinitionNode, PriceList>();
  return (operation, document) => {
    let prices = known.get(operation);
    if (prices === undefined) {
      const root = schema.getRootType(operation.operation);
      known.set(operation, (prices = root ? makePrices(schema, document, operation, root) : FREE));
    }
    return prices;
  };
}

const FREE: PriceList = { requested: () => 0, actual: () => 0 };

function makePrices(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  root: GraphQLObjectType,
): PriceList {
  const { selectionSet } = operation;
  const select = createFieldSelector(schema, document);
  const fields = planFields(select, root, [selectionSet]);
  countKept(operation, BYTES_PER_FIELD * (1 + sum(fields, countFields)));
  return {
    requested: (variables) => sum(fields, (field) => priceOf(field, variables)),
    // Asked for by hand, so its plan is not kept.
    actual: (data, variables) =>
      sum(planCounts(select, root, [selectionSet]), (name) => countName(name, data, variables)),
  };
}

/** Measured: 300. */
const BYTES_PER_FIELD = 400;

function countFields({ rows, beside }: PricedField): number {
  return 1 + sum(rows, countFields) + sum(beside, countFields);
}

function priceOf({ kind, rows, beside, hasRows, countRows }: PricedField, variables: CoercedVariables): number {
  const row = 1 + sum(rows, (field) => priceOf(field, variables));
  if (kind === 'object') return row;
  if (kind === 'list') return countRows(variables) * row;
  const page = hasRows ? countRows(variables) * row : 0;
  return 1 + page + sum(beside, (field) => priceOf(field, variables));
}

/** One of the alternatives is right; the others, counted with what was selected of another type, may not come to more than they cost. */
function countName(alternatives: CountedName, parent: unknown, variables: CoercedVariables): number {
  return Math.max(
    ...alternatives.map(({ field, price }) => {
      const count = countField(field, parent, variables);
      return price === undefined ? count : Math.min(count, priceOf(price, variables));
    }),
  );
}

function countField(field: CountedField, parent: unknown, variables: CoercedVariables): number {
  const value = memberOf(parent, field.responseName);
  if (!isPresent(value)) return 0;
  const { kind, rows, paths, beside } = field;
  if (kind === 'object') return countRow(rows, value, variables);
  if (kind === 'list') return sum(Array.isArray(value) ? value : [], (row) => countRow(rows, row, variables));
  // `nodes` and `edges` show the same rows.
  const pages = paths.map((path) => sum(rowsAt(value, path), (row) => countRow(path.rows, row, variables)));
  return 1 + Math.max(0, ...pages) + sum(beside, (name) => countName(name, value, variables));
}

function countRow(names: readonly CountedName[], row: unknown, variables: CoercedVariables): number {
  return isPresent(row) ? 1 + sum(names, (name) => countName(name, row, variables)) : 0;
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

type Place = Pick<CountedField['paths'][number], 'list' | 'node'>;

function rowsAt(connection: unknown, { list, node }: Place): readonly unknown[] {
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
