/** The JSON of a contact in REST: a promise to old clients, so it is written out and does not follow the entity by itself. */
import { restSerializer } from '../../platform/rest/serializer.js';
import type { ContactRow } from './contact.query.js';

export const contactSerializer = restSerializer<ContactRow>('Contact', [
  { name: 'id', from: 'id', type: 'uuid', description: 'Identifier; the same in GraphQL.' },
  { name: 'customer_id', from: 'customerId', type: 'uuid', description: 'Id of the customer; never changes.' },
  { name: 'first_name', from: 'firstName', type: 'text', description: 'First name.' },
  { name: 'last_name', from: 'lastName', type: 'text', description: 'Last name.' },
  { name: 'title', from: 'title', type: 'text', nullable: true, description: 'Form of address.' },
  { name: 'job_title', from: 'jobTitle', type: 'text', nullable: true, description: 'Position.' },
  { name: 'department', from: 'department', type: 'text', nullable: true, description: 'Department.' },
  { name: 'email', from: 'email', type: 'text', nullable: true, description: 'E-mail address.' },
  { name: 'phone', from: 'phone', type: 'text', nullable: true, description: 'Telephone.' },
  { name: 'mobile', from: 'mobile', type: 'text', nullable: true, description: 'Mobile telephone.' },
  {
    name: 'linkedin',
    from: 'linkedin',
    type: 'text',
    nullable: true,
    description: 'Address of the LinkedIn profile.',
  },
  {
    name: 'is_primary',
    from: 'isPrimary',
    type: 'boolean',
    description: 'Main contact; each customer has at most one.',
  },
  { name: 'is_billing', from: 'isBilling', type: 'boolean', description: 'Contact for invoices.' },
  { name: 'is_shipping', from: 'isShipping', type: 'boolean', description: 'Contact for deliveries.' },
  { name: 'is_decision_maker', from: 'isDecisionMaker', type: 'boolean', description: 'Decides about purchases.' },
  { name: 'preferred_language', from: 'preferredLanguage', type: 'text', description: 'BCP 47 primary tag.' },
  {
    name: 'preferred_contact_method',
    from: 'preferredContactMethod',
    type: 'text',
    nullable: true,
    description: 'Way in which the person likes to be reached.',
  },
  { name: 'do_not_call', from: 'doNotCall', type: 'boolean', description: 'Must not be called.' },
  { name: 'do_not_email', from: 'doNotEmail', type: 'boolean', description: 'Must not be sent e-mail.' },
  { name: 'notes', from: 'notes', type: 'text', nullable: true, description: 'Notes.' },
  { name: 'is_active', from: 'isActive', type: 'boolean', description: 'Whether the person is still there.' },
  {
    name: 'created_by',
    from: 'createdById',
    type: 'uuid',
    nullable: true,
    description: 'Id of the user who created it.',
  },
  { name: 'created_at', from: 'createdAt', type: 'instant', description: 'When it was created.' },
  { name: 'updated_at', from: 'updatedAt', type: 'instant', description: 'When it last changed.' },
  { name: 'version', from: 'version', type: 'integer', description: 'Grows by one with every change; the ETag.' },
]);
