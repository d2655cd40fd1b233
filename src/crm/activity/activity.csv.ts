/** The activity file. Its dates are days of the tenant's time zone; what is deleted leaves its cells empty. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const activityColumns: readonly CsvColumn[] = [
  { header: 'Type', expression: 'a.type', kind: 'word' },
  { header: 'Sujet', expression: 'a.subject', kind: 'text' },
  { header: 'Description', expression: 'a.description', kind: 'text' },
  { header: 'Date', expression: 'a.date', kind: 'instant' },
  { header: 'Échéance', expression: 'a.due_date', kind: 'instant' },
  { header: 'Durée (min)', expression: 'a.duration_minutes', kind: 'integer' },
  { header: 'Terminée', expression: 'a.is_completed', kind: 'boolean' },
  { header: 'Terminée le', expression: 'a.completed_at', kind: 'instant' },
  { header: 'Code Client', expression: 'c.code', kind: 'text' },
  { header: 'Client', expression: 'c.name', kind: 'text' },
  { header: 'Code Opportunité', expression: 'o.code', kind: 'text' },
  { header: 'Contact', expression: "(k.first_name || ' ' || k.last_name)", kind: 'text' },
  { header: 'Responsable', expression: 'u.full_name', kind: 'text' },
  { header: 'Créé le', expression: 'a.created_at', kind: 'instant' },
  { header: 'Id', expression: 'a.id', kind: 'uuid' },
];
