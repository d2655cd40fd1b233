-- The indexes that every peer shares, and the role whose rows PostgreSQL itself narrows to one tenant.
CREATE UNIQUE INDEX customers_tenant_code ON customers (tenant_id, code);
CREATE INDEX customers_tenant_name ON customers (tenant_id, name, id);
CREATE INDEX customers_tenant_type_active_name ON customers (tenant_id, type, is_active, name, id);
CREATE INDEX customers_name_trgm ON customers USING gin (tenant_id, name gin_trgm_ops);
CREATE INDEX customers_email_trgm ON customers USING gin (tenant_id, email gin_trgm_ops);
CREATE INDEX customers_code_trgm ON customers USING gin (tenant_id, code gin_trgm_ops);
CREATE INDEX contacts_tenant_customer ON contacts (tenant_id, customer_id, id);
CREATE INDEX contacts_customer ON contacts (customer_id, id);
CREATE INDEX opportunities_tenant_status ON opportunities (tenant_id, status) INCLUDE (amount, weighted_amount);
CREATE UNIQUE INDEX opportunities_tenant_code ON opportunities (tenant_id, code);
CREATE INDEX opportunities_tenant_customer ON opportunities (tenant_id, customer_id);
CREATE INDEX opportunities_customer ON opportunities (customer_id);
CREATE INDEX activities_tenant_customer_date ON activities (tenant_id, customer_id, date DESC, id);
CREATE INDEX activities_customer_date ON activities (customer_id, date DESC, id);
CREATE INDEX activities_tenant_date ON activities (tenant_id, date DESC, id);
CREATE INDEX activities_opportunity ON activities (opportunity_id);
CREATE INDEX activities_contact ON activities (contact_id);

-- For PostGraphile, which leaves tenancy to the database. The other peers connect as the owner, past the policies.
CREATE ROLE bench_peer LOGIN PASSWORD 'bench_peer';
GRANT USAGE ON SCHEMA public TO bench_peer;
GRANT SELECT, INSERT, UPDATE, DELETE ON customers, contacts, opportunities, activities TO bench_peer;
GRANT SELECT ON tenants TO bench_peer;

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['customers', 'contacts', 'opportunities', 'activities'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY tenant ON %I TO bench_peer
         USING (tenant_id = (SELECT current_setting(''app.tenant_id'', true)::varchar))
         WITH CHECK (tenant_id = (SELECT current_setting(''app.tenant_id'', true)::varchar))',
      table_name
    );
  END LOOP;
END $$;

-- The pipeline as a function, for a peer whose API has no group-by.
CREATE FUNCTION pipeline_summary()
RETURNS TABLE (status varchar, count bigint, amount numeric, weighted numeric)
LANGUAGE sql STABLE AS $$
  SELECT status, count(*), sum(amount), sum(weighted_amount) FROM opportunities GROUP BY status ORDER BY status
$$;
