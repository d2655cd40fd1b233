import type { RequestContext } from '../../access/identity/request-context.js';
import type { RestRoute } from '../../platform/rest/routes.js';
import { exportRoute } from '../record/list-routes.js';
import { EXAMPLE_ID } from '../record/record-names.js';
import { actionRoute, recordRoutes } from '../record/record-routes.js';
import { activityFile } from './activity-export.query.js';
import { ActivityFilterQuery, activityListRoute, names, toSelection } from './activity-list.routes.js';
import { CreateActivityInput, UpdateActivityInput } from './activity.input.js';
import { activityTable } from './activity.query.js';
import * as activities from './activity.service.js';
import { activitySerializer as serializer } from './activity.serializer.js';

export const activityRoutes: readonly RestRoute<RequestContext>[] = [
  activityListRoute,
  ...recordRoutes({
    names,
    serializer,
    aliases: { activity_type: 'type', activity_date: 'date' },
    createInput: CreateActivityInput,
    updateInput: UpdateActivityInput,
    createErrors: ['NOT_FOUND'],
    restoreErrors: ['ILLEGAL_TRANSITION'],
    examples: {
      create: {
        customer_id: EXAMPLE_ID,
        type: 'CALL',
        subject: 'Appel de qualification',
        description: 'Discussion sur les besoins...',
      },
      update: { duration_minutes: 30, due_date: '2026-12-01' },
    },
    deleteDescription: 'A soft deletion: restore brings the activity back.',
    create: activities.createActivity,
    table: activityTable,
    update: activities.updateActivity,
    remove: activities.deleteActivity,
    restore: activities.restoreActivity,
  }),
  actionRoute({
    names,
    serializer,
    action: 'complete',
    summary: 'Complete an activity',
    description: 'A completed activity stays as it is, with the moment when it was completed.',
    run: activities.completeActivity,
  }),
  actionRoute({
    names,
    serializer,
    action: 'reopen',
    summary: 'Reopen an activity',
    description: 'An open activity stays as it is.',
    run: activities.reopenActivity,
  }),
  exportRoute(
    {
      names,
      filePrefix: 'activites_export',
      toSelection,
      file: activityFile,
    },
    ActivityFilterQuery,
  ),
];
