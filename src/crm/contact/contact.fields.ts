/** The fields of other record types that resolve to contacts. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { loadReferenced } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Activity } from '../activity/activity.entity.js';
import { Customer } from '../customer/customer.entity.js';
import { pageBelow, ReadsChildren, type ChildConnection } from '../record/child-connection.js';
import { Contact } from './contact.entity.js';
import { contactTable, type ContactRow } from './contact.query.js';
import { ContactConnection, ContactListArgs, readContactList } from './contact.resolver.js';

// Parents are rows. With a class as parameter type TypeGraphQL would convert each of them.
type CustomerParent = Pick<Customer, 'id'>;
type ActivityParent = Pick<Activity, 'contactId'>;

const contactsOfCustomer: ChildConnection<ContactListArgs, ContactRow> = {
  table: contactTable,
  column: 'customer_id',
  list: 'customer.contacts',
  permission: 'contact:read',
  deletedPermission: 'contact:restore',
  readList: readContactList,
};

@Resolver(() => Customer)
class CustomerContactsResolver {
  @FieldResolver(() => ContactConnection, {
    description:
      'Its contacts, by last and first name unless ordered otherwise; active ones unless the filter names isActive.',
  })
  @ReadsChildren()
  contacts(
    @Root() { id }: CustomerParent,
    @Args(() => ContactListArgs) args: ContactListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<ContactRow>> {
    return pageBelow(contactsOfCustomer, ctx, id, args, info);
  }
}

@Resolver(() => Activity)
class ActivityContactResolver {
  @FieldResolver(() => Contact, {
    nullable: true,
    description: 'The contact that the activity is with; null when there is none, or when it is deleted.',
  })
  contact(
    @Root() { contactId }: ActivityParent,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactRow | null> | null {
    return loadReferenced(ctx, contactTable, contactId, selectionOf(info));
  }
}

export const contactFields = [CustomerContactsResolver, ActivityContactResolver] as const;
