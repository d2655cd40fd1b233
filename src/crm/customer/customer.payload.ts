/** The payloads of the mutations of customers. */
import { Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type { Changed, RelatedCounts as Counts } from '../../access/writes/change-effects.js';
import { payloadOf } from '../../platform/graphql-schema/mutation-payload.js';
import { Customer } from './customer.entity.js';
import type { CustomerRow } from './customer.query.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'customer', record: () => Customer, description });

export const CreateCustomerPayload = payload('CreateCustomerPayload', 'The new customer.');
export const UpdateCustomerPayload = payload('UpdateCustomerPayload', 'The customer as it is now.');
export const ConvertCustomerPayload = payload('ConvertCustomerPayload', 'The customer as it is now.');

@ObjectType({ description: 'How many records were deleted or restored with a customer.', simpleResolvers: true })
class RelatedCounts {
  @Field(() => Int, { description: 'Contacts.' })
  contacts!: number;

  @Field(() => Int, { description: 'Opportunities.' })
  opportunities!: number;

  @Field(() => Int, { description: 'Activities.' })
  activities!: number;
}

const NONE: Counts = { contacts: 0, opportunities: 0, activities: 0 };

export const DeleteCustomerPayload = payload('DeleteCustomerPayload', 'The customer that was deleted.');
export const RestoreCustomerPayload = payload('RestoreCustomerPayload', 'The customer as it is now.');
/** @returns the resolver of the counts in the payload of a change that may delete or restore records of the customer */
function countsOf(Payload: abstract new () => object, name: string, description: string) {
  @Resolver(() => Payload)
  class CountsResolver {
    @FieldResolver(() => RelatedCounts, { name, description })
    counts(@Root() { counts }: Changed<CustomerRow>): Counts {
      return counts ?? NONE;
    }
  }
  return CountsResolver;
}

const RESTORED = 'The records that were restored with it: exactly those that were deleted with it.';

export const customerPayloads = [
  countsOf(DeleteCustomerPayload, 'deleted', 'The records that were deleted with it.'),
  countsOf(RestoreCustomerPayload, 'restored', RESTORED),
] as const;
