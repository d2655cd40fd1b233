import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { DateTimeScalar } from '../../platform/graphql-schema/scalars.js';

/** A person at a customer. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A person at a customer.' })
@Entity({ tableName: 'contacts' })
export class Contact extends TenantOwned {
  /** Id of the customer, for good; published by a field resolver. */
  @Property({ type: 'uuid' })
  customerId!: string;

  @Field(() => String, { description: 'First name.' })
  @Property({ type: 'text' })
  firstName!: string;

  @Field(() => String, { description: 'Last name.' })
  @Property({ type: 'text' })
  lastName!: string;

  @Field(() => String, { nullable: true, description: 'Form of address, e.g. Mme.' })
  @Property({ type: 'text', nullable: true })
  title: string | null = null;

  @Field(() => String, { nullable: true, description: 'Position, e.g. Directeur Commercial.' })
  @Property({ type: 'text', nullable: true })
  jobTitle: string | null = null;

  @Field(() => String, { nullable: true, description: 'Department.' })
  @Property({ type: 'text', nullable: true })
  department: string | null = null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  @Property({ type: 'text', nullable: true })
  email: string | null = null;

  @Field(() => String, { nullable: true, description: 'Telephone, as it was entered.' })
  @Property({ type: 'text', nullable: true })
  phone: string | null = null;

  @Field(() => String, { nullable: true, description: 'Mobile telephone, as it was entered.' })
  @Property({ type: 'text', nullable: true })
  mobile: string | null = null;

  /** What its telephones are found by: `searchedDigits`. */
  @Property({ type: 'text' })
  searchPhone!: string;

  @Field(() => String, { nullable: true, description: 'Address of the LinkedIn profile.' })
  @Property({ type: 'text', nullable: true })
  linkedin: string | null = null;

  @Field(() => Boolean, { description: 'Main contact of the customer; each customer has at most one.' })
  @Property({ type: 'boolean' })
  isPrimary!: boolean;

  @Field(() => Boolean, { description: 'Contact for invoices.' })
  @Property({ type: 'boolean' })
  isBilling!: boolean;

  @Field(() => Boolean, { description: 'Contact for deliveries.' })
  @Property({ type: 'boolean' })
  isShipping!: boolean;

  @Field(() => Boolean, { description: 'Decides about purchases.' })
  @Property({ type: 'boolean' })
  isDecisionMaker!: boolean;

  @Field(() => String, { description: 'BCP 47 primary tag of the language to use, e.g. fr.' })
  @Property({ type: 'text' })
  preferredLanguage!: string;

  @Field(() => String, { nullable: true, description: 'Way in which the person likes to be reached.' })
  @Property({ type: 'text', nullable: true })
  preferredContactMethod: string | null = null;

  @Field(() => Boolean, { description: 'Must not be called.' })
  @Property({ type: 'boolean' })
  doNotCall!: boolean;

  @Field(() => Boolean, { description: 'Must not be sent e-mail.' })
  @Property({ type: 'boolean' })
  doNotEmail!: boolean;

  @Field(() => String, { nullable: true, description: 'Notes.' })
  @Property({ type: 'text', nullable: true })
  notes: string | null = null;

  @Field(() => Boolean, { description: 'Whether the person is still there; lists leave out who is not.' })
  @Property({ type: 'boolean' })
  isActive!: boolean;

  /** Id of the user who created the record; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'created_by' })
  createdById: string | null = null;

  @Field(() => DateTimeScalar, { description: 'When the record was created.' })
  @Property({ type: InstantType })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When the record last changed.' })
  @Property({ type: InstantType })
  updatedAt!: string;

  /** Set while the record is deleted. */
  @Property({ type: InstantType, nullable: true })
  deletedAt: string | null = null;

  /** Id of the customer whose deletion took this record along. */
  @Property({ type: 'uuid', nullable: true })
  deletedWith: string | null = null;

  @Field(() => Int, { description: 'Grows by one with every change; send it back as expectedVersion.' })
  @Property({ type: 'integer' })
  version!: number;
}
