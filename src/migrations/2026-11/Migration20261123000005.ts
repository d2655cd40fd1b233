import { Migration } from '@mikro-orm/migrations';

/** Cells of CSV files: every blank that Unicode has, not only the usual ones, may stand before a formula. */
export class Migration20261123000005 extends Migration {
  override up(): void {
    this.addSql(guard);
  }
}

const guard = `
  CREATE OR REPLACE FUNCTION app.csv_guard(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ E'^(\\'*)([ \\u000b\\u000c\\u0085\\u00a0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]*)[=+@|\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20\\uff5c-]'
      THEN '''' || value ELSE value END
  $$;`;
