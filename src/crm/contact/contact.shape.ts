/** The JSON of a contact in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { restShape } from '../../platform/rest/serializer.js';
import type { ContactRow } from './contact.query.js';

export const contactShape = restShape<ContactRow>('Contact', [
  { name: 'id', from: 'id', kind: 'uuid', description: 'Identifier; the same in GraphQL.' },
  { name: 'customer_id', from: 'customerId', kind: 'uuid', description: 'Id of the customer; never changes.' },
  { name: 'first_name', from: 'firstName', kind: 'text', description: 'First name.' },
  { name: 'last_name', from: 'lastName', kind: 'text', description: 'Last name.' },
  { name: 'title', from: 'title', kind: 'text', nullable: true, description: 'Form of address.' },
  { name: 'job_title', from: 'jobTitle', kind: 'text', nullable: true, description: 'Position.' },
  { name: 'department', from: 'department', kind: 'text', nullable: true, description: 'Department.' },
  { name: 'email', from: 'email', kind: 'text', nullable: true, description: 'E-mail address.' },
  { name: 'phone', from: 'phone', kind: 'text', nullable: true, description: 'Telephone.' },
  { name: 'mobile', from: 'mobile', kind: 'text', nullable: true, description: 'Mobile telephone.' },
  {
    name: 'linkedin',
    from: 'linkedin',
    kind: 'text',
    nullable: true,
    description: 'Address of the LinkedIn profile.',
  },
  {
    name: 'is_primary',
    from: 'isPrimary',
    kind: 'boolean',
    description: 'Main contact; each customer has at most one.',
  },
  { name: 'is_billing', from: 'isBilling', kind: 'boolean', description: 'Contact for invoices.' },
  { name: 'is_shipping', from: 'isShipping', kind: 'boolean', description: 'Contact for deliveries.' },
  { name: 'is_decision_maker', from: 'isDecisionMaker', kind: 'boolean', description: 'Decides about purchases.' },
  { name: 'preferred_language', from: 'preferredLanguage', kind: 'text', description: 'BCP 47 primary tag.' },
  {
    name: 'preferred_contact_method',
    from: 'preferredContactMethod',
    kind: 'text',
    nullable: true,
    description: 'Way in which the person likes to be reached.',
  },
  { name: 'do_not_call', from: 'doNotCall', kind: 'boolean', description: 'Must not be called.' },
  { name: 'do_not_email', from: 'doNotEmail', kind: 'boolean', description: 'Must not be sent e-mail.' },
  { name: 'notes', from: 'notes', kind: 'text', nullable: true, description: 'Notes.' },
  { name: 'is_active', from: 'isActive', kind: 'boolean', description: 'Whether the person is still there.' },
  {
    name: 'created_by',
    from: 'createdById',
    kind: 'uuid',
    nullable: true,
    description: 'Id of the user who created it.',
  },
  { name: 'created_at', from: 'createdAt', kind: 'instant', description: 'When it was created.' },
  { name: 'updated_at', from: 'updatedAt', kind: 'instant', description: 'When it last changed.' },
  { name: 'version', from: 'version', kind: 'integer', description: 'Grows by one with every change; the ETag.' },
]);
