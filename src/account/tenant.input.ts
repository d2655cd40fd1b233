import { InputType } from 'type-graphql';
import { CountryField, CurrencyField, TextField } from '../platform/input/fields.js';

@InputType({ description: "Changes to the company's settings: absent is untouched." })
export class UpdateTenantInput {
  @TextField({ description: 'Name of the company.', max: 255, nullable: false })
  name?: string;

  @TextField({
    description: 'IANA time zone that says which day is "today", e.g. Europe/Paris.',
    max: 64,
    form: 'code',
    nullable: false,
  })
  timeZone?: string;

  @CurrencyField({ description: 'ISO 4217 code that new records get when they name none.', nullable: false })
  defaultCurrency?: string;

  @CountryField({
    description: "Country whose telephones are meant where a customer's own country has none: ISO 3166-1 alpha-2.",
    nullable: false,
  })
  countryCode?: string;
}
