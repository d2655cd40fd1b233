import { InputType } from 'type-graphql';
import {
  BooleanField,
  BY_SERVICE,
  CountryField,
  CurrencyField,
  EmailField,
  EnumField,
  IntegerField,
  LongTextField,
  MoneyField,
  PercentField,
  TagsField,
  TextField,
  UuidField,
} from '../../platform/input/fields.js';
import { CreationInput } from '../../platform/input/input-plan.js';
import { CodeField } from '../record/record-code.js';
import { CustomerType, PaymentMethod, PaymentTerms } from './customer-enums.js';

/** The fields of a customer that both inputs have. Limits are in characters. */
@InputType()
abstract class CustomerFields {
  @TextField({ max: 255, description: 'Registered name.' })
  legalName?: string | null;

  @EnumField(CustomerType, { default: 'PROSPECT', rejectEmpty: true, description: 'Where the customer stands.' })
  type?: CustomerType;

  @EmailField({ description: 'General e-mail address.' })
  email?: string | null;

  @TextField({ max: 50, form: 'code', description: 'Telephone.' })
  phone?: string | null;

  @TextField({ max: 50, form: 'code', description: 'Mobile telephone.' })
  mobile?: string | null;

  @TextField({ max: 255, description: 'Address of the web site.' })
  website?: string | null;

  @TextField({ max: 255, description: 'Street and number.' })
  addressLine1?: string | null;

  @TextField({ max: 255, description: 'Building, floor, post box.' })
  addressLine2?: string | null;

  @TextField({ max: 100, description: 'City.' })
  city?: string | null;

  @TextField({ max: 100, description: 'State or region.' })
  state?: string | null;

  @TextField({ max: 20, description: 'Postal code.' })
  postalCode?: string | null;

  @CountryField({ default: 'FR', description: 'ISO 3166-1 alpha-2.' })
  countryCode?: string;

  @TextField({ max: 50, form: 'code', description: 'VAT number.' })
  taxId?: string | null;

  @TextField({ max: 50, form: 'code', description: 'Company registration number (SIRET in France).' })
  registrationNumber?: string | null;

  @TextField({ max: 50, description: 'Legal form, e.g. SAS.' })
  legalForm?: string | null;

  @UuidField({ description: 'Id of the responsible user. Users may name themselves only.' })
  assignedToId?: string | null;

  @TextField({ max: 100, description: 'Branch of industry.' })
  industry?: string | null;

  @TextField({ max: 50, description: 'Size class, e.g. PME.' })
  size?: string | null;

  @MoneyField({
    min: 0,
    description: "Yearly turnover, in the customer's currency, with no more decimals than that has.",
  })
  annualRevenue?: string | null;

  @IntegerField({ min: 0, description: 'Number of employees.' })
  employeeCount?: number | null;

  @EnumField(PaymentTerms, { default: 'NET_30', description: 'When invoices fall due.' })
  paymentTerms?: PaymentTerms;

  @EnumField(PaymentMethod, { description: 'How the customer pays.' })
  paymentMethod?: PaymentMethod | null;

  @MoneyField({
    min: 0,
    description: "Credit granted, in the customer's currency, with no more decimals than that has.",
  })
  creditLimit?: string | null;

  @CurrencyField({ default: BY_SERVICE, description: "ISO 4217. Default: the company's own." })
  currency?: string | null;

  @PercentField({ default: '0.00', description: 'Usual discount in percent, 0 to 100.' })
  discountRate?: string;

  @TagsField({ default: [], description: 'Free-form labels: at most 50 of 50 characters.' })
  tags?: string[];

  @TextField({ max: 50, description: 'Free-form name of a segment.' })
  segment?: string | null;

  @TextField({ max: 100, description: 'Where the customer came from.' })
  source?: string | null;

  @LongTextField({ description: 'Notes.' })
  notes?: string | null;

  @LongTextField({ description: 'Internal notes, not for the customer.' })
  internalNotes?: string | null;

  @BooleanField({ default: true, description: 'Whether business is done with the customer.' })
  isActive?: boolean;
}

@InputType({ description: 'A new customer.' })
@CreationInput()
export class CreateCustomerInput extends CustomerFields {
  @CodeField('Unique code; generated (CLI00001 …) when absent.')
  code?: string | null;

  @TextField({ min: 1, max: 255, required: true, description: 'Name by which the customer is known.' })
  name!: string;
}

@InputType({ description: 'Changes to a customer: absent is untouched, null is cleared.' })
export class UpdateCustomerInput extends CustomerFields {
  @TextField({ min: 1, max: 255, nullable: false, description: 'Name by which the customer is known.' })
  name?: string;

  @IntegerField({ min: 0, max: 100, default: 0, description: 'Interest, 0 to 100.' })
  leadScore?: number;

  @IntegerField({ min: 0, max: 100, default: 100, description: 'State of the relation, 0 to 100.' })
  healthScore?: number;
}
