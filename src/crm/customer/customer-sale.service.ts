/** The effect of a won opportunity on its customer. */
import type { WriteContext } from '../../access/writes/transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { typeAfterSale } from './customer-type.js';
import { Customer } from './customer.entity.js';
import type { LockedCustomer } from './customer.query.js';

/** Converts a prospect or lead, with an audit event of its own. The right to win the opportunity includes this change. */
export async function convertBuyer(tx: WriteContext, buyer: LockedCustomer): Promise<void> {
  const after = typeAfterSale(buyer.type);
  if (after === buyer.type) return;
  const customer = await loadBuyer(tx, buyer);
  customer.type = after;
  nameAction(customer, 'converted');
  const { effects, isDryRun } = tx;
  effects.warnings = [
    {
      code: 'CUSTOMER_CONVERTED',
      path: ['customer', 'type'],
      details: { customer_id: buyer.id, from: buyer.type },
    },
  ];
  effects.other = isDryRun ? { id: buyer.id, row: customer } : { id: buyer.id };
}

/** The locked row with the fields that the change and its event need. A dry run loads all fields, for its answer. */
async function loadBuyer({ em, isDryRun }: WriteContext, { id, type, version }: LockedCustomer): Promise<Customer> {
  if (isDryRun) return await em.findOneOrFail(Customer, { id });
  return em.merge(Customer, { tenantId: tenantOf(em), id, type, version });
}
