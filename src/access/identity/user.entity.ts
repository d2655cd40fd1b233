import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
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

/** A person of one tenant who may sign in. Others see the id and the name only. */
@ObjectType({ implements: Node, description: 'A person of this company who may sign in.', simpleResolvers: true })
@Entity({ tableName: 'users' })
export class User extends TenantOwned {
  /** Normal text, in the case that it was given in. */
  @Property({ type: 'text' })
  email!: string;

  /** `identityForm` of the address: unique within the tenant. */
  @Property({ type: 'text' })
  emailIdentity!: string;

  @Field(() => String, { description: 'First and last name.' })
  @Property({ type: 'text' })
  fullName!: string;

  @Property({ type: 'text' })
  role!: Role;

  /** argon2id, in PHC format. */
  @Property({ type: 'text', hidden: true })
  passwordHash!: string;

  @Property({ type: 'boolean' })
  isActive!: boolean;

  @Property({ type: InstantType })
  createdAt!: string;

  @Property({ type: InstantType })
  updatedAt!: string;

  @Property({ type: 'integer' })
  version!: number;
}
