/** Two tenants with the same records under the same ids: one is asked through REST, the other through GraphQL. */
import { makeTarget, type Target, type TargetOptions } from '../surface/target.js';
import type { OwnService, TestTenant } from '../../support/service.js';

interface Side {
  readonly tenant: TestTenant;
  readonly target: Target;
}

export interface Twins {
  readonly rest: Side;
  readonly graphql: Side;
}

export type Pick2 = 'rest' | 'graphql';
type TenantPair = readonly [rest: TestTenant, graphql: TestTenant];

export async function twinTenants(
  service: OwnService,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<TenantPair> {
  return [await service.aTenant(settings), await service.aTenant(settings)];
}

/** @param ownedBy whose of the four users the customers or their records are */
export async function makeTwins(
  service: OwnService,
  [rest, graphql]: TenantPair,
  ownedBy: (tenant: TestTenant) => TargetOptions = () => ({}),
): Promise<Twins> {
  const target = await makeTarget(service, rest, ownedBy(rest));
  const twin = await makeTarget(service, graphql, { ...ownedBy(graphql), ids: target });
  return { rest: { tenant: rest, target }, graphql: { tenant: graphql, target: twin } };
}

/** Runs a statement in both. @param text with `$1` for the tenant */
export async function inBoth(service: OwnService, { rest, graphql }: Twins, text: string): Promise<void> {
  for (const { tenant } of [rest, graphql]) await service.ask(text, [tenant.id]);
}

const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;
// Version 4: made by the database.
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
/** Instants this near are the time of the request. */
const NEAR_MS = 3_600_000;

/** A text of one side in words that both have in common: ids that the service made are numbered as they appear. */
export function common(text: string, { tenant, target }: Side): string {
  const names = new Map<string, string>([
    [tenant.id, 'TENANT'],
    ...ROLES.flatMap((role): [string, string][] => [
      [tenant[role].id, role.toUpperCase()],
      [tenant[role].email, `${role}@TENANT`],
    ]),
  ]);
  const named = [...names].reduce((left, [value, name]) => left.replaceAll(value, name), text);
  const known = new Set<string>(Object.values(target).filter((value) => typeof value === 'string'));
  const made = new Map<string, string>();
  return named
    .replace(UUID, (id) => {
      if (known.has(id)) return id;
      if (!made.has(id)) made.set(id, `#${made.size + 1}`);
      return made.get(id) ?? id;
    })
    .replace(INSTANT, (instant) => (Math.abs(Date.parse(instant) - Date.now()) < NEAR_MS ? 'NOW' : instant));
}

/** Everything that a request may leave behind, in the order in which it came. */
const TRACES: readonly (readonly [table: string, columns: string, order: string])[] = [
  ['customers', 'r.*', 'id'],
  ['contacts', 'r.*', 'id'],
  ['opportunities', 'r.*', 'id'],
  ['opportunity_transitions', 'r.*', 'opportunity_id, version'],
  ['activities', 'r.*', 'id'],
  ['counters', 'r.*', 'name'],
  [
    'audit_events',
    `r.actor_kind, r.user_id, r.user_role, r.user_email, r.action, r.entity_type, r.entity_id, r.success, r.error_code,
     r.description, r.old_value, r.new_value`,
    'id',
  ],
];

/** The records and the trail of both sides, line by line in common words. */
export async function tracesOf(service: OwnService, twins: Twins): Promise<Readonly<Record<Pick2, string[]>>> {
  const read = async (side: Side): Promise<string[]> => {
    const lines: string[] = [];
    for (const [table, columns, order] of TRACES) {
      const rows = await service.ask<{ line: string }>(
        `SELECT '${table} ' || to_jsonb(x)::text AS line FROM (SELECT ${columns} FROM ${table} r
         WHERE tenant_id = $1 ORDER BY ${order}) x`,
        [side.tenant.id],
      );
      lines.push(...rows.map(({ line }) => line.replace(/\+00:00"/g, 'Z"').replace(SHORT_INSTANT, padInstant)));
    }
    return common(lines.join('\n'), side).split('\n');
  };
  return { rest: await read(twins.rest), graphql: await read(twins.graphql) };
}

/** PostgreSQL leaves out zeros at the end of a fraction. */
const SHORT_INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/g;
const padInstant = (_all: string, seconds: string, fraction = '.'): string => `${seconds}${fraction.padEnd(4, '0')}Z`;
