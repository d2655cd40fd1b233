/** The contact file. The first eleven columns are the original's, in its order; what is new stands after them. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const contactColumns: readonly CsvColumn[] = [
  { header: 'Prénom', expression: 'k.first_name', kind: 'text' },
  { header: 'Nom', expression: 'k.last_name', kind: 'text' },
  { header: 'Fonction', expression: 'k.job_title', kind: 'text' },
  { header: 'Email', expression: 'k.email', kind: 'text' },
  { header: 'Téléphone', expression: 'k.phone', kind: 'phone' },
  { header: 'Mobile', expression: 'k.mobile', kind: 'phone' },
  { header: 'Principal', expression: 'k.is_primary', kind: 'boolean' },
  { header: 'Facturation', expression: 'k.is_billing', kind: 'boolean' },
  { header: 'Décideur', expression: 'k.is_decision_maker', kind: 'boolean' },
  { header: 'Actif', expression: 'k.is_active', kind: 'boolean' },
  { header: 'Créé le', expression: 'k.created_at', kind: 'instant' },
  { header: 'Livraison', expression: 'k.is_shipping', kind: 'boolean' },
  { header: 'Code Client', expression: 'c.code', kind: 'text' },
  { header: 'Client', expression: 'c.name', kind: 'text' },
  { header: 'Id', expression: 'k.id', kind: 'uuid' },
];
