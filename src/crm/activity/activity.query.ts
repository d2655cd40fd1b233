/** Reads of activities: plain rows of one tenant. Each statement names the tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RecordTypeTable } from '../../access/loaders/record-reads.js';
import { ownRecordSql } from '../../access/rights/ownership.query.js';
import { requireRow } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { everyPropertyOf } from '../../platform/lists/record-table.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import type { Activity } from './activity.entity.js';
import { ACTIVITY_FILTER_COLUMNS, SEARCHED_ACTIVITIES } from './activity.filter.js';

export type ActivityRow = Readonly<Omit<Activity, 'tenantId' | 'deletedAt' | 'deletedWith' | symbol>>;

/** Every published field, in the order of REST answers. */
const ACTIVITY_PROPERTIES = everyPropertyOf<ActivityRow>()([
  'id', 'customerId', 'opportunityId', 'contactId', 'type', 'subject', 'description', 'date', 'dueDate', 'durationMinutes',
  'assignedToId', 'isCompleted', 'completedAt', 'createdById', 'createdAt', 'updatedAt', 'version',
]); // prettier-ignore

export const activityTable: RecordTypeTable<ActivityRow> = {
  recordType: 'activity',
  name: 'activities',
  alias: 'a',
  properties: ACTIVITY_PROPERTIES,
  filterColumns: ACTIVITY_FILTER_COLUMNS,
  references: {
    customer: ['customerId'],
    opportunity: ['opportunityId'],
    contact: ['contactId'],
    assignedTo: ['assignedToId'],
    createdBy: ['createdById'],
    viewerCan: ['createdById', 'assignedToId', 'customerId'],
  },
  searched: SEARCHED_ACTIVITIES,
  owned: ownRecordSql('a', true),
};

/** What a new activity is about. */
export interface Subjects {
  readonly customerId: string;
  readonly opportunityId?: string | null;
  readonly contactId?: string | null;
}

/** The customers of the opportunity and of the contact: null for a record that is not live in this tenant, or was not named. */
export interface SubjectOwners {
  readonly opportunity: string | null;
  readonly contact: string | null;
}

/**
 * Requires that all a new activity refers to is live and belongs to its customer, and locks the customer until the transaction ends, so
 * that it cannot be deleted meanwhile. Of the others nothing but their customer matters, which never changes.
 */
export function requireSubjects(em: EntityManager, { customerId, opportunityId, contactId }: Subjects): void {
  const tenantId = tenantOf(em);
  const andOf = (table: 'opportunities' | 'contacts', id: string | null | undefined): Sql =>
    id
      ? sql` AND EXISTS (SELECT FROM ${rawSql(table)} r
          WHERE r.tenant_id = ${tenantId} AND r.id = ${id} AND r.customer_id = c.id AND r.deleted_at IS NULL)`
      : sql``;
  requireRow(
    em,
    sql`SELECT 1 FROM customers c WHERE c.tenant_id = ${tenantId} AND c.id = ${customerId} AND c.deleted_at IS NULL${andOf('opportunities', opportunityId)}${andOf('contacts', contactId)} FOR SHARE OF c`,
  );
}

/** To explain a missing row of `requireSubjects`. @returns undefined when there is no such live customer in this tenant */
export async function findSubjectOwners(
  reader: TenantReader,
  { customerId, opportunityId, contactId }: Subjects,
): Promise<SubjectOwners | undefined> {
  const { tenantId } = reader;
  const customerOf = (table: 'opportunities' | 'contacts', id: string | null | undefined): Sql =>
    id
      ? sql`(SELECT r.customer_id FROM ${rawSql(table)} r WHERE r.tenant_id = ${tenantId} AND r.id = ${id} AND r.deleted_at IS NULL)`
      : sql`NULL`;
  const [owners] = await reader.rows<SubjectOwners>(
    sql`SELECT ${customerOf('opportunities', opportunityId)} AS opportunity, ${customerOf('contacts', contactId)} AS contact
      FROM customers c WHERE c.tenant_id = ${tenantId} AND c.id = ${customerId} AND c.deleted_at IS NULL`,
  );
  return owners;
}
