/** The enums of activities: one object each for SDL, validation, REST and CSV. */
import { describedEnum } from '../../platform/graphql-schema/described-enum.js';

export const ActivityType = describedEnum('ActivityType', 'What an activity is.', {
  CALL: 'A telephone call.',
  EMAIL: 'An e-mail, sent or received.',
  MEETING: 'A meeting.',
  TASK: 'A task to do.',
  NOTE: 'An internal note.',
  FOLLOW_UP: 'A follow-up.',
});
export type ActivityType = keyof typeof ActivityType;
