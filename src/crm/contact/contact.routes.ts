import type { RequestContext } from '../../access/identity/request-context.js';
import { equalTo } from '../../platform/lists/filters.js';
import { BooleanField, TextField, UuidField } from '../../platform/input/fields.js';
import type { RecordSelection } from '../../platform/lists/record-table.js';
import { defineRestRoute, type RestRoute } from '../../platform/rest/routes.js';
import { exportRecords } from '../export/record-export.service.js';
import { exportRoute, listRoute } from '../record/list-routes.js';
import { need, type RecordNames } from '../record/record-names.js';
import { recordRoutes } from '../record/record-routes.js';
import { contactFile } from './contact-export.query.js';
import { CONTACT_SORT, contactOrder } from './contact.filter.js';
import { CreateContactInput, UpdateContactInput } from './contact.input.js';
import { contactTable } from './contact.query.js';
import * as contacts from './contact.service.js';
import { contactShape } from './contact.shape.js';

const names: RecordNames = { noun: 'contact', one: 'a contact', many: 'contacts', tag: 'Contacts' };
const shape = contactShape;

/** What the list and the export filter by. */
interface ContactFilters {
  readonly customerId?: string | null | undefined;
  readonly isActive?: boolean | null;
  readonly search?: string | null | undefined;
}

/** Of these, what both take alike. */
abstract class ContactFilterQuery {
  @UuidField({ description: 'Only contacts of this customer.' })
  customerId?: string | null;

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

function toSelection({ customerId, isActive, search }: ContactFilters): RecordSelection {
  return { filter: equalTo({ customerId, isActive }), search };
}

/** `GET /v1/commercial/customers/{id}/contacts`: a bare array, as old clients know it. */
const contactsOfCustomer: RestRoute<RequestContext> = defineRestRoute({
  method: 'GET',
  path: '/v1/commercial/customers/{id}/contacts',
  operationId: 'listContactsOfCustomer',
  summary: 'The active contacts of a customer, the main one first',
  tags: [names.tag],
  response: { kind: 'list', shape },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  authorize: need(names, 'read'),
  handle: async (ctx: RequestContext, { params: { id = '' } }) => ({
    status: 200,
    json: shape.writeList(await contacts.listContactsOfCustomer(ctx, id)),
  }),
});

export const contactRoutes: readonly RestRoute<RequestContext>[] = [
  listRoute(
    {
      names,
      shape,
      table: contactTable,
      sortFields: CONTACT_SORT,
      defaultOrder: contactOrder(null),
      toSelection: ({ customerId, isActive = true, search }) => toSelection({ customerId, isActive, search }),
      list: contacts.listContacts,
    },
    ContactListQuery,
  ),
  contactsOfCustomer,
  ...recordRoutes({
    names,
    shape,
    createInput: CreateContactInput,
    updateInput: UpdateContactInput,
    createErrors: ['NOT_FOUND', 'QUOTA_EXCEEDED'],
    restoreErrors: ['ILLEGAL_TRANSITION', 'QUOTA_EXCEEDED'],
    deleteDescription: 'Soft: restore brings it back. Its activities stay.',
    create: contacts.createContact,
    get: contacts.getContact,
    update: contacts.updateContact,
    remove: contacts.deleteContact,
    restore: contacts.restoreContact,
  }),
  exportRoute(
    {
      names,
      filePrefix: 'contacts_export',
      toSelection,
      run: (ctx, request) => exportRecords(ctx, contactFile, request),
    },
    ContactExportQuery,
  ),
];
