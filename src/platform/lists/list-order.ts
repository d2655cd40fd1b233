/** What one target of list can be ordered by, for GraphQL's `orderBy` and REST's `sort`. */
import type { NullsOrder, SortDirection } from '../graphql-schema/connection.js';
import { validationError, type Sentence } from '../errors/errors.js';
import type { OrderColumn, OrderKey } from './keyset.js';

/** One key of an order as a caller asks for it. */
interface OrderRequest<Field extends string> {
  readonly field: Field;
  readonly direction?: SortDirection;
  readonly nulls?: NullsOrder | null;
}

/** What each key costs, whether an index has that order or all rows must be sorted. */
export const ORDER_KEY_COST = 100;

interface ListOrder<Field extends string> {
  /** The fields by their REST names. */
  readonly sortFields: Readonly<Record<string, OrderColumn>>;
  /**
   * The keys of an order, of the usual one when none is asked for. The id follows the last key's direction, so that one index
   * serves both.
   * @throws AppError VALIDATION_FAILED for more keys than there are fields
   */
  readonly keysOf: (orderBy: readonly OrderRequest<Field>[] | null | undefined) => OrderKey[];
}

const TOO_MANY_KEYS: Sentence = { fr: 'Trop de clés de tri.', en: 'Too many keys of the order.' };

/** @param alias of the table, e.g. `k` @param usual the order when none is asked for */
export function listOrder<Field extends string>(
  alias: string,
  columns: Readonly<Record<Field, OrderColumn>>,
  usual: readonly OrderRequest<Field>[],
): ListOrder<Field> {
  const byRestName = Object.entries<OrderColumn>(columns).map(([field, column]) => [field.toLowerCase(), column]);
  const id: OrderColumn = { column: `${alias}.id`, property: 'id', type: 'uuid' };
  // More keys than fields cannot order anything further.
  const maxKeys = byRestName.length;
  return {
    sortFields: Object.fromEntries(byRestName) as Record<string, OrderColumn>,
    keysOf: (orderBy) => {
      if (orderBy && orderBy.length > maxKeys) {
        throw validationError([{ path: ['orderBy'], code: 'TOO_MANY_ITEMS', message: TOO_MANY_KEYS }]);
      }
      const asked = orderBy && orderBy.length > 0 ? orderBy : usual;
      const keys = asked.map(({ field, direction, nulls }): OrderKey => ({
        ...columns[field],
        direction: direction ?? 'ASC',
        nulls: nulls ?? 'LAST',
      }));
      return [...keys, { ...id, direction: keys.at(-1)?.direction ?? 'ASC', nulls: 'LAST' }];
    },
  };
}
