import { InputType } from 'type-graphql';
import { Role, UserKind } from '../access/identity/user.entity.js';
import { BooleanField, EmailField, EnumField, TextField } from '../platform/input/fields.js';
import { CreationInput } from '../platform/input/input-plan.js';
import { MAX_SENT_PASSWORD } from './passwords.js';

const PASSWORD = {
  description:
    'Password, 12 to 128 characters. Without one the answer holds a generated one. A service account has none.',
  max: MAX_SENT_PASSWORD,
  form: 'secret',
} as const;

@CreationInput()
@InputType({ description: 'A new user.' })
export class CreateUserInput {
  @EnumField(UserKind, {
    description: 'What the user is: a service account calls with API keys and cannot sign in. Never changes.',
    default: 'PERSON',
  })
  kind?: UserKind;

  @EmailField({
    description:
      'E-mail address to sign in with, unique in the company whatever its case. Required of a person; a service account has none.',
  })
  email?: string | null;

  @TextField({ description: 'First and last name; of a service account, its name.', max: 255, required: true })
  fullName!: string;

  @EnumField(Role, { description: 'What the user may do.', required: true })
  role!: Role;

  @TextField(PASSWORD)
  password?: string | null;
}

@InputType({ description: 'Changes to a user: absent is untouched.' })
export class UpdateUserInput {
  @TextField({ description: 'First and last name.', max: 255, nullable: false })
  fullName?: string;

  @EnumField(Role, { description: 'What the user may do.', nullable: false })
  role?: Role;

  @BooleanField({ description: 'Whether the user may sign in.', nullable: false })
  isActive?: boolean;
}

@InputType({ description: 'A new password for a user who has lost theirs.' })
export class ResetPasswordInput {
  @TextField(PASSWORD)
  password?: string | null;
}
