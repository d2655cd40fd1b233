import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { ExactDecimalType, InstantType, TextListType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../platform/graphql-schema/scalars.js';
import { CustomerType, PaymentMethod, PaymentTerms } from './customer-enums.js';

/** A firm that the tenant sells to. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A firm that the company sells to, or hopes to.' })
@Entity({ tableName: 'customers' })
export class Customer extends TenantOwned {
  @Field(() => String, {
    description: 'Unique within the company among customers that are not deleted; never changes.',
  })
  @Property({ type: 'text' })
  code!: string;

  @Field(() => String, { description: 'Name by which the customer is known.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Registered name.' })
  @Property({ type: 'text', nullable: true })
  legalName: string | null = null;

  @Field(() => CustomerType, { description: 'Where the customer stands.' })
  @Property({ type: 'text' })
  type!: CustomerType;

  @Field(() => String, { nullable: true, description: 'General e-mail address.' })
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

  @Field(() => String, { nullable: true, description: 'Address of the web site.' })
  @Property({ type: 'text', nullable: true })
  website: string | null = null;

  @Field(() => String, { nullable: true, description: 'Street and number.' })
  @Property({ type: 'text', nullable: true })
  addressLine1: string | null = null;

  @Field(() => String, { nullable: true, description: 'Building, floor, post box.' })
  @Property({ type: 'text', nullable: true })
  addressLine2: string | null = null;

  @Field(() => String, { nullable: true, description: 'City.' })
  @Property({ type: 'text', nullable: true })
  city: string | null = null;

  @Field(() => String, { nullable: true, description: 'State or region.' })
  @Property({ type: 'text', nullable: true })
  state: string | null = null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  @Property({ type: 'text', nullable: true })
  postalCode: string | null = null;

  @Field(() => String, { description: 'ISO 3166-1 alpha-2, e.g. FR.' })
  @Property({ type: 'text' })
  countryCode!: string;

  @Field(() => String, { nullable: true, description: 'VAT number.' })
  @Property({ type: 'text', nullable: true })
  taxId: string | null = null;

  @Field(() => String, { nullable: true, description: 'Company registration number (SIRET in France).' })
  @Property({ type: 'text', nullable: true })
  registrationNumber: string | null = null;

  @Field(() => String, { nullable: true, description: 'Legal form, e.g. SAS.' })
  @Property({ type: 'text', nullable: true })
  legalForm: string | null = null;

  /** Id of the responsible user; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'assigned_to' })
  assignedToId: string | null = null;

  @Field(() => String, { nullable: true, description: 'Branch of industry.' })
  @Property({ type: 'text', nullable: true })
  industry: string | null = null;

  @Field(() => String, { nullable: true, description: 'Size class, e.g. PME.' })
  @Property({ type: 'text', nullable: true })
  size: string | null = null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Yearly turnover of the customer, in its currency.' })
  @Property({ type: ExactDecimalType, nullable: true })
  annualRevenue: string | null = null;

  @Field(() => Int, { nullable: true, description: 'Number of employees.' })
  @Property({ type: 'integer', nullable: true })
  employeeCount: number | null = null;

  @Field(() => PaymentTerms, { description: 'When invoices fall due.' })
  @Property({ type: 'text' })
  paymentTerms!: PaymentTerms;

  @Field(() => PaymentMethod, { nullable: true, description: 'How the customer pays.' })
  @Property({ type: 'text', nullable: true })
  paymentMethod: PaymentMethod | null = null;

  @Field(() => DecimalScalar, { nullable: true, description: "Credit granted, in the customer's currency." })
  @Property({ type: ExactDecimalType, nullable: true })
  creditLimit: string | null = null;

  @Field(() => String, { description: 'ISO 4217, e.g. EUR.' })
  @Property({ type: 'text' })
  currency!: string;

  @Field(() => DecimalScalar, { description: 'Usual discount in percent, 0 to 100.' })
  @Property({ type: ExactDecimalType, precision: 5, scale: 2 })
  discountRate!: string;

  @Field(() => [String], { description: 'Free-form labels.' })
  // Without it the ORM takes the type for a string and rejects to assign a list.
  @Property({ type: TextListType })
  tags!: string[];

  @Field(() => String, { nullable: true, description: 'Free-form name of a segment.' })
  @Property({ type: 'text', nullable: true })
  segment: string | null = null;

  @Field(() => String, { nullable: true, description: 'Where the customer came from.' })
  @Property({ type: 'text', nullable: true })
  source: string | null = null;

  @Field(() => String, { nullable: true, description: 'Notes.' })
  @Property({ type: 'text', nullable: true })
  notes: string | null = null;

  @Field(() => String, { nullable: true, description: "Notes that are not meant for the customer's eyes." })
  @Property({ type: 'text', nullable: true })
  internalNotes: string | null = null;

  @Field(() => Boolean, { description: 'Whether business is done with the customer.' })
  @Property({ type: 'boolean' })
  isActive!: boolean;

  @Field(() => Int, { description: 'Interest, 0 to 100.' })
  @Property({ type: 'integer' })
  leadScore!: number;

  @Field(() => Int, { description: 'State of the relation, 0 to 100.' })
  @Property({ type: 'integer' })
  healthScore!: number;

  @Field(() => DecimalScalar, { description: "Sum of the orders so far, in the customer's currency." })
  @Property({ type: ExactDecimalType })
  totalRevenue!: string;

  @Field(() => Int, { description: 'Number of orders so far.' })
  @Property({ type: 'integer' })
  orderCount!: number;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the latest order.' })
  @Property({ type: 'date', nullable: true })
  lastOrderDate: string | null = null;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the first order.' })
  @Property({ type: 'date', nullable: true })
  firstOrderDate: string | null = null;

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

  @Field(() => Int, { description: 'Grows by one with every change; send it back as expectedVersion.' })
  @Property({ type: 'integer' })
  version!: number;
}
