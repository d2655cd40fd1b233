import { Migration } from '@mikro-orm/migrations';

/** Cells of CSV files. */
export class Migration20261122000006 extends Migration {
  override up(): void {
    this.addSql(guard);
  }
}

/**
 * A spreadsheet runs a cell that begins, after blanks, with one of = + - @ |, a tab, CR or LF, full-width forms included. One
 * apostrophe before it makes it text; a text that begins with apostrophes before such a start gets one more, so that taking
 * exactly one off again restores it.
 */
const guard = `
  CREATE FUNCTION app.csv_guard(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value ~ E'^(\\'*)([ \\u00a0\\u2000-\\u200b\\u3000]*)[=+@|\\t\\r\\n\\uff1d\\uff0b\\uff0d\\uff20\\uff5c-]' THEN '''' || value ELSE value END
  $$;
  -- Items apart by ", "; a comma inside an item is written with a backslash before it.
  CREATE FUNCTION app.csv_list(items text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN items = '{}' THEN '' ELSE (
      SELECT string_agg(replace(replace(item, '\\', '\\\\'), ',', '\\,'), ', ' ORDER BY place)
      FROM unnest(items) WITH ORDINALITY AS listed (item, place)) END
  $$;
  GRANT EXECUTE ON FUNCTION app.csv_guard(text), app.csv_list(text[]) TO crm_app;`;
