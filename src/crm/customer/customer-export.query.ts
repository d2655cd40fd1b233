/** The statements of a customer file. */
import { csvSelectList, type CsvDialect } from '../../platform/csv.js';
import { sql, type Sql } from '../../platform/sql.js';
import { customerColumns } from './customer.csv.js';
import { customerConditions, type CustomerSelection } from './customer.query.js';

/** How many customers the selection holds. */
export function countCustomersSql(tenantId: string, selection: CustomerSelection): Sql {
  return sql`SELECT count(*)::integer AS total FROM customers c WHERE ${customerConditions(tenantId, selection)}`;
}

/** The rows of one file, in an order that is the same for each of its parts. */
export function customerFileSql(
  tenantId: string,
  selection: CustomerSelection,
  dialect: CsvDialect,
  part: { readonly limit: number; readonly offset: number },
): Sql {
  return sql`SELECT ${csvSelectList(customerColumns, dialect)}
    FROM customers c LEFT JOIN users u ON u.tenant_id = c.tenant_id AND u.tenant_id = ${tenantId} AND u.id = c.assigned_to
    WHERE ${customerConditions(tenantId, selection)}
    ORDER BY c.name, c.id LIMIT ${part.limit} OFFSET ${part.offset}`;
}
