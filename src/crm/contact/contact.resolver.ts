import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { forDryRun, type RequestContext } from '../../access/identity/request-context.js';
import { readRecord, readRecords } from '../../access/loaders/record-reads.js';
import { connectionOf, type ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { ChangeArgs, DryRunArgs, RecordArgs } from '../../platform/input/change.args.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { requireUuid } from '../../platform/values/ids.js';
import { connectionRequest, propertiesOf, type ListRequest } from '../../platform/lists/record-connection.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { wantsDeleted } from '../record/deleted-records.js';
import { listArgs } from '../record/list-args.js';
import { pageWithChildren } from '../record/look-ahead.js';
import { Contact } from './contact.entity.js';
import { activeUnlessNamed, ContactFilter, contactOrder } from './contact.filter.js';
import { CreateContactInput, UpdateContactInput } from './contact.input.js';
import { contactTable, type ContactRow } from './contact.query.js';
import {
  CreateContactPayload,
  DeleteContactPayload,
  RestoreContactPayload,
  UpdateContactPayload,
} from './contact.payload.js';
import * as contacts from './contact.service.js';

export const ContactConnection = connectionOf('Contact', () => Contact, 'contacts');

const SEARCHED =
  'Part of first name, last name, both in either order, or e-mail, or at least three digits of a telephone; case and accents do not matter.';

/** The arguments of every list of contacts. */
@ArgsType()
export class ContactListArgs extends listArgs(ContactFilter, contactOrder.input, SEARCHED) {}

/** What such a list reads. */
export function readContactList({ filter, search, orderBy, deleted }: ContactListArgs): ListRequest {
  return {
    filter: activeUnlessNamed(filter),
    search,
    order: contactOrder.keysOf(orderBy),
    deleted: wantsDeleted(deleted),
  };
}

@Resolver(() => Contact)
export class ContactResolver {
  @Query(() => Contact, { nullable: true, description: 'One contact; null for an unknown id.' })
  async contact(
    @Arg('id', () => ID, { description: 'Id of the contact.' }) id: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ContactRow | null> {
    const properties = propertiesOf(contactTable, selectionOf(info));
    return (await readRecord(ctx, contactTable, { id: requireUuid(id, ['id']) }, properties)) ?? null;
  }

  @Query(() => ContactConnection, {
    description:
      'Contacts, by last and first name unless ordered otherwise; active ones unless the filter names isActive.',
  })
  contacts(
    @Args(() => ContactListArgs) args: ContactListArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<ContactRow>> {
    const request = connectionRequest(contactTable, ctx, 'contacts', () => readContactList(args), args, info);
    return pageWithChildren(ctx, info, request, (query) => readRecords(ctx, contactTable, query));
  }

  @Mutation(() => CreateContactPayload, {
    description: 'Creates a contact of a customer. Errors: NOT_FOUND (the customer), QUOTA_EXCEEDED.',
  })
  createContact(
    @Arg('input', () => CreateContactInput, { description: 'The new contact.' }) input: CreateContactInput,
    @Args(() => DryRunArgs) { dryRun }: DryRunArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ContactRow>> {
    return contacts.createContact(forDryRun(ctx, dryRun), input);
  }

  @Mutation(() => UpdateContactPayload, {
    description: 'Changes a contact: an absent field is untouched, null clears it.',
  })
  updateContact(
    @Arg('input', () => UpdateContactInput, { description: 'The changes.' }) input: UpdateContactInput,
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ContactRow>> {
    return contacts.updateContact(forDryRun(ctx, dryRun), id, input, { expectedVersion });
  }

  @Mutation(() => DeleteContactPayload, {
    description: 'Deletes a contact. Its activities stay; restoreContact brings it back. Admins only.',
  })
  deleteContact(
    @Args(() => ChangeArgs) { id, expectedVersion, dryRun }: ChangeArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ContactRow>> {
    return contacts.deleteContact(forDryRun(ctx, dryRun), id, expectedVersion);
  }

  @Mutation(() => RestoreContactPayload, {
    description:
      'Restores a deleted contact, as the main contact only if the customer has no other by now. Admins only. Errors: ILLEGAL_TRANSITION (its customer is deleted), QUOTA_EXCEEDED.',
  })
  restoreContact(
    @Args(() => RecordArgs) { id, dryRun }: RecordArgs,
    @Ctx() ctx: RequestContext,
  ): Promise<Changed<ContactRow>> {
    return contacts.restoreContact(forDryRun(ctx, dryRun), id);
  }
}
