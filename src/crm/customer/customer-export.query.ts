/** The customer file. */
import { sql } from '../../platform/postgres/sql.js';
import type { RecordFile } from '../export/record-export.service.js';
import { customerColumns } from './customer.csv.js';
import { customerTable, type CustomerRow } from './customer.query.js';

export const customerFile: RecordFile<CustomerRow> = {
  table: customerTable,
  columns: customerColumns,
  named: [],
  from: (tenantId) =>
    sql`customers c LEFT JOIN users u ON u.tenant_id = c.tenant_id AND u.tenant_id = ${tenantId} AND u.id = c.assigned_to`,
  orderBy: sql`c.name, c.id`,
};
