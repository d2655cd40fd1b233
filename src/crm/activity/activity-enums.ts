/** The words that an activity's fields may take: one object each for SDL, validation, REST and CSV. */
import { registerEnumType } from 'type-graphql';

export const ActivityType = {
  CALL: 'CALL',
  EMAIL: 'EMAIL',
  MEETING: 'MEETING',
  TASK: 'TASK',
  NOTE: 'NOTE',
  FOLLOW_UP: 'FOLLOW_UP',
} as const;
export type ActivityType = keyof typeof ActivityType;

registerEnumType(ActivityType, {
  name: 'ActivityType',
  description: 'What an activity is.',
  valuesConfig: {
    CALL: { description: 'A telephone call.' },
    EMAIL: { description: 'An e-mail, sent or received.' },
    MEETING: { description: 'A meeting.' },
    TASK: { description: 'A task to do.' },
    NOTE: { description: 'An internal note.' },
    FOLLOW_UP: { description: 'A follow-up.' },
  },
});
