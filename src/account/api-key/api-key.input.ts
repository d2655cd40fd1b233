import { InputType } from 'type-graphql';
import { EnumListField, InstantField, IntegerField, TextField, UuidField } from '../../platform/input/fields.js';
import { CreationInput } from '../../platform/input/input-plan.js';
import { PermissionEnum } from '../account.type.js';

/** Hours that a replaced key goes on, unless said otherwise. */
export const DEFAULT_OVERLAP_HOURS = 24;

@CreationInput()
@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput {
  @TextField({ description: 'What the key is for.', max: 100, required: true })
  name!: string;

  @UuidField({ description: 'Whose key it is: the caller’s own unless said otherwise. Admins name a service account.' })
  userId?: string | null;

  @EnumListField(PermissionEnum, {
    description:
      'What the key may do: rights of its user. Without a list it has all of them but user:manage, user:impersonate and tenant:manage, which only a list gives; key:manage and provider:manage no key has.',
    maxItems: 100,
  })
  permissions?: readonly string[] | null;

  @InstantField({ description: 'When the key ends: in 90 days unless said otherwise, at most 366 days from now.' })
  expiresAt?: string | null;
}

@InputType({ description: 'How a key is replaced.' })
export class RotateApiKeyInput {
  @IntegerField({
    description: 'Hours that the old key goes on beside the new one, unless it ends earlier.',
    min: 0,
    max: 168,
    default: DEFAULT_OVERLAP_HOURS,
  })
  overlapHours?: number;
}
