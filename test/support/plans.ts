/** Plans of the service's own statements, as its role: what PostgreSQL really read. */
import pg from 'pg';
import type { SentStatement } from './statements.js';

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Function Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
  readonly [condition: string]: unknown;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** The nodes of the plan that ran, for these values or for any. */
export async function planOf(
  client: pg.Client,
  tenantId: string,
  { text, values }: Pick<SentStatement, 'text' | 'values'>,
  mode: 'custom' | 'generic',
): Promise<PlanNode[]> {
  await client.query(
    `BEGIN; SELECT app.set_tenant('${tenantId}'); SET LOCAL plan_cache_mode = force_${mode}_plan; SET LOCAL jit = off`,
  );
  try {
    await client.query(`PREPARE question AS ${text}`);
    const literals = values.map((value) => literal(value)).join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE question${literals === '' ? '' : `(${literals})`}`,
    );
    return rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan));
  } finally {
    await client.query('ROLLBACK; DEALLOCATE ALL');
  }
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.join(',')}}`);
  return typeof value === 'string' ? pg.escapeLiteral(value) : JSON.stringify(value);
}

/** Rows of tables that the plan looked at, those of indexes alone left out if so asked. */
export function rowsLookedAt(nodes: readonly PlanNode[], which: 'all' | 'rows of tables' = 'all'): number {
  return nodes
    .filter((node) => node['Relation Name'] !== undefined)
    .filter((node) => which === 'all' || node['Node Type'] !== 'Index Only Scan')
    .map((node) => {
      const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      return (node['Actual Rows'] + removed) * node['Actual Loops'];
    })
    .reduce((sum, rows) => sum + rows, 0);
}
