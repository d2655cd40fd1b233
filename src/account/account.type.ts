import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { LIMITED_RESOURCES, type LimitedResource } from '../access/identity/limits.js';
import { User } from '../access/identity/user.entity.js';
import type { UserRow } from '../access/identity/user-row.js';
import { GRANTABLE } from '../access/rights/grantable.js';
import { connectionOf } from '../platform/graphql-schema/connection.js';
import { describeWords, enumOfWords } from '../platform/graphql-schema/word-enum.js';

export const UserConnection = connectionOf('User', () => User, 'users');

/** Named Session in the schema. The entity of that name is never published. */
@ObjectType('Session', { description: 'A sign-in, and the tokens that come of it.', simpleResolvers: true })
export class SignedIn {
  @Field(() => String, { description: 'For the Authorization header: Bearer <token>.' })
  accessToken!: string;

  @Field(() => String, { description: 'Single use, for refreshSession.' })
  refreshToken!: string;

  @Field(() => String, { description: 'Always "bearer".' })
  tokenType!: string;

  @Field(() => Int, { description: 'Seconds until the access token expires.' })
  expiresIn!: number;

  @Field(() => User, { description: 'Who signed in.' })
  user!: UserRow;
}

const LIMITED: Readonly<Record<LimitedResource, { readonly description: string }>> = {
  customers: { description: 'Customers of the company.' },
  contacts_per_customer: { description: 'Contacts of one customer.' },
  active_opportunities: { description: 'Opportunities of the company that are neither won nor lost.' },
  export_rows: { description: 'Rows of one CSV file.' },
};

/** The values of REST in capitals: `EXPORT_ROWS`. */
const LimitedResourceEnum = enumOfWords(LIMITED_RESOURCES);
registerEnumType(LimitedResourceEnum, {
  name: 'LimitedResource',
  description: 'What is limited for a company.',
  valuesConfig: describeWords(LIMITED),
});

/** The values of REST in capitals: `CUSTOMER_UPDATE_OWN`. */
export const PermissionEnum = enumOfWords(Object.keys(GRANTABLE));
registerEnumType(PermissionEnum, {
  name: 'Permission',
  description:
    'What a user may do; more may be added. …_OWN: only for records that the user created or is responsible for, and for records of such a customer.',
  valuesConfig: describeWords(GRANTABLE),
});

@ObjectType({ description: 'How much of a limit is used.', simpleResolvers: true })
export class ResourceLimit {
  @Field(() => LimitedResourceEnum, { description: 'What is limited.' })
  resource!: LimitedResource;

  @Field(() => Int, { description: 'How many are allowed.' })
  limit!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'How many there are; null for a limit that does not apply to the company as a whole.',
  })
  used!: number | null;
}

/** Each field has a resolver of its own, so that only selected fields cost a query. */
@ObjectType({ description: 'The caller.' })
export class Viewer {
  @Field(() => [PermissionEnum], { description: 'What the caller may do.' })
  permissions!: string[];
}
