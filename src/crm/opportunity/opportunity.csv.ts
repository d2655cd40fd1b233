/** The opportunity file. The first twelve columns are the original's, in its order; what is new stands after them. */
import { csvColumns } from '../export/csv-columns.js';
import type { OpportunityRow } from './opportunity.query.js';

/** Not in the file. */
type LeftOut =
  'description' | 'stage' | 'team' | 'campaign' | 'competitors' | 'products' | 'notes' | 'nextSteps' |
  'createdById' | 'updatedAt' | 'version'; // prettier-ignore

export const opportunityColumns = csvColumns<Omit<OpportunityRow, LeftOut>>('o', {
  code: { header: 'Code', type: 'text' },
  name: { header: 'Nom', type: 'text' },
  status: { header: 'Statut', type: 'word' },
  amount: { header: 'Montant', type: 'money' },
  probability: { header: 'Probabilité', type: 'integer' },
  weightedAmount: { header: 'Montant Pondéré', type: 'money' },
  expectedCloseDate: { header: 'Date Conclusion Prévue', type: 'date' },
  actualCloseDate: { header: 'Date Conclusion Réelle', type: 'date' },
  source: { header: 'Source', type: 'text' },
  winReason: { header: 'Raison Gain', type: 'text' },
  lossReason: { header: 'Raison Perte', type: 'text' },
  createdAt: { header: 'Créé le', type: 'instant' },
  currency: { header: 'Devise', type: 'word' },
  customerId: [
    { header: 'Code Client', type: 'text', expression: 'c.code' },
    { header: 'Client', type: 'text', expression: 'c.name' },
  ],
  assignedToId: { header: 'Responsable', type: 'text', expression: 'u.full_name' },
  id: { header: 'Id', type: 'uuid' },
});
