/** The customer file. The first seventeen columns are the original's, in its order; what is new stands after them. */
import type { CsvColumn } from '../../platform/postgres/csv.js';

export const customerColumns: readonly CsvColumn[] = [
  { header: 'Code', expression: 'c.code', type: 'text' },
  { header: 'Nom', expression: 'c.name', type: 'text' },
  { header: 'Type', expression: 'c.type', type: 'word' },
  { header: 'Email', expression: 'c.email', type: 'text' },
  { header: 'Téléphone', expression: 'c.phone', type: 'phone' },
  { header: 'Mobile', expression: 'c.mobile', type: 'phone' },
  { header: 'Adresse', expression: 'c.address_line1', type: 'text' },
  { header: 'Ville', expression: 'c.city', type: 'text' },
  { header: 'Code Postal', expression: 'c.postal_code', type: 'text' },
  { header: 'Pays', expression: 'c.country_code', type: 'word' },
  { header: 'SIRET', expression: 'c.registration_number', type: 'text' },
  { header: 'TVA Intra', expression: 'c.tax_id', type: 'text' },
  { header: 'Conditions Paiement', expression: 'c.payment_terms', type: 'word' },
  { header: 'CA Total', expression: 'c.total_revenue', type: 'money' },
  { header: 'Nb Commandes', expression: 'c.order_count', type: 'integer' },
  { header: 'Actif', expression: 'c.is_active', type: 'boolean' },
  { header: 'Créé le', expression: 'c.created_at', type: 'instant' },
  { header: 'Responsable', expression: 'u.full_name', type: 'text' },
  { header: 'Devise', expression: 'c.currency', type: 'word' },
  { header: 'Étiquettes', expression: 'c.tags', type: 'textList' },
  { header: 'Id', expression: 'c.id', type: 'uuid' },
];
