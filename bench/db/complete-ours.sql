-- What the service would have written beside the rows, had they come through it: counters, and how each sale began.
INSERT INTO counters (tenant_id, name, value)
SELECT tenant_id, counter, count(*)
FROM customers CROSS JOIN unnest(ARRAY['customer.live', 'customer.code']) counter
GROUP BY tenant_id, counter;

INSERT INTO counters (tenant_id, name, value)
SELECT tenant_id, 'opportunity.2026.code', count(*) FROM opportunities GROUP BY tenant_id
UNION ALL
SELECT tenant_id, 'opportunity.live', count(*) FROM opportunities WHERE status NOT IN ('WON', 'LOST') GROUP BY tenant_id;

INSERT INTO opportunity_transitions
  (tenant_id, opportunity_id, version, to_status, probability, amount, currency, changed_at)
SELECT tenant_id, id, version, status, probability, amount, currency, created_at FROM opportunities;

-- A second copy of what the write workloads change. Without the tenant: the service starts only where each table with it has a wall.
CREATE SCHEMA bench;
CREATE TABLE bench.opportunities_seed AS
SELECT id, status, probability, actual_close_date, win_reason, loss_reason, updated_at, version FROM opportunities;
CREATE TABLE bench.customers_seed AS SELECT id, type, updated_at, version FROM customers;
