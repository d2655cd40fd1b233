import { Migration } from '@mikro-orm/migrations';

/**
 * The primary key of transitions holds what the pipeline as of a day sums, which for recent days then reads no row. The index by date
 * goes: only days near a tenant's beginning were cheaper with it. No table is rewritten; `opportunity_transitions` is locked while the
 * key is built, two to four seconds per million rows.
 */
export class Migration20261203000002 extends Migration {
  override up(): void {
    this.addSql('DROP INDEX opportunity_transitions_as_of;');
    this.addSql('ALTER TABLE opportunity_transitions DROP CONSTRAINT opportunity_transitions_pkey;');
    this.addSql(`ALTER TABLE opportunity_transitions ADD CONSTRAINT opportunity_transitions_pkey
      PRIMARY KEY (tenant_id, opportunity_id, version) INCLUDE (changed_at, to_status, probability, amount, currency);`);
  }
}
