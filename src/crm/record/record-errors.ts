/** What is rejected in the same words wherever a record is asked for. */
import type { RecordType } from '../../access/rights/record-types.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';

export const NOT_FOUND: Readonly<Record<RecordType, Sentence>> = {
  customer: { fr: 'Client non trouvé', en: 'Customer not found' },
  contact: { fr: 'Contact non trouvé', en: 'Contact not found' },
  opportunity: { fr: 'Opportunité non trouvée', en: 'Opportunity not found' },
  activity: { fr: 'Activité non trouvée', en: 'Activity not found' },
};

/** Of an unknown, a deleted and a foreign id alike. @throws AppError NOT_FOUND */
export function rejectUnknown(recordType: RecordType): never {
  throw new AppError('NOT_FOUND', NOT_FOUND[recordType]);
}

/** The unique index of each kind's codes, and what a violation of it is called. */
export const UNIQUE_CODES = {
  customer: {
    constraint: 'customers_code_key',
    taken: { fr: 'Code client déjà utilisé', en: 'Customer code already in use' },
  },
  opportunity: {
    constraint: 'opportunities_code_key',
    taken: { fr: 'Code opportunité déjà utilisé', en: 'Opportunity code already in use' },
  },
} as const;

const CUSTOMER_DELETED: Sentence = {
  fr: "Le client de cette fiche est supprimé : restaurez-le d'abord.",
  en: 'The customer of this record is deleted: restore it first.',
};

/** Of a record that would come back without its customer. @throws AppError ILLEGAL_TRANSITION */
export function rejectRestoreWithout(customerId: string): never {
  throw new AppError('ILLEGAL_TRANSITION', CUSTOMER_DELETED, {
    details: { from: 'DELETED', allowed: [], customer_id: customerId },
  });
}
