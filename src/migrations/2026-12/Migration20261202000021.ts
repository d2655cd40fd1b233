import { Migration } from '@mikro-orm/migrations';

/**
 * Which types of record a seal holds changes of, and which seals are new to clients that wait for them. No table is rewritten or read;
 * `audit_seals` is locked for a moment. Seals that stand already have no types.
 */
export class Migration20261202000021 extends Migration {
  override up(): void {
    // One command each: a distributed table of Citus takes no more at once.
    for (const command of [...recordTypes, ...access]) this.addSql(command);
    this.addSql(sealsSince);
    this.addSql(ownership);
  }
}

/** A hint, and no part of the chain: it decides when the feed is read, and never what it says. */
const recordTypes = [
  'ALTER TABLE audit_seals ADD COLUMN record_types text[]',
  'GRANT INSERT (record_types) ON audit_seals TO crm_app',
];

/** Of a seal's number and types alone. Listed by tenancy:verify. */
const access = [
  'GRANT SELECT (tenant_id, seq, record_types) ON audit_seals TO crm_search',
  'CREATE POLICY feed ON audit_seals FOR SELECT TO crm_search USING (true)',
];

/** The next seals of each tenant after a number, at most a hundred. A loop, because Citus joins no list with the tables of many nodes. */
const sealsSince = `
  CREATE FUNCTION app.seals_since(tenants text[], seqs bigint[])
    RETURNS TABLE (tenant_id text, seq bigint, record_types text[]) LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    FOR n IN 1 .. coalesce(cardinality(tenants), 0) LOOP
      RETURN QUERY SELECT s.tenant_id, s.seq, s.record_types FROM audit_seals s
        WHERE s.tenant_id = tenants[n] AND s.seq > seqs[n] ORDER BY s.seq LIMIT 100;
    END LOOP;
  END $$;`;

const ownership = `
  GRANT CREATE ON SCHEMA app TO crm_search;
  ALTER FUNCTION app.seals_since(text[], bigint[]) OWNER TO crm_search;
  REVOKE CREATE ON SCHEMA app FROM crm_search;
  REVOKE ALL ON FUNCTION app.seals_since(text[], bigint[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION app.seals_since(text[], bigint[]) TO crm_app;`;
