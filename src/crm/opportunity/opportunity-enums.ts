/** The enums of opportunities: one object each for SDL, validation, REST and CSV. */
import { registerEnumType } from 'type-graphql';

export const OpportunityStatus = {
  NEW: 'NEW',
  QUALIFIED: 'QUALIFIED',
  PROPOSAL: 'PROPOSAL',
  NEGOTIATION: 'NEGOTIATION',
  WON: 'WON',
  LOST: 'LOST',
} as const;
export type OpportunityStatus = keyof typeof OpportunityStatus;

registerEnumType(OpportunityStatus, {
  name: 'OpportunityStatus',
  description: 'Where an opportunity stands. All but WON and LOST are active.',
  valuesConfig: {
    NEW: { description: 'New; typically 10 %.' },
    QUALIFIED: { description: 'The need is qualified; typically 25 %.' },
    PROPOSAL: { description: 'A quote was sent; typically 50 %.' },
    NEGOTIATION: { description: 'Terms are negotiated; typically 75 %.' },
    WON: { description: 'Won: 100 %.' },
    LOST: { description: 'Lost: 0 %.' },
  },
});
