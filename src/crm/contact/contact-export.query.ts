/** The contact file. */
import { sql } from '../../platform/postgres/sql.js';
import type { RecordFile } from '../export/record-export.service.js';
import { contactColumns } from './contact.csv.js';
import { contactTable, type ContactRow } from './contact.query.js';

export const contactFile: RecordFile<ContactRow> = {
  table: contactTable,
  columns: contactColumns,
  named: ['customer'],
  from: (tenantId) =>
    sql`contacts k JOIN customers c ON c.tenant_id = k.tenant_id AND c.tenant_id = ${tenantId} AND c.id = k.customer_id`,
  orderBy: sql`k.last_name, k.first_name, k.id`,
};
