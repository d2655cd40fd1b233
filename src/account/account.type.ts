import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Role } from '../access/identity/user.entity.js';
import { connectionOf } from '../platform/graphql-schema/connection.js';
import { DateTimeScalar } from '../platform/graphql-schema/scalars.js';

/** A user as they see themselves and as admins see them. `User` is what all others see: id and name. */
@ObjectType({ description: 'A user as they see themselves, and as admins see them.', simpleResolvers: true })
export class Account {
  @Field(() => ID, { description: 'UUID; the same as the id of the User.' })
  id!: string;

  @Field(() => String, { description: 'E-mail address to sign in with.' })
  email!: string;

  @Field(() => String, { description: 'First and last name.' })
  fullName!: string;

  @Field(() => Role, { description: 'What the user may do.' })
  role!: Role;

  @Field(() => Boolean, { description: 'Whether the user may sign in.' })
  isActive!: boolean;

  @Field(() => DateTimeScalar, { description: 'When the user was created.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the user last changed.' })
  updatedAt!: string;

  @Field(() => Int, { description: 'Grows by one with every change; send it back as expectedVersion.' })
  version!: number;
}

export const UserConnection = connectionOf('User', () => Account, 'users');

/** Named Session in the schema; the entity of that name never leaves the service. */
@ObjectType('Session', { description: 'A sign-in, and the tokens that come of it.', simpleResolvers: true })
export class SignedIn {
  @Field(() => String, { description: 'For the Authorization header: Bearer <token>.' })
  accessToken!: string;

  @Field(() => String, { description: 'Good once, for refreshSession.' })
  refreshToken!: string;

  @Field(() => String, { description: 'Always "bearer".' })
  tokenType!: string;

  @Field(() => Int, { description: 'Seconds until the access token expires.' })
  expiresIn!: number;

  @Field(() => Account, { description: 'Who signed in.' })
  user!: Account;
}

@ObjectType({ description: 'How much of a limit is used.', simpleResolvers: true })
export class ResourceLimit {
  @Field(() => String, { description: 'customers, contacts_per_customer, active_opportunities or export_rows.' })
  resource!: string;

  @Field(() => Int, { description: 'How many are allowed.' })
  limit!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many there are; null where it is not the whole company that counts.',
  })
  used!: number | null;
}

/** Its fields are resolved one by one, so that a question costs only what it asks for. */
@ObjectType({ description: 'The caller.' })
export class Viewer {
  @Field(() => [String], {
    description: 'What the caller may do, e.g. `customer:read`; `customer:update:own` holds for own records only.',
  })
  permissions!: string[];
}
