/** What a won sale does to the customer. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { nameAction } from '../../audit/named-actions.js';
import { typeAfterSale } from './customer-type.js';
import { Customer } from './customer.entity.js';
import type { LockedCustomer } from './customer.query.js';

/** Makes a customer of a prospect or lead, under an event of its own. Whoever may win the sale may do this to its customer. */
export async function convertBuyer(em: EntityManager, buyer: LockedCustomer): Promise<void> {
  const type = typeAfterSale(buyer.type);
  if (type === buyer.type) return;
  const customer = await em.findOneOrFail(Customer, { id: buyer.id });
  customer.type = type;
  nameAction(customer, 'converted');
}
