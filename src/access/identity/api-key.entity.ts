import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { InstantType, TextListType } from '../../platform/postgres/column-types.js';
import { DateTimeScalar } from '../../platform/graphql-schema/scalars.js';
import { TenantOwned } from '../../tenancy/tenancy.js';

/** A key of a user, for programs. `prefix`, `permissions`, `user` and `createdBy` are field resolvers. */
@ObjectType({
  description:
    'A key that programs call with. It acts as its user, with as much of their rights as its permissions leave.',
  simpleResolvers: true,
})
@Entity({ tableName: 'api_keys' })
export class ApiKey extends TenantOwned {
  @Property({ type: 'uuid' })
  userId!: string;

  @Field(() => String, { description: 'What the key is for.' })
  @Property({ type: 'text' })
  name!: string;

  /** `hashSecret`: nobody can make the secret of it. */
  @Property({ type: 'blob', hidden: true })
  secretHash!: Buffer;

  /** Names of rights, as in /v1/meta/permissions; null for all of the user's that need not be named. */
  @Property({ type: TextListType, nullable: true })
  permissions!: string[] | null;

  @Field(() => DateTimeScalar, { description: 'When the key ends.' })
  @Property({ type: InstantType })
  expiresAt!: string;

  /** Stamped beside the unit of work: a use is no change of the key. */
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to the minute; null if never.' })
  @Property({ type: InstantType, nullable: true })
  lastUsedAt: string | null = null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  @Property({ type: InstantType })
  createdAt!: string;

  /** Null for a key that an operator made. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'created_by' })
  createdById: string | null = null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null if it was not.' })
  @Property({ type: InstantType, nullable: true })
  revokedAt: string | null = null;

  /** The key that a rotation made in its place. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'replaced_by' })
  replacedById: string | null = null;

  @Property({ type: InstantType })
  updatedAt!: string;

  @Property({ type: 'integer' })
  version!: number;
}
