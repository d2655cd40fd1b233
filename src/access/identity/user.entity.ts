import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { InstantType } from '../../platform/postgres/column-types.js';
import { describedEnum } from '../../platform/graphql-schema/described-enum.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { DateTimeScalar } from '../../platform/graphql-schema/scalars.js';
import { TenantOwned } from '../../tenancy/tenancy.js';

export const Role = { ADMIN: 'admin', MANAGER: 'manager', USER: 'user', READONLY: 'readonly' } as const;
export type Role = (typeof Role)[keyof typeof Role];

registerEnumType(Role, {
  name: 'Role',
  description: 'What a user may do; GET /v1/meta/permissions has the whole table.',
  valuesConfig: {
    ADMIN: { description: 'Everything, users and settings of the company included.' },
    MANAGER: { description: 'Reads, creates, changes and exports every record; reads the audit log.' },
    USER: { description: 'Reads and creates; changes and exports own records.' },
    READONLY: { description: 'Reads.' },
  },
});

export const UserKind = describedEnum('UserKind', 'What a user is.', {
  PERSON: 'A person, who signs in.',
  SERVICE: 'A program, which calls with API keys and cannot sign in.',
});
export type UserKind = keyof typeof UserKind;

/** Of a field that not everybody sees. */
function restricted(description: string): { readonly nullable: true; readonly description: string } {
  return {
    nullable: true,
    description: `${description} Null for callers who do not manage users, except on their own record.`,
  };
}

/** A user of one tenant. What GraphQL shows of one to whom is decided where it is read: `user.loader.ts`. */
@ObjectType({
  implements: Node,
  description:
    'A user of the company. Everybody sees id, name and kind. All other fields are for callers who manage users, and for the user.',
  simpleResolvers: true,
})
@Entity({ tableName: 'users' })
export class User extends TenantOwned {
  /** Never changes. */
  @Field(() => UserKind, { description: 'What the user is.' })
  @Property({ type: 'text' })
  kind!: UserKind;

  /** Normal text, in the case that it was given in. A service account has none, a person has one. */
  @Field(() => String, restricted('E-mail address to sign in with; a service account has none.'))
  @Property({ type: 'text', nullable: true })
  email!: string | null;

  /** `identityForm` of the address: unique within the tenant. */
  @Property({ type: 'text', nullable: true })
  emailIdentity!: string | null;

  @Field(() => String, { description: 'First and last name; of a service account, its name.' })
  @Property({ type: 'text' })
  fullName!: string;

  @Field(() => Role, restricted('What the user may do.'))
  @Property({ type: 'text' })
  role!: Role;

  /** argon2id, in PHC format. Null for service accounts, and for persons who do not sign in with a password. */
  @Property({ type: 'text', hidden: true, nullable: true })
  passwordHash!: string | null;

  @Field(() => Boolean, restricted('Whether the user may sign in.'))
  @Property({ type: 'boolean' })
  isActive!: boolean;

  @Field(() => DateTimeScalar, restricted('When the user was created.'))
  @Property({ type: InstantType })
  createdAt!: string;

  @Field(() => DateTimeScalar, restricted('When the user last changed.'))
  @Property({ type: InstantType })
  updatedAt!: string;

  /** Stamped beside the unit of work: it is no change of the user, which has a version and an audit event. */
  @Field(
    () => DateTimeScalar,
    restricted('When the user last signed in with their password, which does not change the version; null if never.'),
  )
  @Property({ type: InstantType, nullable: true })
  lastSignInAt: string | null = null;

  @Field(() => Int, restricted('Grows by one with every change; send it back as expectedVersion.'))
  @Property({ type: 'integer' })
  version!: number;
}
