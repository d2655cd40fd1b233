/** The payloads of the mutations of opportunities. */
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { loadReferenced } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { payloadOf } from '../../platform/graphql-schema/mutation-payload.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Customer } from '../customer/customer.entity.js';
import { customerTable } from '../customer/customer.query.js';
import { Opportunity } from './opportunity.entity.js';
import type { OpportunityRow } from './opportunity.query.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'opportunity', record: () => Opportunity, description });

const NOW = 'The opportunity as it is now.';

export const CreateOpportunityPayload = payload('CreateOpportunityPayload', 'The new opportunity.');
export const UpdateOpportunityPayload = payload('UpdateOpportunityPayload', NOW);
export const WinOpportunityPayload = payload('WinOpportunityPayload', NOW);
export const LoseOpportunityPayload = payload('LoseOpportunityPayload', NOW);
export const ReopenOpportunityPayload = payload('ReopenOpportunityPayload', NOW);
export const DeleteOpportunityPayload = payload('DeleteOpportunityPayload', 'The opportunity that was deleted.');
export const RestoreOpportunityPayload = payload('RestoreOpportunityPayload', NOW);

/** @returns the resolver of the customer in the payload of a change that may win */
function customerOf(Payload: abstract new () => object) {
  @Resolver(() => Payload)
  class CustomerOfPayloadResolver {
    @FieldResolver(() => Customer, { nullable: true, description: 'The customer of the opportunity, as it is now.' })
    customer(
      @Root() { record, other }: Changed<OpportunityRow>,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): object | null {
      return other?.row ?? loadReferenced(ctx, customerTable, record.customerId, selectionOf(info));
    }

    @FieldResolver(() => Boolean, { description: 'Whether this sale made a customer of a prospect or lead.' })
    customerConverted(@Root() { other }: Changed<OpportunityRow>): boolean {
      return other !== undefined;
    }
  }
  return CustomerOfPayloadResolver;
}

export const opportunityPayloads = [
  customerOf(CreateOpportunityPayload),
  customerOf(UpdateOpportunityPayload),
  customerOf(WinOpportunityPayload),
] as const;
