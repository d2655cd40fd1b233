import { InputType } from 'type-graphql';
import {
  BooleanField,
  EmailField,
  LanguageField,
  LongTextField,
  TextField,
  UuidField,
} from '../../platform/input/fields.js';
import { CreationInput } from '../../platform/input/input-plan.js';

/** The fields of a contact that both inputs have. Limits are in characters. */
@InputType()
abstract class ContactFields {
  @TextField({ max: 50, description: 'Form of address, e.g. Mme.' })
  title?: string | null;

  @TextField({ max: 100, description: 'Position, e.g. Directeur Commercial.' })
  jobTitle?: string | null;

  @TextField({ max: 100, description: 'Department.' })
  department?: string | null;

  @EmailField({ description: 'E-mail address.' })
  email?: string | null;

  @TextField({ max: 50, form: 'code', description: 'Telephone.' })
  phone?: string | null;

  @TextField({ max: 50, form: 'code', description: 'Mobile telephone.' })
  mobile?: string | null;

  @TextField({ max: 255, description: 'Address of the LinkedIn profile.' })
  linkedin?: string | null;

  @BooleanField({
    default: false,
    description: 'Main contact of the customer. Each customer has at most one: the one before it no longer is.',
  })
  isPrimary?: boolean;

  @BooleanField({ default: false, description: 'Contact for invoices.' })
  isBilling?: boolean;

  @BooleanField({ default: false, description: 'Contact for deliveries.' })
  isShipping?: boolean;

  @BooleanField({ default: false, description: 'Decides about purchases.' })
  isDecisionMaker?: boolean;

  @LanguageField({ default: 'fr', description: 'BCP 47 primary tag of the language to use.' })
  preferredLanguage?: string;

  @TextField({ max: 20, description: 'Way in which the person likes to be reached.' })
  preferredContactMethod?: string | null;

  @BooleanField({ default: false, description: 'Must not be called.' })
  doNotCall?: boolean;

  @BooleanField({ default: false, description: 'Must not be sent e-mail.' })
  doNotEmail?: boolean;

  @LongTextField({ description: 'Notes.' })
  notes?: string | null;

  @BooleanField({ default: true, description: 'Whether the person is still there; lists leave out who is not.' })
  isActive?: boolean;
}

@InputType({ description: 'A new contact.' })
@CreationInput()
export class CreateContactInput extends ContactFields {
  @UuidField({ required: true, description: 'Id of the customer; never changes.' })
  customerId!: string;

  @TextField({ min: 1, max: 100, required: true, description: 'First name.' })
  firstName!: string;

  @TextField({ min: 1, max: 100, required: true, description: 'Last name.' })
  lastName!: string;
}

@InputType({ description: 'Changes to a contact: absent is untouched, null is cleared.' })
export class UpdateContactInput extends ContactFields {
  @TextField({ min: 1, max: 100, nullable: false, description: 'First name.' })
  firstName?: string;

  @TextField({ min: 1, max: 100, nullable: false, description: 'Last name.' })
  lastName?: string;
}
