/** The opportunity file. */
import { sql } from '../../platform/postgres/sql.js';
import type { RecordFile } from '../export/record-export.service.js';
import { opportunityColumns } from './opportunity.csv.js';
import { opportunityTable, type OpportunityRow } from './opportunity.query.js';

export const opportunityFile: RecordFile<OpportunityRow> = {
  table: opportunityTable,
  columns: opportunityColumns,
  named: ['customer'],
  from: (tenantId) =>
    sql`opportunities o
      JOIN customers c ON c.tenant_id = o.tenant_id AND c.tenant_id = ${tenantId} AND c.id = o.customer_id
      LEFT JOIN users u ON u.tenant_id = o.tenant_id AND u.tenant_id = ${tenantId} AND u.id = o.assigned_to`,
  orderBy: sql`o.expected_close_date, o.id`,
};
