/** `viewerCan` of each kind of record. */
import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../access/request-context.js';
import { Activity } from './activity/activity.entity.js';
import { Contact } from './contact/contact.entity.js';
import { Customer } from './customer/customer.entity.js';
import { Opportunity } from './opportunity/opportunity.entity.js';
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

const CAN = { description: 'What the caller may do with it.' } as const;

type Rights = ViewerRights | Promise<ViewerRights>;

@Resolver(() => Customer)
class CustomerViewerResolver {
  @FieldResolver(() => ViewerCan, CAN)
  viewerCan(@Root() customer: OwnedRow, @Ctx() ctx: RequestContext): Rights {
    return findViewerRights(ctx, 'customer', customer);
  }
}

@Resolver(() => Contact)
class ContactViewerResolver {
  @FieldResolver(() => ViewerCan, CAN)
  viewerCan(@Root() contact: OwnedRow, @Ctx() ctx: RequestContext): Rights {
    return findViewerRights(ctx, 'contact', contact);
  }
}

@Resolver(() => Opportunity)
class OpportunityViewerResolver {
  @FieldResolver(() => ViewerCan, CAN)
  viewerCan(@Root() opportunity: OwnedRow, @Ctx() ctx: RequestContext): Rights {
    return findViewerRights(ctx, 'opportunity', opportunity);
  }
}

@Resolver(() => Activity)
class ActivityViewerResolver {
  @FieldResolver(() => ViewerCan, CAN)
  viewerCan(@Root() activity: OwnedRow, @Ctx() ctx: RequestContext): Rights {
    return findViewerRights(ctx, 'activity', activity);
  }
}

export const viewerCanResolvers = [
  CustomerViewerResolver,
  ContactViewerResolver,
  OpportunityViewerResolver,
  ActivityViewerResolver,
] as const;
