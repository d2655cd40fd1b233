import { Migration } from '@mikro-orm/migrations';

/**
 * Tries of passwords that are being checked, apart from failures. New columns with a constant or no default: the table is locked
 * for a moment and not written anew. A replica of the version before counts its tries as failures until they end, as it did.
 */
export class Migration20261129000010 extends Migration {
  override up(): void {
    this.addSql(inFlight);
  }
}

/** Past `in_flight_until` nobody will settle them any more: they count as failures. */
const inFlight = `
  ALTER TABLE throttle_buckets
    ADD COLUMN in_flight integer NOT NULL DEFAULT 0,
    ADD COLUMN in_flight_until timestamptz(3);`;
