/** What a condition of a filter costs: declared at the field of the input that asks for it, kept in the schema, read by graphql-limits. */
import { Extensions } from 'type-graphql';

/** What graphql-js keeps beside a definition. */
interface Extended {
  readonly extensions: Readonly<Record<string, unknown>>;
}

const PER_VALUE = 'costPerValue';
const PER_CONDITION = 'costPerCondition';
const OF_FILTER = 'costOfFilter';

/** The field of an input is a condition; each value that it is given costs so much. */
export function CostsPerValue(cost: number): PropertyDecorator {
  return Extensions({ [PER_VALUE]: cost });
}

/** The field of a filter stands for an expression: each condition on it costs so much more. */
export function CostsPerCondition(cost: number): PropertyDecorator {
  return Extensions({ [PER_CONDITION]: cost });
}

/** A filter of a list with more rows than others: to go through them costs so much, whatever the conditions are. */
export function CostsToFilter(cost: number): ClassDecorator {
  return Extensions({ [OF_FILTER]: cost });
}

/** @returns what the field was decorated with; undefined for a field that is no condition itself */
export function costPerValueOf({ extensions }: Extended): number | undefined {
  return numberIn(extensions, PER_VALUE);
}

/** @returns what the field was decorated with */
export function costPerConditionOf({ extensions }: Extended): number {
  return numberIn(extensions, PER_CONDITION) ?? 0;
}

/** @returns what the input was decorated with */
export function costOfFilter({ extensions }: Extended): number | undefined {
  return numberIn(extensions, OF_FILTER);
}

function numberIn(extensions: Extended['extensions'], name: string): number | undefined {
  const value = extensions[name];
  return typeof value === 'number' ? value : undefined;
}
