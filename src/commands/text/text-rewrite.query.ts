/** Reads of the text that stands in a tenant's tables, deleted rows included: a restoration brings them back. */
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { rawSql, sql } from '../../platform/postgres/sql.js';
import { toRestName } from '../../platform/values/text.js';
import type { TextTable, UniqueText, Values } from './text-tables.js';

/** A row with its texts by property. */
export type TextRow = Values & { readonly id: string; readonly lockedCustomerId: string | null };

const PAGE = 500;

/** The rows of a table, page by page in the order of their ids. */
export async function* readPages(reader: TenantReader, table: TextTable): AsyncGenerator<readonly TextRow[]> {
  const properties = [
    ...table.texts.map(({ property }) => property),
    ...(table.name === 'users' ? ['emailIdentity'] : []),
  ];
  const columns = properties.map((property) => `${toRestName(property)} AS "${property}"`).join(', ');
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await reader.rows<TextRow>(
      sql`SELECT id, ${rawSql(table.customer ?? 'NULL')} AS "lockedCustomerId", ${rawSql(columns)} FROM ${rawSql(table.name)}
        WHERE tenant_id = ${reader.tenantId} AND id > ${after}::uuid ORDER BY id LIMIT ${PAGE}`,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.id;
  }
}

export interface UniqueRow {
  readonly id: string;
  readonly text: string;
}

/** The unique text of every row that the unique index holds. */
export function readUniqueTexts(
  reader: TenantReader,
  { name }: TextTable,
  { property }: UniqueText,
): Promise<UniqueRow[]> {
  const live = rawSql(name === 'users' ? '' : 'AND deleted_at IS NULL');
  return reader.rows<UniqueRow>(
    sql`SELECT id, ${rawSql(property)} AS text FROM ${rawSql(name)} WHERE tenant_id = ${reader.tenantId} ${live} ORDER BY id`,
  );
}
