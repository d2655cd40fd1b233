import { Migration } from '@mikro-orm/migrations';
import { searchFunction } from '../sql/search-function.js';
import { tenantWall } from '../sql/tenant-wall.js';

/** Activities. */
export class Migration20261123000003 extends Migration {
  override up(): void {
    this.addSql(activities);
    this.addSql(tenantWall('activities'));
    this.addSql(indexes);
    this.addSql(searchFunction({ table: 'activities', hasPhone: false }));
  }
}

/** The keys of the opportunity and the contact hold the customer: both can only be that customer's own. */
const activities = `
  CREATE TABLE activities (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    opportunity_id uuid,
    contact_id uuid,
    type text NOT NULL CONSTRAINT activities_type CHECK (type IN ('CALL', 'EMAIL', 'MEETING', 'TASK', 'NOTE', 'FOLLOW_UP')),
    subject text NOT NULL CONSTRAINT activities_subject_length CHECK (char_length(subject) BETWEEN 1 AND 255),
    description text,
    date timestamptz(3) NOT NULL,
    due_date timestamptz(3),
    duration_minutes integer CONSTRAINT activities_duration CHECK (duration_minutes >= 0),
    assigned_to uuid,
    is_completed boolean NOT NULL DEFAULT false,
    completed_at timestamptz(3),
    created_by uuid,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    deleted_with uuid CONSTRAINT activities_deleted_with CHECK (deleted_with IS NULL OR deleted_at IS NOT NULL),
    version integer NOT NULL DEFAULT 1,
    search_text text NOT NULL GENERATED ALWAYS AS (app.fold(subject)) STORED,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT activities_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    CONSTRAINT activities_opportunity FOREIGN KEY (tenant_id, customer_id, opportunity_id) REFERENCES opportunities (tenant_id, customer_id, id),
    CONSTRAINT activities_contact FOREIGN KEY (tenant_id, customer_id, contact_id) REFERENCES contacts (tenant_id, customer_id, id),
    CONSTRAINT activities_assigned_to FOREIGN KEY (tenant_id, assigned_to) REFERENCES users (tenant_id, id),
    CONSTRAINT activities_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id),
    CONSTRAINT activities_completion CHECK (is_completed = (completed_at IS NOT NULL))
  );
  GRANT SELECT, INSERT, UPDATE ON activities TO crm_app;`;

/** Newest first is the usual order, whatever the list is narrowed to. */
const indexes = `
  CREATE INDEX activities_by_date ON activities (tenant_id, date, id) WHERE deleted_at IS NULL;
  CREATE INDEX activities_by_customer ON activities (tenant_id, customer_id, date, id) WHERE deleted_at IS NULL;
  CREATE INDEX activities_by_opportunity ON activities (tenant_id, opportunity_id, date, id)
    WHERE deleted_at IS NULL AND opportunity_id IS NOT NULL;
  CREATE INDEX activities_by_contact ON activities (tenant_id, contact_id, date, id)
    WHERE deleted_at IS NULL AND contact_id IS NOT NULL;
  CREATE INDEX activities_by_assignee ON activities (tenant_id, assigned_to, date, id)
    WHERE deleted_at IS NULL AND assigned_to IS NOT NULL;
  CREATE INDEX activities_by_due_date ON activities (tenant_id, due_date, id) WHERE deleted_at IS NULL AND due_date IS NOT NULL;
  CREATE INDEX activities_by_creation ON activities (tenant_id, created_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX activities_by_creator ON activities (tenant_id, created_by) WHERE deleted_at IS NULL;
  CREATE INDEX activities_deleted_with ON activities (tenant_id, deleted_with) WHERE deleted_with IS NOT NULL;`;
