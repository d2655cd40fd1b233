/** What the mutations of contacts answer with. */
import { Ctx, FieldResolver, Info, ObjectType, Resolver, Root } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { payloadOf, payloadOptions } from '../../platform/graphql-schema/mutation-payload.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { propertiesOf } from '../../platform/lists/record-connection.js';
import { Contact } from './contact.entity.js';
import { contactTable, type ContactRow } from './contact.query.js';
import { loadContact } from './contact.service.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'contact', record: () => Contact, description });

@ObjectType('CreateContactPayload', payloadOptions('CreateContactPayload'))
export class CreateContactPayload extends payload('CreateContactPayload', 'The new contact.') {}

@ObjectType('UpdateContactPayload', payloadOptions('UpdateContactPayload'))
export class UpdateContactPayload extends payload('UpdateContactPayload', 'The contact as it is now.') {}

export const DeleteContactPayload = payload('DeleteContactPayload', 'The contact that was deleted.');
export const RestoreContactPayload = payload('RestoreContactPayload', 'The contact as it is now.');

const REPLACED = {
  nullable: true,
  description: 'The contact that is no longer the main one of its customer.',
} as const;

@Resolver(() => CreateContactPayload)
class CreateContactPayloadResolver {
  @FieldResolver(() => Contact, REPLACED)
  replacedPrimary(
    @Root() change: Changed<ContactRow>,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): object | null {
    return replacedBy(change, ctx, info);
  }
}

@Resolver(() => UpdateContactPayload)
class UpdateContactPayloadResolver {
  @FieldResolver(() => Contact, REPLACED)
  replacedPrimary(
    @Root() change: Changed<ContactRow>,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): object | null {
    return replacedBy(change, ctx, info);
  }
}

function replacedBy({ other }: Changed<ContactRow>, ctx: RequestContext, info: GraphQLResolveInfo): object | null {
  if (!other) return null;
  return other.row ?? loadContact(ctx, other.id, propertiesOf(contactTable, selectionOf(info)));
}

export const contactPayloads = [CreateContactPayloadResolver, UpdateContactPayloadResolver] as const;
