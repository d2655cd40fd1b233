/** Declares the cost of a query at fields and inputs of the schema. graphql-limits reads it (docs/query-cost.md). */
import { Extensions } from 'type-graphql';

/** A definition of graphql-js with its extensions. */
interface Extended {
  readonly extensions: Readonly<Record<string, unknown>>;
}

const LIST_BOUND = 'listBound';
const PER_VALUE = 'costPerValue';
const PER_CONDITION = 'costPerCondition';
const OF_FILTER = 'costOfFilter';

/** For a list that is not a connection: its largest size, which the resolver enforces. `first`, `last` and `ids` may ask for less. */
export function AtMost(count: number): ReturnType<typeof Extensions> {
  return Extensions({ [LIST_BOUND]: count });
}

/** For an input field that is a condition: the cost of each value. */
export function CostsPerValue(cost: number): PropertyDecorator {
  return Extensions({ [PER_VALUE]: cost });
}

/** For a filter field that stands for an SQL expression: the additional cost of each condition on it. */
export function CostsPerCondition(cost: number): PropertyDecorator {
  return Extensions({ [PER_CONDITION]: cost });
}

/** For the filter of a list with more rows than others: the cost of reading them, whatever the conditions. */
export function CostsToFilter(cost: number): ClassDecorator {
  return Extensions({ [OF_FILTER]: cost });
}

/** @returns undefined for a field without `@AtMost` */
export function listBoundOf(field: Extended): number | undefined {
  return numberIn(field, LIST_BOUND);
}

/** @returns undefined for a field that is not a condition itself */
export function costPerValueOf(field: Extended): number | undefined {
  return numberIn(field, PER_VALUE);
}

export function costPerConditionOf(field: Extended): number {
  return numberIn(field, PER_CONDITION) ?? 0;
}

export function costOfFilter(input: Extended): number | undefined {
  return numberIn(input, OF_FILTER);
}

function numberIn({ extensions }: Extended, name: string): number | undefined {
  const value = extensions[name];
  return typeof value === 'number' ? value : undefined;
}
