/** What an event is about: the record types, and what is no record. */
import { registerEnumType } from 'type-graphql';
import { RecordType } from '../../access/rights/record-types.js';

export const AuditEntityType = {
  ...RecordType,
  USER: 'user',
  TENANT: 'tenant',
  SESSION: 'session',
  API_KEY: 'api_key',
  IDENTITY_PROVIDER: 'identity_provider',
  EXPORT: 'export',
  AUDIT: 'audit',
  REQUEST: 'request',
} as const;
export type AuditEntityType = (typeof AuditEntityType)[keyof typeof AuditEntityType];

const VALUES: ReadonlySet<string> = new Set(Object.values(AuditEntityType));

export function isAuditEntityType(value: string): value is AuditEntityType {
  return VALUES.has(value);
}

registerEnumType(AuditEntityType, {
  name: 'AuditEntityType',
  description: 'What an audit event is about.',
  valuesConfig: {
    CUSTOMER: { description: 'A customer, or customers as such.' },
    CONTACT: { description: 'A contact, or contacts as such.' },
    OPPORTUNITY: { description: 'An opportunity, or opportunities as such.' },
    ACTIVITY: { description: 'An activity, or activities as such.' },
    USER: { description: 'A user, or users as such.' },
    TENANT: { description: "The company's settings." },
    SESSION: { description: 'A sign-in; without an id one that failed.' },
    API_KEY: { description: 'An API key, or API keys as such.' },
    IDENTITY_PROVIDER: { description: 'An identity provider of the company, or identity providers as such.' },
    EXPORT: { description: 'A CSV file.' },
    AUDIT: { description: 'The audit log itself, which somebody without the right asked for.' },
    REQUEST: { description: 'A request as such, such as one too many.' },
  },
});
