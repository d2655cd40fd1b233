import { Migration } from '@mikro-orm/migrations';

/** The same folding of text, in the language whose functions PostgreSQL prepares once per connection: the other does so per statement. */
export class Migration20261128000001 extends Migration {
  override up(): void {
    this.addSql(fold);
  }
}

const fold = `
  CREATE OR REPLACE FUNCTION app.fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
      RETURN lower(public.unaccent('public.unaccent'::regdictionary, value) COLLATE "und-x-icu");
    END
  $$;`;
