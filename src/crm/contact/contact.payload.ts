/** The payloads of the mutations of contacts. */
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { loadReferenced } from '../../access/loaders/record-reads.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { payloadOf } from '../../platform/graphql-schema/mutation-payload.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import { Contact } from './contact.entity.js';
import { contactTable, type ContactRow } from './contact.query.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'contact', record: () => Contact, description });

export const CreateContactPayload = payload('CreateContactPayload', 'The new contact.');
export const UpdateContactPayload = payload('UpdateContactPayload', 'The contact as it is now.');
export const DeleteContactPayload = payload('DeleteContactPayload', 'The contact that was deleted.');
export const RestoreContactPayload = payload('RestoreContactPayload', 'The contact as it is now.');

/** @returns the resolver of the replaced main contact, for a payload of a change that may set one */
function replacedPrimaryOf(Payload: abstract new () => object) {
  @Resolver(() => Payload)
  class ReplacedPrimaryResolver {
    @FieldResolver(() => Contact, {
      nullable: true,
      description: 'The contact that is no longer the main one of its customer.',
    })
    replacedPrimary(
      @Root() { other }: Changed<ContactRow>,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): object | null {
      return other?.row ?? loadReferenced(ctx, contactTable, other?.id ?? null, selectionOf(info));
    }
  }
  return ReplacedPrimaryResolver;
}

export const contactPayloads = [
  replacedPrimaryOf(CreateContactPayload),
  replacedPrimaryOf(UpdateContactPayload),
] as const;
