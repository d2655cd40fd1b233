/** The whole of a tenant's rows as text, to tell whether anything was left behind. */
import type { TestService } from '../../../support/service.js';

/** What a rejection may leave, and what the sealer does in its own time. */
const CONDITIONS: Readonly<Record<string, string>> = {
  audit_events: 'AND t.success',
  audit_unsealed: 'AND false',
  audit_seals: 'AND false',
};

/** Makes the statement once per service: the tables do not change. */
export async function snapshots(service: TestService): Promise<(tenantId: string) => Promise<object>> {
  const tables = await service.ask<{ name: string; key: string }>(
    `SELECT c.table_name AS name, c.column_name AS key FROM information_schema.columns c
     WHERE c.table_schema = 'public' AND (c.column_name = 'tenant_id' OR (c.table_name = 'tenants' AND c.column_name = 'id'))`,
  );
  const digests = tables.map(
    ({
      name,
      key,
    }) => `SELECT '${name}' AS name, count(*) AS rows, md5(string_agg(t::text, chr(10) ORDER BY t::text)) AS digest
      FROM ${name} t WHERE t.${key} = $1 ${CONDITIONS[name] ?? ''}`,
  );
  return (tenantId) => service.ask(`${digests.join(' UNION ALL ')} ORDER BY 1`, [tenantId]);
}
