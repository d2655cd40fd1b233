/** The right to change a record that belongs to a customer. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { isOwn, type OwnedRecord } from '../../access/rights/ownership.query.js';
import { authorize } from '../../access/rights/permissions.js';
import type { RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { customerOfRecord, type CustomerOfRecord } from './customer.query.js';

/**
 * Checks that the caller may change a loaded record. The customer is read only for a caller who is limited to their own records and
 * neither created this one nor is responsible for it.
 * @param locked the record's customer, if the transaction has it already
 * @returns the customer, if it is known now
 * @throws AppError FORBIDDEN
 */
export async function authorizeChange(
  ctx: RequestContext,
  em: EntityManager,
  recordType: RecordType,
  record: OwnedRecord & { readonly customerId: string },
  locked?: CustomerOfRecord,
): Promise<CustomerOfRecord | undefined> {
  const permission = `${recordType}:update` as const;
  if (authorize(ctx, permission) === 'all' || isOwn(ctx.actor, record)) return locked;
  const customer = locked ?? (await customerOfRecord(em, record.customerId));
  authorize(ctx, permission, record, customer);
  return customer;
}
