/** The customer file. The first seventeen columns are the original's, in its order; what is new stands after them. */
import { csvColumns } from '../export/csv-columns.js';
import type { CustomerRow } from './customer.query.js';

/** Not in the file. */
type LeftOut =
  'legalName' | 'website' | 'addressLine2' | 'state' | 'legalForm' | 'industry' | 'size' | 'annualRevenue' |
  'employeeCount' | 'paymentMethod' | 'creditLimit' | 'discountRate' | 'segment' | 'source' | 'notes' |
  'internalNotes' | 'leadScore' | 'healthScore' | 'lastOrderDate' | 'firstOrderDate' | 'createdById' |
  'updatedAt' | 'version'; // prettier-ignore

export const customerColumns = csvColumns<Omit<CustomerRow, LeftOut>>('c', {
  code: { header: 'Code', type: 'text' },
  name: { header: 'Nom', type: 'text' },
  type: { header: 'Type', type: 'word' },
  email: { header: 'Email', type: 'text' },
  phone: { header: 'Téléphone', type: 'phone' },
  mobile: { header: 'Mobile', type: 'phone' },
  addressLine1: { header: 'Adresse', type: 'text' },
  city: { header: 'Ville', type: 'text' },
  postalCode: { header: 'Code Postal', type: 'text' },
  countryCode: { header: 'Pays', type: 'word' },
  registrationNumber: { header: 'SIRET', type: 'text' },
  taxId: { header: 'TVA Intra', type: 'text' },
  paymentTerms: { header: 'Conditions Paiement', type: 'word' },
  totalRevenue: { header: 'CA Total', type: 'money' },
  orderCount: { header: 'Nb Commandes', type: 'integer' },
  isActive: { header: 'Actif', type: 'boolean' },
  createdAt: { header: 'Créé le', type: 'instant' },
  assignedToId: { header: 'Responsable', type: 'text', expression: 'u.full_name' },
  currency: { header: 'Devise', type: 'word' },
  tags: { header: 'Étiquettes', type: 'textList' },
  id: { header: 'Id', type: 'uuid' },
});
