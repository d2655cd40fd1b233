/** Errors that several record types share, with their sentences. */
import type { RecordType } from '../../access/rights/record-types.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';

const NOT_FOUND: Readonly<Record<RecordType, Sentence>> = {
  customer: { fr: 'Client non trouvé', en: 'Customer not found' },
  contact: { fr: 'Contact non trouvé', en: 'Contact not found' },
  opportunity: { fr: 'Opportunité non trouvée', en: 'Opportunity not found' },
  activity: { fr: 'Activité non trouvée', en: 'Activity not found' },
};

/** The same for an unknown id, a deleted record and another tenant's record. @throws AppError NOT_FOUND */
export function rejectUnknown(recordType: RecordType): never {
  throw new AppError('NOT_FOUND', NOT_FOUND[recordType]);
}

/** The unique index of each type of code, and the sentence of its violation. */
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

/** Rejects the restoration of a record whose customer is deleted. @throws AppError ILLEGAL_TRANSITION */
export function rejectRestoreWithout(customerId: string): never {
  throw new AppError('ILLEGAL_TRANSITION', CUSTOMER_DELETED, {
    details: { from: 'DELETED', allowed: [], customer_id: customerId },
  });
}
