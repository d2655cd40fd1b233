/** Warnings of a change: one code, one sentence in each language. A warning never prevents the change. */
import type { Language, Sentence } from './sentence.js';

interface WarningEntry {
  readonly sentence: Sentence;
  /** For developers. */
  readonly when: string;
  /** Fields of `details`. */
  readonly details: readonly string[];
}

/** The codes are API: adding one is fine, renaming one breaks clients. */
export const WARNING_CATALOGUE = {
  CUSTOMER_CONVERTED: {
    sentence: {
      fr: 'Cette vente a fait du prospect ou lead un client.',
      en: 'This sale made a customer of the prospect or lead.',
    },
    when: 'An opportunity was won, and its customer was a prospect or lead.',
    details: ['customer_id', 'from'],
  },
  PRIMARY_CONTACT_REPLACED: {
    sentence: {
      fr: 'Un autre contact du client n’est plus le contact principal.',
      en: 'Another contact of the customer is no longer the main contact.',
    },
    when: 'A contact became the main contact of a customer that had another one.',
    details: ['contact_id'],
  },
} as const satisfies Readonly<Record<string, WarningEntry>>;

export type WarningCode = keyof typeof WARNING_CATALOGUE;

/** A warning before it is translated. */
export interface WarningDetails {
  readonly code: WarningCode;
  /** Path of the payload field concerned, outermost first, in GraphQL names. */
  readonly path: readonly string[] | null;
  /** Machine-readable metadata in snake_case, the same on both transports. */
  readonly details: Readonly<Record<string, string>> | null;
}

export interface Warning extends WarningDetails {
  readonly message: string;
}

export function toWarning(details: WarningDetails, language: Language): Warning {
  return { ...details, message: WARNING_CATALOGUE[details.code].sentence[language] };
}
