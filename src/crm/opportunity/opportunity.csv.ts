/** The opportunity file. The first twelve columns are the original's, in its order; what is new stands after them. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const opportunityColumns: readonly CsvColumn[] = [
  { header: 'Code', expression: 'o.code', type: 'text' },
  { header: 'Nom', expression: 'o.name', type: 'text' },
  { header: 'Statut', expression: 'o.status', type: 'word' },
  { header: 'Montant', expression: 'o.amount', type: 'money' },
  { header: 'Probabilité', expression: 'o.probability', type: 'integer' },
  { header: 'Montant Pondéré', expression: 'o.weighted_amount', type: 'money' },
  { header: 'Date Conclusion Prévue', expression: 'o.expected_close_date', type: 'date' },
  { header: 'Date Conclusion Réelle', expression: 'o.actual_close_date', type: 'date' },
  { header: 'Source', expression: 'o.source', type: 'text' },
  { header: 'Raison Gain', expression: 'o.win_reason', type: 'text' },
  { header: 'Raison Perte', expression: 'o.loss_reason', type: 'text' },
  { header: 'Créé le', expression: 'o.created_at', type: 'instant' },
  { header: 'Devise', expression: 'o.currency', type: 'word' },
  { header: 'Code Client', expression: 'c.code', type: 'text' },
  { header: 'Client', expression: 'c.name', type: 'text' },
  { header: 'Responsable', expression: 'u.full_name', type: 'text' },
  { header: 'Id', expression: 'o.id', type: 'uuid' },
];
