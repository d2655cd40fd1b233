import type { RequestContext } from '../../access/identity/request-context.js';
import { equalTo } from '../../platform/lists/filters.js';
import { BooleanField, TextField, UuidField } from '../../platform/input/fields.js';
import type { RecordSelection } from '../../platform/lists/record-table.js';
import { defineRestRoute, type RestRoute } from '../../platform/rest/routes.js';
import { FieldsQuery, pickFields } from '../../platform/rest/sparse.js';
import { exportRoute, listRoute } from '../record/list-routes.js';
import { EXAMPLE_ID, need, type RecordNames } from '../record/record-names.js';
import { recordRoutes } from '../record/record-routes.js';
import { sinceFilter, SinceQuery } from '../record/since.js';
import { contactFile } from './contact-export.query.js';
import { contactOrder } from './contact.filter.js';
import { CreateContactInput, UpdateContactInput } from './contact.input.js';
import { contactTable } from './contact.query.js';
import * as contacts from './contact.service.js';
import { contactSerializer } from './contact.serializer.js';

const names: RecordNames = { recordType: 'contact', one: 'a contact', many: 'contacts', tag: 'Contacts' };
const serializer = contactSerializer;

/** The filters that the list and the export share. */
abstract class ContactFilterQuery extends SinceQuery {
  @UuidField({ description: 'Only contacts of this customer.' })
  customerId?: string | null;

  @TextField({ max: 255, form: 'code', description: 'Only contacts with this e-mail address; case does not matter.' })
  email?: string | null;

  @TextField({ max: 255, description: 'Part of first name, last name or e-mail, or digits of a telephone.' })
  search?: string | null;
}

class ContactListQuery extends ContactFilterQuery {
  @BooleanField({ default: true, description: 'Only active, or only inactive contacts.' })
  isActive?: boolean;
}

class ContactExportQuery extends ContactFilterQuery {
  @BooleanField({ description: 'Only active, or only inactive contacts; both unless given.' })
  isActive?: boolean | null;
}

function toSelection(
  query: ContactFilterQuery,
  isActive: boolean | null | undefined,
  ctx: RequestContext,
): RecordSelection {
  const { customerId, email, search } = query;
  return { filter: { ...equalTo({ customerId, email, isActive }), ...sinceFilter(query, ctx) }, search };
}

/** `GET /v1/commercial/customers/{id}/contacts`: a bare array, for older clients. */
const contactsOfCustomer: RestRoute<RequestContext> = defineRestRoute({
  method: 'GET',
  path: '/v1/commercial/customers/{id}/contacts',
  operationId: 'listContactsOfCustomer',
  summary: 'The active contacts of a customer, the main contact first',
  description: 'All of them in a bare array: the main contact first, the others by last and first name.',
  tags: [names.tag],
  query: FieldsQuery,
  response: { type: 'list', serializer },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  authorize: need(names, 'read'),
  handle: async (ctx: RequestContext, { params: { id = '' }, query: { fields } }) => ({
    status: 200,
    json: pickFields(serializer, fields).writeList(await contacts.listContactsOfCustomer(ctx, id)),
  }),
});

export const contactRoutes: readonly RestRoute<RequestContext>[] = [
  listRoute(
    {
      names,
      serializer,
      table: contactTable,
      order: contactOrder,
      toSelection: (query, ctx) => toSelection(query, query.isActive ?? true, ctx),
    },
    ContactListQuery,
  ),
  contactsOfCustomer,
  ...recordRoutes({
    names,
    serializer,
    createInput: CreateContactInput,
    updateInput: UpdateContactInput,
    createErrors: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
    restoreErrors: ['ILLEGAL_TRANSITION', 'QUOTA_EXCEEDED'],
    examples: {
      create: {
        customer_id: EXAMPLE_ID,
        first_name: 'Jean',
        last_name: 'Dupont',
        email: 'jean.dupont@exemple.com',
        job_title: 'Directeur Commercial',
        is_primary: true,
        is_decision_maker: true,
      },
      update: { department: 'Direction', is_billing: true },
    },
    deleteDescription: 'A soft deletion: restore brings the contact back. Its activities stay.',
    create: contacts.createContact,
    table: contactTable,
    update: contacts.updateContact,
    remove: contacts.deleteContact,
    restore: contacts.restoreContact,
  }),
  exportRoute(
    {
      names,
      filePrefix: 'contacts_export',
      toSelection: (query, ctx) => toSelection(query, query.isActive, ctx),
      file: contactFile,
    },
    ContactExportQuery,
  ),
];
