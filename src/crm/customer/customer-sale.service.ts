/** What a won sale does to the customer. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { tenantOf } from '../../tenancy/tenancy.js';
import { nameAction } from '../../audit/events/named-actions.js';
import { typeAfterSale } from './customer-type.js';
import { Customer } from './customer.entity.js';
import type { LockedCustomer } from './customer.query.js';

/** Makes a customer of a prospect or lead, under an event of its own. Whoever may win the sale may do this to its customer. */
export function convertBuyer(em: EntityManager, { id, type, version }: LockedCustomer): void {
  const after = typeAfterSale(type);
  if (after === type) return;
  // As much of the locked row as the change and its event look at.
  const customer = em.merge(Customer, { tenantId: tenantOf(em), id, type, version });
  customer.type = after;
  nameAction(customer, 'converted');
}
