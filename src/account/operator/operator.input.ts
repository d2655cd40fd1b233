/** What an operator's commands take; no GraphQL input. */
import { Role } from '../../access/identity/user.entity.js';
import { TENANT_ID } from '../../tenancy/tenant-id.js';
import {
  BooleanField,
  CountryField,
  CurrencyField,
  EmailField,
  EnumField,
  EnumListField,
  IntegerField,
  TextField,
} from '../../platform/input/fields.js';
import { PermissionEnum } from '../account.type.js';

/** The settings that an operator may give a company, besides its limits. */
abstract class OperatorTenantFields {
  @TextField({
    description: 'IANA time zone that says which day is "today", e.g. Europe/Paris.',
    max: 64,
    form: 'code',
    nullable: false,
  })
  timeZone?: string;

  @CurrencyField({ description: 'ISO 4217 code that new records get when they name none.', nullable: false })
  currency?: string;

  @CountryField({
    description: "Country whose telephones are meant where a customer's own country has none: ISO 3166-1 alpha-2.",
    nullable: false,
  })
  country?: string;
}

/** A new company with its first admin. */
export class NewTenantInput extends OperatorTenantFields {
  @TextField({ description: 'The text of X-Tenant-ID.', max: 64, form: 'secret', pattern: TENANT_ID, required: true })
  id!: string;

  @TextField({ description: 'Name of the company.', max: 255, required: true })
  name!: string;

  @EmailField({ description: 'E-mail address of the first admin.', required: true })
  admin!: string;

  @TextField({ description: 'First and last name of the first admin.', max: 255, nullable: false })
  adminName?: string;

  @TextField({
    description: 'Password of the first admin; one is generated without it.',
    max: 128,
    form: 'secret',
    nullable: false,
  })
  password?: string;
}

/** What an operator may change of a company. */
export class OperatorTenantInput extends OperatorTenantFields {
  @TextField({ description: 'Name of the company.', max: 255, nullable: false })
  name?: string;

  @BooleanField({ description: 'Nobody of a suspended company can sign in, and open sessions end.', nullable: false })
  isSuspended?: boolean;

  @IntegerField({ description: 'Live customers.', min: 0, nullable: false })
  limitCustomers?: number;

  @IntegerField({ description: 'Live contacts of one customer.', min: 0, nullable: false })
  limitContactsPerCustomer?: number;

  @IntegerField({ description: 'Active opportunities.', min: 0, nullable: false })
  limitActiveOpportunities?: number;

  @IntegerField({ description: 'Rows in one CSV file.', min: 1, nullable: false })
  limitExportRows?: number;
}

/** A key of a service account, which is made if there is none of that name. */
export class ServiceKeyInput {
  @TextField({ description: 'The text of X-Tenant-ID.', max: 64, form: 'secret', pattern: TENANT_ID, required: true })
  id!: string;

  @TextField({ description: 'Name of the service account.', max: 255, required: true })
  service!: string;

  @EnumField(Role, { description: 'What the account may do.', required: true })
  role!: Role;

  @TextField({ description: 'What the key is for.', max: 100, nullable: false })
  name?: string;

  @EnumListField(PermissionEnum, { description: 'What the key is narrowed to.', maxItems: 100, nullable: false })
  permissions?: readonly string[];

  @IntegerField({ description: 'Days until the key ends.', min: 1, max: 366, nullable: false })
  days?: number;
}
