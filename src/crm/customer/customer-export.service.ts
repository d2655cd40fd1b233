import { authorize } from '../../access/permissions.js';
import type { RequestContext } from '../../access/request-context.js';
import type { CsvDialect } from '../../platform/csv.js';
import { exportCsv, type CsvFile } from '../export/csv-export.service.js';
import { countCustomersSql, customerFileSql } from './customer-export.query.js';
import { customerColumns } from './customer.csv.js';
import type { CustomerSelection } from './customer.query.js';

/**
 * The customers of a selection as a file; a caller held to their own records gets those.
 * @throws AppError FORBIDDEN, EXPORT_TOO_LARGE
 */
export function exportCustomers(
  ctx: RequestContext,
  selection: CustomerSelection,
  dialect: CsvDialect,
  page: number | undefined,
  facts: Readonly<Record<string, unknown>>,
): Promise<CsvFile> {
  const grant = authorize(ctx, 'customer:export');
  const { tenantId, userId } = ctx.actor;
  const held: CustomerSelection = { ...selection, ownerId: grant === 'own' ? userId : undefined };
  return exportCsv(ctx, {
    resource: 'customers',
    columns: customerColumns,
    dialect,
    page,
    facts,
    count: countCustomersSql(tenantId, held),
    rows: (part) => customerFileSql(tenantId, held, dialect, part),
  });
}
