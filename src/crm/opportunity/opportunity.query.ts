/** Reads of opportunities: plain rows through the tenant-bound reader, each statement naming its tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { ownRecordSql } from '../../access/rights/ownership.query.js';
import type { RecordTypeTable } from '../../access/loaders/record-reads.js';
import { runAhead } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import { everyPropertyOf } from '../../platform/lists/record-table.js';
import { sql } from '../../platform/postgres/sql.js';
import type { LockedCustomer } from '../customer/customer.query.js';
import type { Opportunity } from './opportunity.entity.js';
import { OPPORTUNITY_FILTER_COLUMNS, SEARCHED_OPPORTUNITIES } from './opportunity.filter.js';

export type OpportunityRow = Readonly<Omit<Opportunity, 'tenantId' | 'deletedAt' | 'deletedWith' | symbol>>;

/** Every published field, in the order of REST answers. */
const OPPORTUNITY_PROPERTIES = everyPropertyOf<OpportunityRow>()([
  'id', 'code', 'customerId', 'name', 'description', 'status', 'stage', 'probability', 'amount', 'weightedAmount',
  'currency', 'expectedCloseDate', 'actualCloseDate', 'assignedToId', 'team', 'source', 'campaign', 'competitors',
  'products', 'notes', 'nextSteps', 'winReason', 'lossReason', 'createdById', 'createdAt', 'updatedAt', 'version',
]); // prettier-ignore

export const opportunityTable: RecordTypeTable<OpportunityRow> = {
  recordType: 'opportunity',
  name: 'opportunities',
  alias: 'o',
  properties: OPPORTUNITY_PROPERTIES,
  filterColumns: OPPORTUNITY_FILTER_COLUMNS,
  references: {
    customer: ['customerId'],
    assignedTo: ['assignedToId'],
    createdBy: ['createdById'],
    viewerCan: ['createdById', 'assignedToId', 'customerId', 'status'],
  },
  searched: SEARCHED_OPPORTUNITIES,
  owned: ownRecordSql('o', true),
};

/**
 * The customer of a live opportunity, its row locked until the transaction ends. Whoever locks both locks it first, as a
 * deletion of the customer does: neither then waits for the other. It travels with the next statement.
 */
export async function lockBuyer(em: EntityManager, opportunityId: string): Promise<LockedCustomer | undefined> {
  const [row] = await runAhead<LockedCustomer>(
    em,
    sql`select c.id, c.type, c.version, c.created_by as "createdById", c.assigned_to as "assignedToId"
      from opportunities o join customers c on c.tenant_id = o.tenant_id and c.id = o.customer_id
      where o.tenant_id = ${tenantOf(em)} and o.id = ${opportunityId} and o.deleted_at is null for no key update of c`,
  );
  return row;
}
