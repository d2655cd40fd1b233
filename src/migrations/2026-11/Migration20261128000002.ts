import { Migration } from '@mikro-orm/migrations';

/** The amounts of opportunities once more as integers, for the sums of the pipeline. Writes the table anew under its lock. */
export class Migration20261128000002 extends Migration {
  override up(): void {
    this.addSql(cents);
    this.addSql(pipelineIndex);
  }
}

/**
 * Hundredths of the currency's unit, whatever its own minor unit is. The cast rounds halves away from zero, as `weighted_amount`
 * does, so both are the same amount; a generated column cannot be made of another.
 */
const cents = `
  ALTER TABLE opportunities
    ADD COLUMN amount_cents bigint NOT NULL GENERATED ALWAYS AS ((amount * 100)::bigint) STORED,
    ADD COLUMN weighted_cents bigint NOT NULL GENERATED ALWAYS AS ((amount * probability)::bigint) STORED;`;

/** Holds all that the sums by status need. */
const pipelineIndex = `
  DROP INDEX opportunities_pipeline;
  CREATE INDEX opportunities_pipeline ON opportunities (tenant_id, status, currency) INCLUDE (amount_cents, weighted_cents)
    WHERE deleted_at IS NULL;`;
