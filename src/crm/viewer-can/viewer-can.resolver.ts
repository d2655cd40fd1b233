/** `viewerCan` of each kind of record. */
import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root, type ClassType } from 'type-graphql';
import type { RecordNoun } from '../../access/rights/record-kinds.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { Activity } from '../activity/activity.entity.js';
import { Contact } from '../contact/contact.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { Opportunity } from '../opportunity/opportunity.entity.js';
import { findViewerRights, type OwnedRow, type ViewerRights } from './viewer-can.service.js';

@ObjectType({ description: 'What the caller may do with a record.', simpleResolvers: true })
class ViewerCan {
  @Field(() => Boolean, {
    description: 'Change it, which includes to convert, win, lose, reopen and complete.',
  })
  update!: boolean;

  @Field(() => Boolean, { description: 'Delete it.' })
  delete!: boolean;

  @Field(() => Boolean, { description: 'Find it in the CSV files that the caller exports.' })
  export!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why not all of this, in the language of the request; null when all of it is allowed.',
  })
  reason!: string | null;
}

/** @returns the resolver that tells of a type what the caller may do with it */
function viewerCanOf(Kind: ClassType, noun: RecordNoun) {
  @Resolver(() => Kind)
  class ViewerCanResolver {
    @FieldResolver(() => ViewerCan, { description: 'What the caller may do with it.' })
    viewerCan(@Root() record: OwnedRow, @Ctx() ctx: RequestContext): ViewerRights | Promise<ViewerRights> {
      return findViewerRights(ctx, noun, record);
    }
  }
  return ViewerCanResolver;
}

export const viewerCanResolvers = [
  viewerCanOf(Customer, 'customer'),
  viewerCanOf(Contact, 'contact'),
  viewerCanOf(Opportunity, 'opportunity'),
  viewerCanOf(Activity, 'activity'),
] as const;
