import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { ObjectType } from 'type-graphql';
import { TenantOwned } from '../../tenancy/tenancy.js';
import { InstantType } from '../../platform/postgres/column-types.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { PublishedColumn } from '../record/published-column.js';

/** A person at a customer. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A person at a customer.' })
@Entity({ tableName: 'contacts' })
export class Contact extends TenantOwned {
  /** Id of the customer; never changes. Published by a field resolver. */
  @Property({ type: 'uuid' })
  customerId!: string;

  @PublishedColumn('text', 'First name.')
  firstName!: string;

  @PublishedColumn('text', 'Last name.')
  lastName!: string;

  @PublishedColumn('text', 'Form of address, e.g. Mme.', { nullable: true })
  title: string | null = null;

  @PublishedColumn('text', 'Position, e.g. Directeur Commercial.', { nullable: true })
  jobTitle: string | null = null;

  @PublishedColumn('text', 'Department.', { nullable: true })
  department: string | null = null;

  @PublishedColumn('text', 'E-mail address.', { nullable: true })
  email: string | null = null;

  @PublishedColumn('text', 'Telephone, as it was entered.', { nullable: true })
  phone: string | null = null;

  @PublishedColumn('text', 'Mobile telephone, as it was entered.', { nullable: true })
  mobile: string | null = null;

  /** The digits of its telephones, for searches: `searchedDigits`. */
  @Property({ type: 'text' })
  searchPhone!: string;

  @PublishedColumn('text', 'Address of the LinkedIn profile.', { nullable: true })
  linkedin: string | null = null;

  @PublishedColumn('boolean', 'Main contact of the customer; each customer has at most one.')
  isPrimary!: boolean;

  @PublishedColumn('boolean', 'Contact for invoices.')
  isBilling!: boolean;

  @PublishedColumn('boolean', 'Contact for deliveries.')
  isShipping!: boolean;

  @PublishedColumn('boolean', 'Decides about purchases.')
  isDecisionMaker!: boolean;

  @PublishedColumn('text', 'BCP 47 primary tag of the language to use, e.g. fr.')
  preferredLanguage!: string;

  @PublishedColumn('text', 'Way in which the person likes to be reached.', { nullable: true })
  preferredContactMethod: string | null = null;

  @PublishedColumn('boolean', 'Must not be called.')
  doNotCall!: boolean;

  @PublishedColumn('boolean', 'Must not be sent e-mail.')
  doNotEmail!: boolean;

  @PublishedColumn('text', 'Notes.', { nullable: true })
  notes: string | null = null;

  @PublishedColumn('boolean', 'Whether the person is still there; lists leave out who is not.')
  isActive!: boolean;

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

  /** Id of the customer with which the record was deleted. */
  @Property({ type: 'uuid', nullable: true })
  deletedWith: string | null = null;

  @PublishedColumn('integer', 'Grows by one with every change; send it back as expectedVersion.')
  version!: number;
}
