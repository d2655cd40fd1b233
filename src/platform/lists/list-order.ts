/** What lists of one record type can be ordered by, for GraphQL's `orderBy` and REST's `sort`. */
import { Field, InputType, registerEnumType } from 'type-graphql';
import { CostsPerValue } from '../graphql-schema/query-cost.js';
import { NullsOrder, SortDirection } from '../graphql-schema/connection.js';
import { validationError, type Sentence } from '../errors/errors.js';
import { toFieldName, toRestName } from '../values/text.js';
import type { RelatedType } from './filter-columns.js';
import type { OrderColumn, OrderKey } from './keyset.js';

/** One key of an order as a caller asks for it. */
interface OrderRequest<Key extends string> {
  readonly field: Key;
  readonly direction?: SortDirection;
  readonly nulls?: NullsOrder | null;
}

/** A field of an order: `TOTAL_REVENUE` is the property `totalRevenue` and its column. */
interface OrderField extends Pick<OrderColumn, 'type' | 'nullable' | 'isIndexedWithoutNulls'> {
  readonly description: string;
}
type OrderFields<Key extends string> = Readonly<Record<Key, OrderField>>;

/** The orders that REST offers. */
export interface ListSort {
  /** The fields by their REST names. */
  readonly sortFields: Readonly<Record<string, OrderColumn>>;
  /** The order when none is asked for. */
  readonly usual: readonly OrderKey[];
}

interface ListOrder<Key extends string> extends ListSort {
  /** One key of the order in GraphQL. */
  readonly input: new () => OrderRequest<Key>;
  /**
   * The keys of an order, of the usual one when none is asked for. The id follows the last key's direction, so that one index
   * serves both.
   * @throws AppError VALIDATION_FAILED for more keys than there are fields
   */
  readonly keysOf: (orderBy: readonly OrderRequest<Key>[] | null | undefined) => OrderKey[];
}

/** What each key costs, whether an index has that order or all rows must be sorted. */
const KEY_COST = 100;

const TOO_MANY_KEYS: Sentence = { fr: 'Trop de clés de tri.', en: 'Too many keys of the order.' };

/** @param type of the records in GraphQL, e.g. `Contact` @param usual the order when none is asked for */
export function listOrder<Key extends string>(
  type: string,
  { table, alias }: RelatedType,
  usual: readonly OrderRequest<NoInfer<Key>>[],
  fields: OrderFields<Key>,
): ListOrder<Key> {
  const columns = columnsOf(fields, alias);
  const id: OrderColumn = { column: `${alias}.id`, property: 'id', type: 'uuid' };
  const sortFields = Object.entries<OrderColumn>(columns).map(([key, column]) => [key.toLowerCase(), column] as const);
  const keysOf: ListOrder<Key>['keysOf'] = (orderBy) => {
    // More keys than fields cannot order anything further.
    if (orderBy && orderBy.length > sortFields.length) {
      throw validationError([{ path: ['orderBy'], code: 'TOO_MANY_ITEMS', message: TOO_MANY_KEYS }]);
    }
    const asked = orderBy && orderBy.length > 0 ? orderBy : usual;
    const keys = asked.map(({ field, direction, nulls }): OrderKey => ({
      ...columns[field],
      direction: direction ?? 'ASC',
      nulls: nulls ?? 'LAST',
    }));
    return [...keys, { ...id, direction: keys.at(-1)?.direction ?? 'ASC', nulls: 'LAST' }];
  };
  const input = orderInput(type, table, fields);
  return { input, sortFields: Object.fromEntries(sortFields), usual: keysOf(null), keysOf };
}

function columnsOf<Key extends string>(fields: OrderFields<Key>, alias: string): Readonly<Record<Key, OrderColumn>> {
  const columns = Object.entries<OrderField>(fields).map(
    ([key, { type, nullable, isIndexedWithoutNulls }]): [string, OrderColumn] => {
      const property = toFieldName(key.toLowerCase());
      const column = { column: `${alias}.${toRestName(property)}`, property, type };
      return [
        key,
        { ...column, ...(nullable && { nullable }), ...(isIndexedWithoutNulls && { isIndexedWithoutNulls }) },
      ];
    },
  );
  // Object.fromEntries forgets the keys.
  return Object.fromEntries(columns) as Record<Key, OrderColumn>;
}

/** Makes the enum of the fields and the input of one key. */
function orderInput<Key extends string>(
  type: string,
  plural: string,
  fields: OrderFields<Key>,
): new () => OrderRequest<Key> {
  const keys = Object.fromEntries(Object.keys(fields).map((key) => [key, key]));
  registerEnumType(keys, {
    name: `${type}OrderField`,
    description: `What ${plural} can be ordered by.`,
    valuesConfig: fields,
  });

  @InputType(`${type}Order`, { description: `One key of an order of ${plural}; the id closes every order.` })
  class Order implements OrderRequest<Key> {
    @Field(() => keys, { description: 'What to order by.' })
    @CostsPerValue(KEY_COST)
    field!: Key;

    @Field(() => SortDirection, { defaultValue: 'ASC', description: 'Which way.' })
    direction?: SortDirection;

    @Field(() => NullsOrder, {
      nullable: true,
      description: 'Where records without a value go; last unless said otherwise.',
    })
    nulls?: NullsOrder | null;
  }
  return Order;
}
