/** The contact file. The first eleven columns are the original's, in its order; what is new stands after them. */
import { csvColumns } from '../export/csv-columns.js';
import type { ContactRow } from './contact.query.js';

/** Not in the file. */
type LeftOut =
  'title' | 'department' | 'linkedin' | 'preferredLanguage' | 'preferredContactMethod' | 'doNotCall' |
  'doNotEmail' | 'notes' | 'createdById' | 'updatedAt' | 'version'; // prettier-ignore

export const contactColumns = csvColumns<Omit<ContactRow, LeftOut>>('k', {
  firstName: { header: 'Prénom', type: 'text' },
  lastName: { header: 'Nom', type: 'text' },
  jobTitle: { header: 'Fonction', type: 'text' },
  email: { header: 'Email', type: 'text' },
  phone: { header: 'Téléphone', type: 'phone' },
  mobile: { header: 'Mobile', type: 'phone' },
  isPrimary: { header: 'Principal', type: 'boolean' },
  isBilling: { header: 'Facturation', type: 'boolean' },
  isDecisionMaker: { header: 'Décideur', type: 'boolean' },
  isActive: { header: 'Actif', type: 'boolean' },
  createdAt: { header: 'Créé le', type: 'instant' },
  isShipping: { header: 'Livraison', type: 'boolean' },
  customerId: [
    { header: 'Code Client', type: 'text', expression: 'c.code' },
    { header: 'Client', type: 'text', expression: 'c.name' },
  ],
  id: { header: 'Id', type: 'uuid' },
});
