import { BooleanField, CountryField, EnumField, TextField, UuidField } from '../../platform/input/fields.js';
import type { RestRoute } from '../../platform/rest/routes.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { equalTo } from '../../platform/lists/filters.js';
import type { RecordSelection } from '../../platform/lists/record-table.js';
import { exportRoute, listRoute } from '../record/list-routes.js';
import type { RecordNames } from '../record/record-names.js';
import { actionRoute, recordRoutes } from '../record/record-routes.js';
import { MAX_CODE } from '../record/record-code.js';
import { sinceFilter, SinceQuery } from '../record/since.js';
import { CustomerType } from './customer-enums.js';
import { customerFile } from './customer-export.query.js';
import { customerOrder } from './customer.filter.js';
import { CreateCustomerInput, UpdateCustomerInput } from './customer.input.js';
import { customerTable } from './customer.query.js';
import * as customers from './customer.service.js';
import { customerSerializer } from './customer.serializer.js';

const names: RecordNames = { recordType: 'customer', one: 'a customer', many: 'customers', tag: 'Customers' };
const serializer = customerSerializer;

/** The filters of the list and of the export. */
class CustomerFilterQuery extends SinceQuery {
  @EnumField(CustomerType, { description: 'Only customers of this type.' })
  type?: CustomerType | null;

  @UuidField({ description: 'Only customers of this responsible user.' })
  assignedToId?: string | null;

  @BooleanField({ description: 'Only active, or only inactive customers.' })
  isActive?: boolean | null;

  @CountryField({ description: 'Only customers of this country.' })
  countryCode?: string | null;

  @TextField({ max: MAX_CODE, form: 'code', description: 'Only the customer with this code.' })
  code?: string | null;

  @TextField({ max: 255, form: 'code', description: 'Only customers with this e-mail address; case does not matter.' })
  email?: string | null;

  @TextField({ max: 50, description: 'Only customers with this tag.' })
  tag?: string | null;

  @TextField({ max: 255, description: 'Part of name, code, e-mail or city, or digits of a telephone.' })
  search?: string | null;
}

function toSelection(query: CustomerFilterQuery, ctx: RequestContext): RecordSelection {
  const { search, type, assignedToId, isActive, countryCode, code, email, tag } = query;
  const equal = equalTo({ type, assignedToId, isActive, countryCode, code, email });
  const filter = { ...equal, tags: tag ? { has: tag } : null, ...sinceFilter(query, ctx) };
  return { filter, search };
}

export const customerRoutes: readonly RestRoute<RequestContext>[] = [
  listRoute(
    {
      names,
      serializer,
      table: customerTable,
      order: customerOrder,
      toSelection,
    },
    CustomerFilterQuery,
  ),
  ...recordRoutes({
    names,
    serializer,
    aliases: { customer_type: 'type' },
    createInput: CreateCustomerInput,
    updateInput: UpdateCustomerInput,
    createErrors: ['DUPLICATE', 'QUOTA_EXCEEDED'],
    restoreErrors: ['DUPLICATE', 'QUOTA_EXCEEDED'],
    examples: {
      create: {
        name: 'Entreprise Exemple SA',
        type: 'PROSPECT',
        email: 'contact@exemple.com',
        phone: '0123456789',
        city: 'Paris',
        country_code: 'FR',
      },
      update: { city: 'Lyon', website: 'https://exemple.com', tags: ['salon 2026'] },
    },
    deleteDescription:
      'A soft deletion of the customer with its contacts, opportunities and activities: restore brings them back. Its code is free until then.',
    create: customers.createCustomer,
    table: customerTable,
    update: customers.updateCustomer,
    remove: customers.deleteCustomer,
    restore: customers.restoreCustomer,
  }),
  actionRoute({
    names,
    serializer,
    action: 'convert',
    summary: 'Convert a prospect or lead into a customer',
    description: 'A CUSTOMER or VIP stays as it is. A PARTNER or CHURNED customer cannot be converted.',
    errors: ['ILLEGAL_TRANSITION'],
    run: customers.convertCustomer,
  }),
  exportRoute(
    {
      names,
      filePrefix: 'clients_export',
      toSelection,
      file: customerFile,
    },
    CustomerFilterQuery,
  ),
];
