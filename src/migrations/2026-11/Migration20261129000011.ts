import { Migration } from '@mikro-orm/migrations';

/**
 * Sessions that ended a day ago are deleted like idempotency keys past theirs. The index is built under a lock that lets sign-ins
 * and refreshes wait: about a second for a million sessions. Nothing is written anew.
 */
export class Migration20261129000011 extends Migration {
  override up(): void {
    this.addSql(endedSessions);
    this.addSql(tenantsToTidy);
  }
}

/** A session ends at the earlier of both: `least` passes over a null. */
const endedSessions = `
  CREATE INDEX sessions_ended ON sessions (least(expires_at, revoked_at));
  GRANT SELECT (tenant_id, expires_at, revoked_at) ON sessions TO crm_search;
  CREATE POLICY tidy ON sessions FOR SELECT TO crm_search USING (true);`;

/** Of the oldest, so that it takes no longer after a long pause: who deletes asks again until there are none. */
const tenantsToTidy = `
  CREATE OR REPLACE FUNCTION app.tenants_to_tidy() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT tenant_id FROM (
      (SELECT tenant_id FROM public.idempotency_keys
        WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT 10000)
      UNION ALL
      (SELECT tenant_id FROM public.sessions
        WHERE least(expires_at, revoked_at) < now() - interval '24 hours' ORDER BY least(expires_at, revoked_at) LIMIT 10000)
    ) AS ended
  $$;`;
