/** The opportunity file. The first twelve columns are the original's, in its order; what is new stands after them. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const opportunityColumns: readonly CsvColumn[] = [
  { header: 'Code', expression: 'o.code', kind: 'text' },
  { header: 'Nom', expression: 'o.name', kind: 'text' },
  { header: 'Statut', expression: 'o.status', kind: 'word' },
  { header: 'Montant', expression: 'o.amount', kind: 'money' },
  { header: 'Probabilité', expression: 'o.probability', kind: 'integer' },
  { header: 'Montant Pondéré', expression: 'o.weighted_amount', kind: 'money' },
  { header: 'Date Conclusion Prévue', expression: 'o.expected_close_date', kind: 'date' },
  { header: 'Date Conclusion Réelle', expression: 'o.actual_close_date', kind: 'date' },
  { header: 'Source', expression: 'o.source', kind: 'text' },
  { header: 'Raison Gain', expression: 'o.win_reason', kind: 'text' },
  { header: 'Raison Perte', expression: 'o.loss_reason', kind: 'text' },
  { header: 'Créé le', expression: 'o.created_at', kind: 'instant' },
  { header: 'Devise', expression: 'o.currency', kind: 'word' },
  { header: 'Code Client', expression: 'c.code', kind: 'text' },
  { header: 'Client', expression: 'c.name', kind: 'text' },
  { header: 'Responsable', expression: 'u.full_name', kind: 'text' },
  { header: 'Id', expression: 'o.id', kind: 'uuid' },
];
