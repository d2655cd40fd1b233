import { Migration } from '@mikro-orm/migrations';

/**
 * Searches take no notice of a final sigma, so that `Σ` finds `ΟΔΟΣ`, nor of the joiners that free text keeps and codes do not. Reads each
 * table with a searched text once, tenant by tenant, and writes the rows whose text holds one of them. No table is locked or rewritten as a whole.
 */
export class Migration20261130000030 extends Migration {
  override up(): void {
    this.addSql(fold);
    this.addSql(foldAgain);
  }
}

/** What translate has no counterpart for goes. */
const fold = `
  CREATE OR REPLACE FUNCTION app.fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
      RETURN translate(lower(public.unaccent('public.unaccent'::regdictionary, value) COLLATE "und-x-icu"), E'ς\\u200c\\u200d', 'σ');
    END
  $$;`;

/** Generated columns are made anew where a row is written. The policies bind the owner too, so each tenant is set in turn. */
const foldAgain = `
  DO $$
  DECLARE tenant text;
  BEGIN
    FOR tenant IN SELECT app.tenant_ids() LOOP
      PERFORM app.set_tenant(tenant);
      UPDATE customers SET name = name WHERE tenant_id = tenant AND search_text ~ E'[ς\\u200c\\u200d]';
      UPDATE contacts SET last_name = last_name WHERE tenant_id = tenant AND search_text ~ E'[ς\\u200c\\u200d]';
      UPDATE opportunities SET name = name WHERE tenant_id = tenant AND search_text ~ E'[ς\\u200c\\u200d]';
      UPDATE activities SET subject = subject WHERE tenant_id = tenant AND search_text ~ E'[ς\\u200c\\u200d]';
      UPDATE audit_events SET action = action WHERE tenant_id = tenant AND search_text ~ E'[ς\\u200c\\u200d]';
    END LOOP;
    PERFORM set_config('app.tenant_id', '', true);
  END $$;`;
