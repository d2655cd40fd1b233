/** The payloads of the mutations of activities. */
import { payloadOf } from '../../platform/graphql-schema/mutation-payload.js';
import { Activity } from './activity.entity.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'activity', record: () => Activity, description });

const NOW = 'The activity as it is now.';

export const CreateActivityPayload = payload('CreateActivityPayload', 'The new activity.');
export const UpdateActivityPayload = payload('UpdateActivityPayload', NOW);
export const CompleteActivityPayload = payload('CompleteActivityPayload', NOW);
export const ReopenActivityPayload = payload('ReopenActivityPayload', NOW);
export const DeleteActivityPayload = payload('DeleteActivityPayload', 'The activity that was deleted.');
export const RestoreActivityPayload = payload('RestoreActivityPayload', NOW);
