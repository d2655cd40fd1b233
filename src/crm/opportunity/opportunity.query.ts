/** Reads of opportunities: plain rows of one tenant. Each statement names the tenant. */
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
 * The customer of a live opportunity. Its row is locked until the transaction ends. A transaction that locks both locks the customer
 * first, as its deletion does, so that two of them cannot deadlock. The statement is sent with the next one.
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
