/** The customer file. The first seventeen columns are the original's, in its order; what is new stands after them. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const customerColumns: readonly CsvColumn[] = [
  { header: 'Code', expression: 'c.code', kind: 'text' },
  { header: 'Nom', expression: 'c.name', kind: 'text' },
  { header: 'Type', expression: 'c.type', kind: 'word' },
  { header: 'Email', expression: 'c.email', kind: 'text' },
  { header: 'Téléphone', expression: 'c.phone', kind: 'phone' },
  { header: 'Mobile', expression: 'c.mobile', kind: 'phone' },
  { header: 'Adresse', expression: 'c.address_line1', kind: 'text' },
  { header: 'Ville', expression: 'c.city', kind: 'text' },
  { header: 'Code Postal', expression: 'c.postal_code', kind: 'text' },
  { header: 'Pays', expression: 'c.country_code', kind: 'word' },
  { header: 'SIRET', expression: 'c.registration_number', kind: 'text' },
  { header: 'TVA Intra', expression: 'c.tax_id', kind: 'text' },
  { header: 'Conditions Paiement', expression: 'c.payment_terms', kind: 'word' },
  { header: 'CA Total', expression: 'c.total_revenue', kind: 'money' },
  { header: 'Nb Commandes', expression: 'c.order_count', kind: 'integer' },
  { header: 'Actif', expression: 'c.is_active', kind: 'boolean' },
  { header: 'Créé le', expression: 'c.created_at', kind: 'instant' },
  { header: 'Responsable', expression: 'u.full_name', kind: 'text' },
  { header: 'Devise', expression: 'c.currency', kind: 'word' },
  { header: 'Étiquettes', expression: 'c.tags', kind: 'textList' },
  { header: 'Id', expression: 'c.id', kind: 'uuid' },
];
