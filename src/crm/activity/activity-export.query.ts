/** The activity file, newest first. */
import { sql } from '../../platform/postgres/sql.js';
import type { RecordFile } from '../export/record-export.service.js';
import { activityColumns } from './activity.csv.js';
import { activityTable, type ActivityRow } from './activity.query.js';

export const activityFile: RecordFile<ActivityRow> = {
  table: activityTable,
  columns: activityColumns,
  named: ['customer', 'opportunity', 'contact'],
  from: (tenantId) => sql`activities a
    LEFT JOIN customers c ON c.tenant_id = a.tenant_id AND c.tenant_id = ${tenantId} AND c.id = a.customer_id
    LEFT JOIN opportunities o
      ON o.tenant_id = a.tenant_id AND o.tenant_id = ${tenantId} AND o.id = a.opportunity_id AND o.deleted_at IS NULL
    LEFT JOIN contacts k ON k.tenant_id = a.tenant_id AND k.tenant_id = ${tenantId} AND k.id = a.contact_id AND k.deleted_at IS NULL
    LEFT JOIN users u ON u.tenant_id = a.tenant_id AND u.tenant_id = ${tenantId} AND u.id = a.assigned_to`,
  orderBy: sql`a.date DESC, a.id DESC`,
};
