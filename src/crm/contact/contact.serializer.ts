/** The JSON of a contact in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { boolean, instant, integer, nullable, restSerializer, text, uuid } from '../../platform/rest/serializer.js';
import type { ContactRow } from './contact.query.js';

export const contactSerializer = restSerializer<ContactRow>('Contact', {
  id: uuid('Identifier; the same in GraphQL.'),
  customerId: uuid('Id of the customer; never changes.'),
  firstName: text('First name.'),
  lastName: text('Last name.'),
  title: nullable(text('Form of address.')),
  jobTitle: nullable(text('Position.')),
  department: nullable(text('Department.')),
  email: nullable(text('E-mail address.')),
  phone: nullable(text('Telephone.')),
  mobile: nullable(text('Mobile telephone.')),
  linkedin: nullable(text('Address of the LinkedIn profile.')),
  isPrimary: boolean('Main contact; each customer has at most one.'),
  isBilling: boolean('Contact for invoices.'),
  isShipping: boolean('Contact for deliveries.'),
  isDecisionMaker: boolean('Decides about purchases.'),
  preferredLanguage: text('BCP 47 primary tag.'),
  preferredContactMethod: nullable(text('Way in which the person likes to be reached.')),
  doNotCall: boolean('Must not be called.'),
  doNotEmail: boolean('Must not be sent e-mail.'),
  notes: nullable(text('Notes.')),
  isActive: boolean('Whether the person is still there.'),
  createdById: nullable(uuid('Id of the user who created it.')),
  createdAt: instant('When it was created.'),
  updatedAt: instant('When it last changed.'),
  version: integer('Grows by one with every change; the ETag.'),
});
