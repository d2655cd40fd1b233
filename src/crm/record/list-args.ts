/** The arguments that the lists of every record type take. */
import { ArgsType, Field, type ClassType } from 'type-graphql';
import { ConnectionArgs } from '../../platform/graphql-schema/connection.js';
import type { Filter } from '../../platform/lists/filter-columns.js';
import { DELETED, DeletedRecords } from './deleted-records.js';

/**
 * The base of a record type's list arguments.
 * @param Order one key of the order
 * @param search what the argument `search` looks at
 */
export function listArgs<Order extends object>(FilterInput: ClassType, Order: ClassType<Order>, search: string) {
  @ArgsType()
  abstract class ListArgs extends ConnectionArgs {
    @Field(() => FilterInput, { nullable: true, description: 'Only these.' })
    filter?: Filter | null;

    @Field(() => String, { nullable: true, description: search })
    search?: string | null;

    @Field(() => [Order], { nullable: true, description: 'Keys of the order, the first one first.' })
    orderBy?: Order[] | null;

    @Field(() => DeletedRecords, { nullable: true, description: DELETED })
    deleted?: DeletedRecords | null;
  }
  return ListArgs;
}
