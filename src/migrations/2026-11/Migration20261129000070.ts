import { Migration } from '@mikro-orm/migrations';

/**
 * Each transition gets an id of its own. The default differs from row to row, so the table is rewritten under an ACCESS EXCLUSIVE
 * lock, and read once more for the index. The default stays for the version before, which
 * names no id, and for changes by SQL.
 */
export class Migration20261129000070 extends Migration {
  override up(): void {
    this.addSql(`
      ALTER TABLE opportunity_transitions ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
      CREATE UNIQUE INDEX opportunity_transitions_id ON opportunity_transitions (tenant_id, id);`);
  }
}
