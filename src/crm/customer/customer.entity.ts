import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { PublishedColumn } from '../record/published-column.js';
import { CustomerType, PaymentMethod, PaymentTerms } from './customer-enums.js';

/** A firm that the tenant sells to. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A firm that the company sells to, or hopes to.' })
@Entity({ tableName: 'customers' })
export class Customer extends TenantOwned {
  @PublishedColumn('text', 'Unique within the company among customers that are not deleted; never changes.')
  code!: string;

  @PublishedColumn('text', 'Name by which the customer is known.')
  name!: string;

  @PublishedColumn('text', 'Registered name.', { nullable: true })
  legalName: string | null = null;

  @PublishedColumn(CustomerType, 'Where the customer stands.')
  type!: CustomerType;

  @PublishedColumn('text', 'General e-mail address.', { nullable: true })
  email: string | null = null;

  @PublishedColumn('text', 'Telephone, as it was entered.', { nullable: true })
  phone: string | null = null;

  @PublishedColumn('text', 'Mobile telephone, as it was entered.', { nullable: true })
  mobile: string | null = null;

  /** The digits of its telephones, for searches: `searchedDigits`. */
  @Property({ type: 'text' })
  searchPhone!: string;

  @PublishedColumn('text', 'Address of the web site.', { nullable: true })
  website: string | null = null;

  @PublishedColumn('text', 'Street and number.', { nullable: true })
  addressLine1: string | null = null;

  @PublishedColumn('text', 'Building, floor, post box.', { nullable: true })
  addressLine2: string | null = null;

  @PublishedColumn('text', 'City.', { nullable: true })
  city: string | null = null;

  @PublishedColumn('text', 'State or region.', { nullable: true })
  state: string | null = null;

  @PublishedColumn('text', 'Postal code.', { nullable: true })
  postalCode: string | null = null;

  @PublishedColumn('text', 'ISO 3166-1 alpha-2, e.g. FR.')
  countryCode!: string;

  @PublishedColumn('text', 'VAT number.', { nullable: true })
  taxId: string | null = null;

  @PublishedColumn('text', 'Company registration number (SIRET in France).', { nullable: true })
  registrationNumber: string | null = null;

  @PublishedColumn('text', 'Legal form, e.g. SAS.', { nullable: true })
  legalForm: string | null = null;

  /** Id of the responsible user; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'assigned_to' })
  assignedToId: string | null = null;

  @PublishedColumn('text', 'Branch of industry.', { nullable: true })
  industry: string | null = null;

  @PublishedColumn('text', 'Size class, e.g. PME.', { nullable: true })
  size: string | null = null;

  @PublishedColumn('decimal', 'Yearly turnover of the customer, in its currency.', { nullable: true })
  annualRevenue: string | null = null;

  @PublishedColumn('integer', 'Number of employees.', { nullable: true })
  employeeCount: number | null = null;

  @PublishedColumn(PaymentTerms, 'When invoices fall due.')
  paymentTerms!: PaymentTerms;

  @PublishedColumn(PaymentMethod, 'How the customer pays.', { nullable: true })
  paymentMethod: PaymentMethod | null = null;

  @PublishedColumn('decimal', "Credit granted, in the customer's currency.", { nullable: true })
  creditLimit: string | null = null;

  @PublishedColumn('text', 'ISO 4217, e.g. EUR.')
  currency!: string;

  @PublishedColumn('decimal', 'Usual discount in percent, 0 to 100.', { precision: 5, scale: 2 })
  discountRate!: string;

  @PublishedColumn('textList', 'Free-form labels.')
  tags!: string[];

  @PublishedColumn('text', 'Free-form name of a segment.', { nullable: true })
  segment: string | null = null;

  @PublishedColumn('text', 'Where the customer came from.', { nullable: true })
  source: string | null = null;

  @PublishedColumn('text', 'Notes.', { nullable: true })
  notes: string | null = null;

  @PublishedColumn('text', 'Internal notes, not for the customer.', { nullable: true })
  internalNotes: string | null = null;

  @PublishedColumn('boolean', 'Whether business is done with the customer.')
  isActive!: boolean;

  @PublishedColumn('integer', 'Interest, 0 to 100.')
  leadScore!: number;

  @PublishedColumn('integer', 'State of the relation, 0 to 100.')
  healthScore!: number;

  @PublishedColumn('decimal', "Sum of the orders so far, in the customer's currency.")
  totalRevenue!: string;

  @PublishedColumn('integer', 'Number of orders so far.')
  orderCount!: number;

  @PublishedColumn('date', 'Day of the latest order.', { nullable: true })
  lastOrderDate: string | null = null;

  @PublishedColumn('date', 'Day of the first order.', { nullable: true })
  firstOrderDate: string | null = null;

  /** Id of the user who created the record; published by a field resolver. */
  @Property({ type: 'uuid', nullable: true, fieldName: 'created_by' })
  createdById: string | null = null;

  @PublishedColumn('instant', 'When the record was created.')
  createdAt!: string;

  @PublishedColumn('instant', 'When the record last changed.')
  updatedAt!: string;

  /** Set while the record is deleted. */
  @Property({ type: InstantType, nullable: true })
  deletedAt: string | null = null;

  @PublishedColumn('integer', 'Grows by one with every change; send it back as expectedVersion.')
  version!: number;
}
