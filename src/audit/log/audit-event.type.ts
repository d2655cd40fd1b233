/** An audit event in GraphQL, and its connection. */
import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { Role } from '../../access/identity/user.entity.js';
import { connectionOf } from '../../platform/graphql-schema/connection.js';
import { ErrorCodeEnum } from '../../platform/graphql-schema/error-code.js';
import { DateTimeScalar, JsonScalar } from '../../platform/graphql-schema/scalars.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { AuditEntityType } from '../events/audit-entity-types.js';

@ObjectType('FieldChange', {
  description:
    'A field of a record, before and after what was done. A fact about it, such as a reason, has no value before.',
  simpleResolvers: true,
})
export class FieldChangeType {
  @Field(() => String, { description: 'Name of the field in this schema, e.g. `countryCode`.' })
  field!: string;

  @Field(() => JsonScalar, { nullable: true, description: 'Value before; null where there was none.' })
  before!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'Value after; null where there is none.' })
  after!: unknown;
}

/** `actor` and `changes` are fields of the resolver. */
@ObjectType('AuditEvent', {
  implements: Node,
  description: 'Something that was done, or rejected: by whom, to which record, before and after.',
  simpleResolvers: true,
})
export class AuditEventType {
  @Field(() => ID, { description: 'UUID; the same in REST.' })
  id!: string;

  @Field(() => String, { description: 'What happened, e.g. `customer.updated`.' })
  action!: string;

  @Field(() => AuditEntityType, { description: 'What it is about.' })
  entityType!: AuditEntityType;

  @Field(() => ID, { nullable: true, description: 'Id of the record; null when it was about none.' })
  entityId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the user who did it; null for an operator, and for somebody who could not sign in.',
  })
  userId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'E-mail address of that user then, or the one that was tried at sign-in.',
  })
  userEmail!: string | null;

  @Field(() => Role, { nullable: true, description: 'Role of that user then.' })
  userRole!: Role | null;

  @Field(() => String, { description: 'Request that did it; the requestId of errors.' })
  requestId!: string;

  @Field(() => String, { nullable: true, description: 'IP address that the request came from.' })
  ipAddress!: string | null;

  @Field(() => String, { nullable: true, description: 'What was asked for.' })
  description!: string | null;

  @Field(() => Boolean, { description: 'false for what was rejected.' })
  success!: boolean;

  @Field(() => ErrorCodeEnum, { nullable: true, description: 'Why it was rejected.' })
  errorCode!: string | null;

  @Field(() => ID, { nullable: true, description: 'API key that was used; null where none was.' })
  apiKeyId!: string | null;

  @Field(() => Boolean, {
    description: 'Whether a service account did it on behalf of the user; `apiKeyId` is its key then.',
  })
  onBehalf!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  createdAt!: string;
}

export const AuditEventConnection = connectionOf('AuditEvent', () => AuditEventType, 'audit events');

/** The log is read in one direction only. */
@ArgsType()
export class AuditPageArgs {
  @Field(() => Int, { nullable: true, description: 'How many: 0 to 100; 20 unless given.' })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only events after this cursor, which are older.' })
  after?: string | null;
}
