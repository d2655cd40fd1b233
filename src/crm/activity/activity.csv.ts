/** The activity file. Its dates are days of the tenant's time zone; what is deleted leaves its cells empty. */
import { csvColumns } from '../export/csv-columns.js';
import type { ActivityRow } from './activity.query.js';

/** Not in the file. */
type LeftOut = 'createdById' | 'updatedAt' | 'version';

export const activityColumns = csvColumns<Omit<ActivityRow, LeftOut>>('a', {
  type: { header: 'Type', type: 'word' },
  subject: { header: 'Sujet', type: 'text' },
  description: { header: 'Description', type: 'text' },
  date: { header: 'Date', type: 'instant' },
  dueDate: { header: 'Échéance', type: 'instant' },
  durationMinutes: { header: 'Durée (min)', type: 'integer' },
  isCompleted: { header: 'Terminée', type: 'boolean' },
  completedAt: { header: 'Terminée le', type: 'instant' },
  customerId: [
    { header: 'Code Client', type: 'text', expression: 'c.code' },
    { header: 'Client', type: 'text', expression: 'c.name' },
  ],
  opportunityId: { header: 'Code Opportunité', type: 'text', expression: 'o.code' },
  contactId: { header: 'Contact', type: 'text', expression: "(k.first_name || ' ' || k.last_name)" },
  assignedToId: { header: 'Responsable', type: 'text', expression: 'u.full_name' },
  createdAt: { header: 'Créé le', type: 'instant' },
  id: { header: 'Id', type: 'uuid' },
});
