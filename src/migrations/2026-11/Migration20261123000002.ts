import { Migration } from '@mikro-orm/migrations';
import { searchFunction } from '../sql/search-function.js';
import { tenantWall } from '../sql/tenant-wall.js';

/** Opportunities and their transitions. */
export class Migration20261123000002 extends Migration {
  override up(): void {
    this.addSql(opportunities);
    this.addSql(tenantWall('opportunities'));
    this.addSql(indexes);
    this.addSql(searchFunction({ table: 'opportunities', hasPhone: false }));
    this.addSql(transitions);
    this.addSql(tenantWall('opportunity_transitions'));
  }
}

/** The CHECKs hold what the state machine promises, whoever writes. PostgreSQL rounds halves of a numeric away from zero. */
const opportunities = `
  CREATE TABLE opportunities (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    code text NOT NULL CONSTRAINT opportunities_code_length CHECK (char_length(code) BETWEEN 1 AND 50),
    name text COLLATE "und-x-icu" NOT NULL CONSTRAINT opportunities_name_length CHECK (char_length(name) BETWEEN 1 AND 255),
    description text,
    status text NOT NULL CONSTRAINT opportunities_status CHECK (status IN ('NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST')),
    stage text,
    probability integer NOT NULL CONSTRAINT opportunities_probability CHECK (probability BETWEEN 0 AND 100),
    amount numeric(15, 2) NOT NULL DEFAULT 0 CONSTRAINT opportunities_amount CHECK (amount >= 0),
    weighted_amount numeric(15, 2) NOT NULL GENERATED ALWAYS AS (round(amount * probability / 100, 2)) STORED,
    currency text NOT NULL CONSTRAINT opportunities_currency_shape CHECK (currency ~ '^[A-Z]{3}$'),
    expected_close_date date,
    actual_close_date date,
    assigned_to uuid,
    team text,
    source text,
    campaign text,
    competitors text[] NOT NULL DEFAULT '{}',
    products jsonb NOT NULL DEFAULT '[]' CONSTRAINT opportunities_products_list CHECK (jsonb_typeof(products) = 'array'),
    notes text,
    next_steps text,
    win_reason text,
    loss_reason text,
    created_by uuid,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    deleted_with uuid CONSTRAINT opportunities_deleted_with CHECK (deleted_with IS NULL OR deleted_at IS NOT NULL),
    version integer NOT NULL DEFAULT 1,
    search_text text NOT NULL GENERATED ALWAYS AS (app.fold(name || E'\\x1f' || code)) STORED,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT opportunities_of_customer UNIQUE (tenant_id, customer_id, id),
    CONSTRAINT opportunities_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    CONSTRAINT opportunities_assigned_to FOREIGN KEY (tenant_id, assigned_to) REFERENCES users (tenant_id, id),
    CONSTRAINT opportunities_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id),
    CONSTRAINT opportunities_won CHECK (status <> 'WON' OR
      (probability = 100 AND actual_close_date IS NOT NULL AND loss_reason IS NULL)),
    CONSTRAINT opportunities_lost CHECK (status <> 'LOST' OR
      (probability = 0 AND actual_close_date IS NOT NULL AND win_reason IS NULL)),
    CONSTRAINT opportunities_active CHECK (status = 'WON' OR status = 'LOST' OR
      (actual_close_date IS NULL AND win_reason IS NULL AND loss_reason IS NULL))
  );
  GRANT SELECT, INSERT, UPDATE ON opportunities TO crm_app;`;

/** opportunities_pipeline holds all that the sums by status need; a later migration puts integers in place of the amounts. */
const indexes = `
  CREATE UNIQUE INDEX opportunities_code_key ON opportunities (tenant_id, code) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_pipeline ON opportunities (tenant_id, status, currency) INCLUDE (amount, weighted_amount)
    WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_close ON opportunities (tenant_id, expected_close_date, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_status ON opportunities (tenant_id, status, expected_close_date, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_customer ON opportunities (tenant_id, customer_id, expected_close_date, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_assignee ON opportunities (tenant_id, assigned_to, expected_close_date, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_amount ON opportunities (tenant_id, amount, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_name ON opportunities (tenant_id, name, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_creation ON opportunities (tenant_id, created_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_update ON opportunities (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_by_creator ON opportunities (tenant_id, created_by) WHERE deleted_at IS NULL;
  CREATE INDEX opportunities_deleted_with ON opportunities (tenant_id, deleted_with) WHERE deleted_with IS NOT NULL;`;

/**
 * What an opportunity was worth, and when: one row per change of status, amount, probability or currency, and per creation,
 * deletion and restoration. The version after the change makes the key, so that their order never depends on a clock.
 */
const transitions = `
  CREATE TABLE opportunity_transitions (
    tenant_id text NOT NULL,
    opportunity_id uuid NOT NULL,
    version integer NOT NULL,
    from_status text,
    to_status text,
    probability integer NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    changed_at timestamptz(3) NOT NULL,
    changed_by uuid,
    PRIMARY KEY (tenant_id, opportunity_id, version),
    CONSTRAINT opportunity_transitions_opportunity FOREIGN KEY (tenant_id, opportunity_id) REFERENCES opportunities (tenant_id, id),
    CONSTRAINT opportunity_transitions_changed_by FOREIGN KEY (tenant_id, changed_by) REFERENCES users (tenant_id, id),
    CONSTRAINT opportunity_transitions_something CHECK (from_status IS NOT NULL OR to_status IS NOT NULL)
  );
  CREATE INDEX opportunity_transitions_as_of ON opportunity_transitions (tenant_id, changed_at);
  GRANT SELECT, INSERT ON opportunity_transitions TO crm_app;`;
