/** The activity file. Its dates are days of the tenant's time zone; what is deleted leaves its cells empty. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const activityColumns: readonly CsvColumn[] = [
  { header: 'Type', expression: 'a.type', type: 'word' },
  { header: 'Sujet', expression: 'a.subject', type: 'text' },
  { header: 'Description', expression: 'a.description', type: 'text' },
  { header: 'Date', expression: 'a.date', type: 'instant' },
  { header: 'Échéance', expression: 'a.due_date', type: 'instant' },
  { header: 'Durée (min)', expression: 'a.duration_minutes', type: 'integer' },
  { header: 'Terminée', expression: 'a.is_completed', type: 'boolean' },
  { header: 'Terminée le', expression: 'a.completed_at', type: 'instant' },
  { header: 'Code Client', expression: 'c.code', type: 'text' },
  { header: 'Client', expression: 'c.name', type: 'text' },
  { header: 'Code Opportunité', expression: 'o.code', type: 'text' },
  { header: 'Contact', expression: "(k.first_name || ' ' || k.last_name)", type: 'text' },
  { header: 'Responsable', expression: 'u.full_name', type: 'text' },
  { header: 'Créé le', expression: 'a.created_at', type: 'instant' },
  { header: 'Id', expression: 'a.id', type: 'uuid' },
];
