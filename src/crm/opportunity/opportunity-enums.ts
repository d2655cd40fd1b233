/** The enums of opportunities: one object each for SDL, validation, REST and CSV. */
import { describedEnum } from '../../platform/graphql-schema/described-enum.js';

export const OpportunityStatus = describedEnum(
  'OpportunityStatus',
  'Where an opportunity stands. All but WON and LOST are active.',
  {
    NEW: 'New; typically 10 %.',
    QUALIFIED: 'The need is qualified; typically 25 %.',
    PROPOSAL: 'A quote was sent; typically 50 %.',
    NEGOTIATION: 'Terms are negotiated; typically 75 %.',
    WON: 'Won: 100 %.',
    LOST: 'Lost: 0 %.',
  },
);
export type OpportunityStatus = keyof typeof OpportunityStatus;
