/**
 * Ownership: a record is a user's own if the user created it, is responsible for it, or owns the customer that it belongs to.
 * The rule is written twice, for loaded rows and in SQL. Both must say the same.
 */
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import type { Actor } from '../identity/request-context.js';

/** What ownership depends on. A contact has no responsible user. */
export interface OwnedRecord {
  readonly createdById: string | null;
  readonly assignedToId?: string | null;
}

/** The rule for loaded rows. @param customer that the record belongs to; absent where it is deleted or has not been loaded */
export function isOwn({ userId }: Actor, record: OwnedRecord, customer?: OwnedRecord | null): boolean {
  if (record.createdById === userId || record.assignedToId === userId) return true;
  return customer?.createdById === userId || customer?.assignedToId === userId;
}

/** The rule in SQL, for customers: `c` is their alias. */
export function ownCustomerSql(userId: string): Sql {
  return sql`(c.created_by = ${userId}::uuid OR c.assigned_to = ${userId}::uuid)`;
}

/** The rule in SQL, for a record type that belongs to customers. @param alias of its table */
export function ownRecordSql(alias: string, hasAssignee: boolean): (tenantId: string, userId: string) => Sql {
  const row = rawSql(alias);
  return (tenantId, userId) => sql`(${row}.created_by = ${userId}::uuid
    ${hasAssignee ? sql`OR ${row}.assigned_to = ${userId}::uuid` : sql``}
    OR ${row}.customer_id IN (SELECT c.id FROM customers c WHERE c.tenant_id = ${tenantId} AND ${ownCustomerSql(userId)}))`;
}
