/** The contact file. The first eleven columns are the original's, in its order; what is new stands after them. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const contactColumns: readonly CsvColumn[] = [
  { header: 'Prénom', expression: 'k.first_name', type: 'text' },
  { header: 'Nom', expression: 'k.last_name', type: 'text' },
  { header: 'Fonction', expression: 'k.job_title', type: 'text' },
  { header: 'Email', expression: 'k.email', type: 'text' },
  { header: 'Téléphone', expression: 'k.phone', type: 'phone' },
  { header: 'Mobile', expression: 'k.mobile', type: 'phone' },
  { header: 'Principal', expression: 'k.is_primary', type: 'boolean' },
  { header: 'Facturation', expression: 'k.is_billing', type: 'boolean' },
  { header: 'Décideur', expression: 'k.is_decision_maker', type: 'boolean' },
  { header: 'Actif', expression: 'k.is_active', type: 'boolean' },
  { header: 'Créé le', expression: 'k.created_at', type: 'instant' },
  { header: 'Livraison', expression: 'k.is_shipping', type: 'boolean' },
  { header: 'Code Client', expression: 'c.code', type: 'text' },
  { header: 'Client', expression: 'c.name', type: 'text' },
  { header: 'Id', expression: 'k.id', type: 'uuid' },
];
