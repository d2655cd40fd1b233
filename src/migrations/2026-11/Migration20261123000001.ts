import { Migration } from '@mikro-orm/migrations';
import { searchFunction } from '../sql/search-function.js';
import { tenantWall } from '../sql/tenant-wall.js';

/** Contacts. */
export class Migration20261123000001 extends Migration {
  override up(): void {
    this.addSql(contacts);
    this.addSql(tenantWall('contacts'));
    this.addSql(indexes);
    this.addSql(searchFunction({ table: 'contacts', hasPhone: true }));
  }
}

/**
 * The key with the customer in it is what an activity refers to: its contact is then one of its own customer's.
 * `deleted_with` names the customer whose deletion took the row along.
 */
const contacts = `
  CREATE TABLE contacts (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    first_name text COLLATE "und-x-icu" NOT NULL CONSTRAINT contacts_first_name_length CHECK (char_length(first_name) BETWEEN 1 AND 100),
    last_name text COLLATE "und-x-icu" NOT NULL CONSTRAINT contacts_last_name_length CHECK (char_length(last_name) BETWEEN 1 AND 100),
    title text,
    job_title text,
    department text,
    email text,
    phone text,
    mobile text,
    linkedin text,
    is_primary boolean NOT NULL DEFAULT false,
    is_billing boolean NOT NULL DEFAULT false,
    is_shipping boolean NOT NULL DEFAULT false,
    is_decision_maker boolean NOT NULL DEFAULT false,
    preferred_language text NOT NULL DEFAULT 'fr',
    preferred_contact_method text,
    do_not_call boolean NOT NULL DEFAULT false,
    do_not_email boolean NOT NULL DEFAULT false,
    notes text,
    is_active boolean NOT NULL DEFAULT true,
    created_by uuid,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    deleted_at timestamptz(3),
    deleted_with uuid CONSTRAINT contacts_deleted_with CHECK (deleted_with IS NULL OR deleted_at IS NOT NULL),
    version integer NOT NULL DEFAULT 1,
    search_text text NOT NULL GENERATED ALWAYS AS (app.fold(
      first_name || ' ' || last_name || ' ' || first_name || E'\\x1f' || coalesce(email, ''))) STORED,
    search_phone text NOT NULL GENERATED ALWAYS AS (
      regexp_replace(coalesce(phone, ''), '[^0-9]', '', 'g') || ' ' || regexp_replace(coalesce(mobile, ''), '[^0-9]', '', 'g')) STORED,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT contacts_of_customer UNIQUE (tenant_id, customer_id, id),
    CONSTRAINT contacts_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    CONSTRAINT contacts_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES users (tenant_id, id)
  );
  GRANT SELECT, INSERT, UPDATE ON contacts TO crm_app;`;

const indexes = `
  CREATE UNIQUE INDEX contacts_primary_key ON contacts (tenant_id, customer_id) WHERE is_primary AND deleted_at IS NULL;
  CREATE INDEX contacts_by_customer ON contacts (tenant_id, customer_id, last_name, first_name, id) WHERE deleted_at IS NULL;
  CREATE INDEX contacts_by_name ON contacts (tenant_id, last_name, first_name, id) WHERE deleted_at IS NULL;
  CREATE INDEX contacts_by_creation ON contacts (tenant_id, created_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX contacts_by_update ON contacts (tenant_id, updated_at, id) WHERE deleted_at IS NULL;
  CREATE INDEX contacts_by_creator ON contacts (tenant_id, created_by) WHERE deleted_at IS NULL;
  CREATE INDEX contacts_deleted_with ON contacts (tenant_id, deleted_with) WHERE deleted_with IS NOT NULL;`;
