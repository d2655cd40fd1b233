/** The payloads of mutations of API keys. */
import { Field, ObjectType } from 'type-graphql';
import { ApiKey } from '../../access/identity/api-key.entity.js';
import { payloadOf, payloadOptions } from '../../platform/graphql-schema/mutation-payload.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'apiKey', record: () => ApiKey, description });

const SECRET = {
  nullable: true,
  description: 'The whole key, in this one answer only; null in a replay and in a dry run.',
} as const;

export const RevokeApiKeyPayload = payload('RevokeApiKeyPayload', 'The key as it is now.');

@ObjectType('CreateApiKeyPayload', payloadOptions('CreateApiKeyPayload'))
export class CreateApiKeyPayload extends payload('CreateApiKeyPayload', 'The new key.') {
  @Field(() => String, SECRET)
  secret!: string | null;
}

@ObjectType('RotateApiKeyPayload', payloadOptions('RotateApiKeyPayload'))
export class RotateApiKeyPayload extends payload('RotateApiKeyPayload', 'The new key.') {
  @Field(() => String, SECRET)
  secret!: string | null;
}
