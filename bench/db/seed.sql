-- The same rows on every run: no random(), no now(). 20 tenants; `big` is twenty times each of the others.
-- `SET seed.divisor = 10` makes all of them so many times smaller.

-- A stable pseudo-random integer in 0..1000002 for the row `a`; each column draws with its own salt `k`.
CREATE FUNCTION h(a bigint, k int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT abs(hashint8extended(a, k)) % 1000003
$$;

-- A stable UUID (version 4 by its digits) for the n-th row of a kind in tenant number t.
CREATE FUNCTION uid(kind text, t int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT overlay(overlay(md5(kind || ':' || t || ':' || n) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid
$$;

CREATE TEMP TABLE t (no int, id text, customers int, contacts int, opportunities int, activities int);
INSERT INTO t VALUES (1, 'big', 10000, 30000, 5000, 100000);
INSERT INTO t SELECT n, 't' || lpad(n::text, 2, '0'), 500, 1500, 250, 5000 FROM generate_series(2, 20) n;
UPDATE t SET customers = customers / divisor, contacts = contacts / divisor, opportunities = opportunities / divisor,
  activities = activities / divisor
FROM (SELECT coalesce(nullif(current_setting('seed.divisor', true), ''), '1')::int divisor) smaller;

INSERT INTO tenants SELECT id, 'Locataire ' || id FROM t ORDER BY no;

INSERT INTO customers (
  id, tenant_id, code, name, legal_name,
  type,
  email,
  phone, mobile,
  website, address_line1,
  city,
  postal_code, country_code,
  tax_id, registration_number,
  industry, size,
  annual_revenue, employee_count, payment_terms,
  segment, source,
  lead_score, health_score, total_revenue, order_count,
  notes,
  is_active, created_at, updated_at
)
SELECT
  uid('cu', t.no, n), t.id, 'CLI' || lpad(n::text, 6, '0'),
  kind || ' ' || family || ' ' || lpad((h(n, 90) % 9000 + 1000)::text, 4, '0') || ' ' || form,
  kind || ' ' || family || ' ' || form,
  (ARRAY['PROSPECT', 'LEAD', 'CUSTOMER', 'CUSTOMER', 'CUSTOMER', 'CUSTOMER', 'VIP', 'PARTNER', 'CHURNED', 'PROSPECT'])
    [1 + h(n, 3) % 10],
  'contact' || n || '@' || CASE WHEN h(n, 4) % 50 = 0 THEN 'exemple.com' ELSE domain || (h(n, 5) % 97) || '.fr' END,
  '01' || lpad((h(n, 6) * 97 % 100000000)::text, 8, '0'), '06' || lpad((h(n, 7) * 89 % 100000000)::text, 8, '0'),
  'https://www.' || domain || n || '.fr', (h(n, 8) % 200 + 1) || ' rue de la République',
  (ARRAY['Paris', 'Lyon', 'Marseille', 'Lille', 'Bordeaux', 'Nantes', 'Toulouse', 'Strasbourg', 'Bruxelles', 'Genève'])
    [1 + h(n, 9) % 10],
  lpad((h(n, 10) % 95000 + 1000)::text, 5, '0'), (ARRAY['FR', 'FR', 'FR', 'FR', 'FR', 'BE', 'CH'])[1 + h(n, 11) % 7],
  'FR' || lpad((h(n, 12) * 13)::text, 11, '0'), lpad((h(n, 13) * 1009)::text, 14, '0'),
  (ARRAY['Industrie', 'BTP', 'Services', 'Commerce', 'Santé', 'Transport'])[1 + h(n, 14) % 6],
  (ARRAY['TPE', 'PME', 'ETI', 'GE'])[1 + h(n, 15) % 4],
  (h(n, 16) * 17)::numeric(15, 2), h(n, 17) % 500, (ARRAY['NET_30', 'NET_45', 'NET_60', 'IMMEDIATE'])[1 + h(n, 18) % 4],
  (ARRAY['A', 'B', 'C'])[1 + h(n, 19) % 3], (ARRAY['web', 'salon', 'appel', 'partenaire'])[1 + h(n, 20) % 4],
  h(n, 21) % 101, h(n, 22) % 101, (h(n, 23) * 3)::numeric(15, 2) / 100, h(n, 24) % 40,
  CASE WHEN h(n, 25) % 5 = 0 THEN 'Client suivi; relance "prévue" au prochain trimestre.' END,
  h(n, 26) % 10 < 8, created, created
FROM
  t,
  LATERAL generate_series(1, t.customers) n,
  LATERAL (
    SELECT
      (ARRAY['Entreprise', 'Société', 'Ateliers', 'Groupe', 'Maison', 'Cabinet', 'Comptoir', 'Établissements'])
        [1 + h(n + t.no * 100000, 1) % 8] kind,
      CASE WHEN h(n + t.no * 100000, 99) % 100 = 0 THEN 'Exemple' ELSE
        (ARRAY['Martin', 'Bernard', 'Dubois', 'Thomas', 'Robert', 'Richard', 'Petit', 'Durand', 'Leroy', 'Moreau',
               'Simon', 'Laurent', 'Lefebvre', 'Michel', 'Garcia', 'David', 'Bertrand', 'Roux', 'Vincent', 'Fournier'])
          [1 + h(n + t.no * 100000, 2) % 20]
      END family,
      (ARRAY['SA', 'SARL', 'SAS', 'EURL'])[1 + h(n, 27) % 4] form,
      timestamp '2024-01-01' + (h(n, 28) % 700) * interval '1 day' + (h(n, 29) % 86400) * interval '1 second' created
  ) drawn,
  LATERAL (SELECT lower(translate(family, 'éèêÉ ', 'eeee')) domain) derived
ORDER BY t.no, n;

INSERT INTO contacts (
  id, tenant_id, customer_id, first_name, last_name,
  title,
  job_title,
  email, phone,
  is_primary, is_billing, is_shipping, is_decision_maker, is_active, created_at, updated_at
)
SELECT
  uid('ct', t.no, n), t.id, uid('cu', t.no, 1 + (n - 1) % t.customers), first, last,
  (ARRAY['M.', 'Mme'])[1 + h(n, 31) % 2],
  (ARRAY['Directeur Commercial', 'Acheteuse', 'Comptable', 'Gérant', 'DSI', 'Assistante'])[1 + h(n, 32) % 6],
  lower(translate(first || '.' || last, 'éèêÉçï ', 'eeeeci')) || n || '@exemple.com',
  '06' || lpad((h(n, 33) * 83 % 100000000)::text, 8, '0'),
  n <= t.customers, h(n, 34) % 4 = 0, h(n, 35) % 4 = 0, h(n, 36) % 3 = 0, true, created, created
FROM
  t,
  LATERAL generate_series(1, t.contacts) n,
  LATERAL (
    SELECT
      (ARRAY['Jean', 'Marie', 'Luc', 'Sophie', 'Paul', 'Claire', 'Hélène', 'François', 'Anaïs', 'Karim'])
        [1 + h(n, 37) % 10] first,
      (ARRAY['Dupont', 'Martin', 'Durand', 'Lefèvre', 'Moreau', 'Girard', 'Bonnet', 'Mercier', 'Blanc', 'Guérin'])
        [1 + h(n, 38) % 10] last,
      timestamp '2024-06-01' + (h(n, 39) % 500) * interval '1 day' + n * interval '1 millisecond' created
  ) drawn
ORDER BY t.no, n;

INSERT INTO opportunities (
  id, tenant_id, customer_id, code,
  name,
  description, status, probability, amount, weighted_amount,
  expected_close_date, actual_close_date,
  source, created_at, updated_at
)
SELECT
  uid('op', t.no, n), t.id, uid('cu', t.no, 1 + h(n, 41) % t.customers), 'OPP-2026-' || lpad(n::text, 5, '0'),
  (ARRAY['Projet ERP', 'Renouvellement', 'Migration', 'Audit', 'Formation', 'Maintenance'])
    [1 + h(n, 42) % 6] || ' ' || n,
  'Description de l''opportunité ' || n, status, probability, amount, round(amount * probability / 100, 2),
  date '2026-01-01' + (h(n, 45) % 365)::int, CASE WHEN status IN ('WON', 'LOST') THEN date '2025-12-01' END,
  (ARRAY['web', 'salon', 'appel'])[1 + h(n, 46) % 3], created, created
FROM
  t,
  LATERAL generate_series(1, t.opportunities) n,
  LATERAL (
    SELECT
      (1 + h(n, 43) % 6)::int step,
      ((h(n, 44) * 7 % 9000000) + 50000)::numeric / 100 amount,
      timestamp '2025-01-01' + (h(n, 47) % 365) * interval '1 day' created
  ) drawn,
  LATERAL (
    SELECT
      (ARRAY['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST'])[step] status,
      (ARRAY[10, 25, 50, 75, 100, 0])[step] probability
  ) derived
ORDER BY t.no, n;

INSERT INTO activities (
  id, tenant_id, customer_id,
  type,
  subject,
  description, date, completed_at,
  duration_minutes, is_completed, created_at
)
SELECT
  uid('ac', t.no, n), t.id, uid('cu', t.no, 1 + (n - 1) % t.customers),
  (ARRAY['CALL', 'EMAIL', 'MEETING', 'TASK', 'NOTE', 'FOLLOW_UP'])[1 + h(n, 51) % 6],
  (ARRAY['Appel de qualification', 'Envoi du devis', 'Réunion de lancement', 'Relance', 'Compte rendu', 'Point mensuel'])
    [1 + h(n, 52) % 6] || ' ' || n,
  'Discussion sur les besoins du client, point ' || n, happened, CASE WHEN h(n, 53) % 2 = 0 THEN happened END,
  h(n, 54) % 120, h(n, 53) % 2 = 0, happened
FROM
  t,
  LATERAL generate_series(1, t.activities) n,
  LATERAL (
    SELECT timestamp '2025-01-01' + (h(n, 55) % 480) * interval '1 day' + n * interval '1 millisecond' happened
  ) drawn
ORDER BY t.no, n;

-- A second copy of what the write workloads change, so that every round starts from the same state.
CREATE TABLE opportunities_seed AS
SELECT id, status, probability, weighted_amount, actual_close_date, win_reason, updated_at FROM opportunities;
CREATE TABLE customers_seed AS SELECT id, type, updated_at FROM customers;
