import { Migration } from '@mikro-orm/migrations';

/** Reading the audit trail: an index for each filter, and the text that a search looks at. */
export class Migration20261123000004 extends Migration {
  override up(): void {
    this.addSql(searchText);
    this.addSql(indexes);
  }
}

/**
 * Folded once, at the write; U+001F between the parts keeps a match within one of them. Erasing the parts erases it. It has
 * no trigram index: random ids would make each write insert dozens of keys, and a search finds its first page near the top.
 */
const searchText = `
  ALTER TABLE audit_events ADD COLUMN search_text text GENERATED ALWAYS AS (app.fold(
    action || E'\\x1f' || coalesce(entity_id, '') || E'\\x1f' || coalesce(user_email, '') || E'\\x1f' ||
    coalesce(ip_address, '') || E'\\x1f' || coalesce(description, '') || E'\\x1f' || request_id)) STORED;`;

/** All in the one order that the trail is read in. An id belongs to one kind of record, so that the first serves both together. */
const indexes = `
  DROP INDEX audit_events_entity;
  CREATE INDEX audit_events_by_record ON audit_events (tenant_id, entity_id, created_at DESC, id DESC);
  CREATE INDEX audit_events_by_type ON audit_events (tenant_id, entity_type, created_at DESC, id DESC);
  CREATE INDEX audit_events_by_action ON audit_events (tenant_id, action, created_at DESC, id DESC);
  CREATE INDEX audit_events_by_user ON audit_events (tenant_id, user_id, created_at DESC, id DESC);
  CREATE INDEX audit_events_failed ON audit_events (tenant_id, created_at DESC, id DESC) WHERE NOT success;`;
