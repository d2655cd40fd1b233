/** The payloads of mutations of users and of the company's settings. */
import { Field, ObjectType } from 'type-graphql';
import { Tenant } from '../access/identity/tenant.entity.js';
import { User } from '../access/identity/user.entity.js';
import { payloadOf, payloadOptions } from '../platform/graphql-schema/mutation-payload.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'user', record: () => User, description });

const NOW = 'The user as they are now.';
const PASSWORD = {
  nullable: true,
  description:
    'The generated password, in this one answer only; null when the caller gave one, in a replay, and in a dry run.',
} as const;

export const UpdateUserPayload = payload('UpdateUserPayload', NOW);
export const DeactivateUserPayload = payload('DeactivateUserPayload', NOW);

@ObjectType('CreateUserPayload', payloadOptions('CreateUserPayload'))
export class CreateUserPayload extends payload('CreateUserPayload', 'The new user.') {
  @Field(() => String, PASSWORD)
  initialPassword!: string | null;
}

@ObjectType('ResetUserPasswordPayload', payloadOptions('ResetUserPasswordPayload'))
export class ResetUserPasswordPayload extends payload('ResetUserPasswordPayload', NOW) {
  @Field(() => String, PASSWORD)
  initialPassword!: string | null;
}

export const UpdateTenantPayload = payloadOf({
  name: 'UpdateTenantPayload',
  field: 'tenant',
  record: () => Tenant,
  description: 'The company as it is now.',
});
