-- Fills one tenant of a database of the service with rows in proportion to its customers:
--   SELECT bench.grow_tenant('big', 1000000);
-- makes, for each customer, 2 contacts, half an opportunity, 3 activities and 1 audit event, with what the service keeps beside them:
-- transitions, counters, seals. The tenant exists, with limits that hold so many; its users own and create the rows.
-- Run by a superuser: the rows are past the policies and their foreign keys are not looked up. VACUUM ANALYZE afterwards.
--
-- The same rows on every run: no random(), no now(). Ids are UUIDs of version 7, in the order of creation, as the service makes them.
-- Seals and digests have the right size and hold no chain, so audit:verify finds fault with them.
--
-- Words to search for, and the share of the rows that hold them:
--   customers   "contact" all · "societe" 1/8 · "quincaillerie" 1/300 · "exemple" 1/5000
--   activities  "relance" 1/6 · "litige" 1/500 · "sinistre" 1/100000
--   opportunities "maintenance" 1/6 · "consultation" 1/5000
CREATE SCHEMA IF NOT EXISTS bench;

-- A stable pseudo-random integer in 0..1000002 for the row `a`; each column draws with its own salt `k`.
CREATE OR REPLACE FUNCTION bench.draw(a bigint, k int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (abs(hashint8extended(a, k)) % 1000003)::int
$$;

-- When row n of `count` was made, in seconds since 1970: evenly over 700 days until 1 November 2026.
CREATE OR REPLACE FUNCTION bench.seconds(n bigint, count bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 1793491200 - 60480000 * (1 - n::float8 / count)
$$;

CREATE OR REPLACE FUNCTION bench.moment(n bigint, count bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_timestamp(bench.seconds(n, count))::timestamptz(3)
$$;

-- The id of row n of a kind. Each of these functions is one immutable expression, which PostgreSQL puts in place of the call.
CREATE OR REPLACE FUNCTION bench.id(kind text, tenant text, n bigint, count bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((bench.seconds(n, count) * 1000)::bigint), 12, '0')
    || overlay(overlay(substr(md5(kind || ':' || tenant || ':' || n::text), 1, 20) PLACING '7' FROM 1) PLACING '8' FROM 5))::uuid
$$;

-- One of the texts, by a draw.
CREATE OR REPLACE FUNCTION bench.one_of(texts text[], n bigint, k int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT texts[1 + bench.draw(n, k) % cardinality(texts)]
$$;

CREATE OR REPLACE FUNCTION bench.grow_customers(tenant text, count bigint, users uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO customers (
    tenant_id, id, code, name, type, email, phone, mobile, search_phone, website, address_line1, city, postal_code, country_code,
    tax_id, registration_number, assigned_to, industry, size, annual_revenue, employee_count, payment_terms, currency, tags,
    segment, source, notes, is_active, lead_score, health_score, total_revenue, order_count, created_by, created_at, updated_at
  )
  SELECT
    tenant, bench.id('customer', tenant, n, count), 'CLI-' || lpad(n::text, 7, '0'),
    kind || ' ' || family || ' ' || lpad((bench.draw(n, 90) % 9000 + 1000)::text, 4, '0') || ' ' || form,
    bench.one_of('{PROSPECT,LEAD,CUSTOMER,CUSTOMER,CUSTOMER,CUSTOMER,VIP,PARTNER,CHURNED,PROSPECT}', n, 3),
    'contact' || n || '@' || lower(family) || bench.draw(n, 5) % 97 || '.fr',
    '01' || phone, '06' || mobile, '01' || phone || ' 331' || phone || ' 06' || mobile || ' 336' || mobile,
    'https://www.' || lower(family) || n || '.fr', (bench.draw(n, 8) % 200 + 1) || ' rue de la République',
    bench.one_of('{Paris,Lyon,Marseille,Lille,Bordeaux,Nantes,Toulouse,Strasbourg,Bruxelles,Genève}', n, 9),
    lpad((bench.draw(n, 10) % 95000 + 1000)::text, 5, '0'), bench.one_of('{FR,FR,FR,FR,FR,BE,CH}', n, 11),
    'FR' || lpad((bench.draw(n, 12) * 13)::text, 11, '0'), lpad((bench.draw(n, 13) * 1009::bigint)::text, 14, '0'),
    users[1 + bench.draw(n, 30) % cardinality(users)], bench.one_of('{Industrie,BTP,Services,Commerce,Santé,Transport}', n, 14),
    bench.one_of('{TPE,PME,ETI,GE}', n, 15), bench.draw(n, 16) * 17, bench.draw(n, 17) % 500,
    bench.one_of('{NET_30,NET_45,NET_60,IMMEDIATE}', n, 18), 'EUR', CASE WHEN bench.draw(n, 31) % 4 = 0 THEN '{salon,2026}' ELSE '{}' END::text[],
    bench.one_of('{A,B,C}', n, 19), bench.one_of('{web,salon,appel,partenaire}', n, 20),
    CASE WHEN bench.draw(n, 25) % 5 = 0 THEN 'Client suivi ; relance prévue au prochain trimestre.' END, bench.draw(n, 26) % 10 < 8,
    bench.draw(n, 21) % 101, bench.draw(n, 22) % 101, bench.draw(n, 23) * 3 / 100.0, bench.draw(n, 24) % 40,
    users[1 + bench.draw(n, 32) % cardinality(users)], bench.moment(n, count), bench.moment(n, count)
  FROM
    generate_series(1, count) n,
    LATERAL (
      SELECT
        CASE WHEN bench.draw(n, 98) % 300 = 0 THEN 'Quincaillerie'
          ELSE bench.one_of('{Entreprise,Société,Ateliers,Groupe,Maison,Cabinet,Comptoir,Établissements}', n, 1) END kind,
        CASE WHEN bench.draw(n, 99) % 5000 = 0 THEN 'Exemple'
          ELSE bench.one_of('{Martin,Bernard,Dubois,Thomas,Robert,Richard,Petit,Durand,Leroy,Moreau,Simon,Laurent,Lefebvre,Michel,Garcia,David,Bertrand,Roux,Vincent,Fournier}', n, 2) END family,
        bench.one_of('{SA,SARL,SAS,EURL}', n, 27) form,
        lpad((bench.draw(n, 6) * 97 % 100000000)::text, 8, '0') phone, lpad((bench.draw(n, 7) * 89 % 100000000)::text, 8, '0') mobile
    ) drawn
$$;

CREATE OR REPLACE FUNCTION bench.grow_contacts(tenant text, customers bigint, users uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO contacts (
    tenant_id, id, customer_id, first_name, last_name, title, job_title, email, phone, search_phone,
    is_primary, is_billing, is_decision_maker, is_active, created_by, created_at, updated_at
  )
  SELECT
    tenant, bench.id('contact', tenant, n, 2 * customers), bench.id('customer', tenant, (n + 1) / 2, customers), first, last,
    bench.one_of('{M.,Mme}', n, 31), bench.one_of('{Directeur commercial,Acheteuse,Comptable,Gérant,DSI,Assistante}', n, 32),
    lower(first || '.' || last) || n || '@exemple.com', '06' || mobile, '06' || mobile || ' 336' || mobile,
    n % 2 = 1, bench.draw(n, 34) % 4 = 0, bench.draw(n, 36) % 3 = 0, bench.draw(n, 35) % 20 > 0,
    users[1 + bench.draw(n, 32) % cardinality(users)], bench.moment(n, 2 * customers), bench.moment(n, 2 * customers)
  FROM
    generate_series(1, 2 * customers) n,
    LATERAL (
      SELECT
        bench.one_of('{Jean,Marie,Luc,Sophie,Paul,Claire,Hélène,François,Anaïs,Karim}', n, 37) first,
        bench.one_of('{Dupont,Martin,Durand,Lefèvre,Moreau,Girard,Bonnet,Mercier,Blanc,Guérin}', n, 38) last,
        lpad((bench.draw(n, 33) * 83 % 100000000)::text, 8, '0') mobile
    ) drawn
$$;

-- Of every second customer.
CREATE OR REPLACE FUNCTION bench.grow_opportunities(tenant text, customers bigint, users uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO opportunities (
    tenant_id, id, customer_id, code, name, description, status, probability, amount, currency, expected_close_date,
    actual_close_date, assigned_to, source, created_by, created_at, updated_at, version
  )
  SELECT
    tenant, bench.id('opportunity', tenant, n, customers / 2), bench.id('customer', tenant, 2 * n, customers),
    'OPP-2026-' || lpad(n::text, 7, '0'),
    CASE WHEN bench.draw(n, 98) % 5000 = 0 THEN 'Consultation'
      ELSE bench.one_of('{Projet ERP,Renouvellement,Migration,Audit,Formation,Maintenance}', n, 42) END || ' ' || n,
    'Description de l''opportunité ' || n, ('{NEW,QUALIFIED,PROPOSAL,NEGOTIATION,WON,LOST}'::text[])[step],
    ('{10,25,50,75,100,0}'::int[])[step], (bench.draw(n, 44) * 7 % 9000000 + 50000) / 100.0,
    CASE WHEN bench.draw(n, 46) % 50 = 0 THEN 'USD' ELSE 'EUR' END, date '2026-01-01' + bench.draw(n, 45) % 365,
    CASE WHEN step > 4 THEN changed::date END, users[1 + bench.draw(n, 30) % cardinality(users)],
    bench.one_of('{web,salon,appel}', n, 47), users[1 + bench.draw(n, 32) % cardinality(users)], created,
    CASE WHEN step > 1 THEN changed ELSE created END, CASE WHEN step > 1 THEN 2 ELSE 1 END
  FROM
    generate_series(1, customers / 2) n,
    LATERAL (
      SELECT
        1 + bench.draw(n, 43) % 6 step, bench.moment(n, customers / 2) created,
        bench.moment(n, customers / 2) + bench.draw(n, 48) % 90 * interval '1 day' changed
    ) drawn;

  -- Each begins as new, and gets its status later.
  INSERT INTO opportunity_transitions
    (tenant_id, opportunity_id, version, from_status, to_status, probability, amount, currency, changed_at)
  SELECT tenant_id, id, 1, NULL, 'NEW', 10, amount, currency, created_at FROM opportunities WHERE tenant_id = tenant
  UNION ALL
  SELECT tenant_id, id, 2, 'NEW', status, probability, amount, currency, updated_at FROM opportunities
  WHERE tenant_id = tenant AND version = 2
$$;

-- A third of them of the customer's opportunity, where there is one; a third with its contact.
CREATE OR REPLACE FUNCTION bench.grow_activities(tenant text, customers bigint, users uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO activities (
    tenant_id, id, customer_id, opportunity_id, contact_id, type, subject, description, date, due_date, duration_minutes,
    assigned_to, is_completed, completed_at, created_by, created_at, updated_at
  )
  SELECT
    tenant, bench.id('activity', tenant, n, 3 * customers), bench.id('customer', tenant, c, customers),
    CASE WHEN c % 2 = 0 AND n % 3 = 0 THEN bench.id('opportunity', tenant, c / 2, customers / 2) END,
    CASE WHEN n % 3 = 1 THEN bench.id('contact', tenant, 2 * c, 2 * customers) END,
    bench.one_of('{CALL,EMAIL,MEETING,TASK,NOTE,FOLLOW_UP}', n, 51),
    CASE WHEN bench.draw(n, 97) % 100000 = 0 THEN 'Sinistre' WHEN bench.draw(n, 98) % 500 = 0 THEN 'Litige'
      ELSE bench.one_of('{Appel de qualification,Envoi du devis,Réunion de lancement,Relance,Compte rendu,Point mensuel}', n, 52)
      END || ' ' || n,
    'Discussion sur les besoins du client, point ' || n, happened,
    CASE WHEN bench.draw(n, 56) % 3 = 0 THEN happened + interval '7 days' END, bench.draw(n, 54) % 120,
    users[1 + bench.draw(n, 30) % cardinality(users)], is_completed, CASE WHEN is_completed THEN happened END,
    users[1 + bench.draw(n, 32) % cardinality(users)], happened, happened
  FROM
    generate_series(1, 3 * customers) n,
    LATERAL (
      -- A prime, so that the customers come in no order.
      SELECT 1 + n * 48271 % customers c, bench.moment(n, 3 * customers) happened, bench.draw(n, 53) % 2 = 0 is_completed
    ) drawn
$$;

-- An export in 20 000 events, a rejection in 1000. A hundred events to a seal.
CREATE OR REPLACE FUNCTION bench.grow_audit(tenant text, customers bigint, users uuid[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO audit_events (
    tenant_id, id, created_at, recorded_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id, success,
    error_code, user_email, ip_address, description, old_value, new_value, salt, values_digest, digest
  )
  SELECT
    tenant, bench.id('event', tenant, n, customers), happened, happened, 'user', users[who], 'user', action, entity_type, entity_id::text,
    bench.id('request', tenant, n, customers)::text, action <> 'access.denied', CASE WHEN action = 'access.denied' THEN 'FORBIDDEN' END,
    'user' || who || '@' || tenant || '.example', '192.0.2.' || bench.draw(n, 61) % 250, entity_type || ' ' || n,
    CASE WHEN action LIKE '%.updated' THEN jsonb_build_object('city', 'Lyon', 'notes', 'Avant ' || n) END,
    CASE WHEN entity_id IS NOT NULL THEN jsonb_build_object('city', 'Paris', 'notes', 'Après ' || n) END,
    substr(hash, 1, 16), hash, hash
  FROM
    generate_series(1, customers) n,
    LATERAL (
      SELECT
        bench.moment(n, customers) happened, sha256(convert_to(tenant || n, 'UTF8')) hash, 1 + bench.draw(n, 32) % cardinality(users) who,
        CASE WHEN bench.draw(n, 62) % 20000 = 0 THEN 'export.customers' WHEN bench.draw(n, 63) % 1000 = 0 THEN 'access.denied'
          ELSE bench.one_of('{activity.created,activity.created,activity.created,customer.updated,customer.updated,customer.created,contact.created,opportunity.updated,opportunity.created,auth.login}', n, 64)
          END action
    ) drawn,
    LATERAL (
      SELECT
        CASE split_part(action, '.', 1) WHEN 'auth' THEN 'user' WHEN 'export' THEN 'export' WHEN 'access' THEN 'customer'
          ELSE split_part(action, '.', 1) END entity_type,
        CASE split_part(action, '.', 1)
          WHEN 'activity' THEN bench.id('activity', tenant, 3 * n, 3 * customers)
          WHEN 'contact' THEN bench.id('contact', tenant, 2 * n, 2 * customers)
          WHEN 'opportunity' THEN bench.id('opportunity', tenant, (n + 1) / 2, customers / 2)
          WHEN 'customer' THEN bench.id('customer', tenant, n, customers)
        END entity_id
    ) derived;

  INSERT INTO audit_seals (tenant_id, seq, event_ids, event_digests, previous_hash, hash, sealed_at, recorded_at)
  SELECT
    tenant, seq, array_agg(bench.id('event', tenant, n, customers) ORDER BY n),
    string_agg(sha256(convert_to(tenant || n, 'UTF8')), '' ORDER BY n), sha256(convert_to('seal' || seq - 1, 'UTF8')),
    sha256(convert_to('seal' || seq, 'UTF8')), bench.moment(max(n), customers), bench.moment(max(n), customers)
  FROM (SELECT n, 1 + (n - 1) / 100 seq FROM generate_series(1, customers) n) numbered
  GROUP BY seq
$$;

CREATE OR REPLACE FUNCTION bench.grow_counters(tenant text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO counters (tenant_id, name, value)
  SELECT tenant, counter, (SELECT count(*) FROM customers WHERE tenant_id = tenant)
  FROM unnest('{customer.live,customer.code}'::text[]) counter
  UNION ALL
  SELECT tenant, 'opportunity.2026.code', (SELECT count(*) FROM opportunities WHERE tenant_id = tenant)
  UNION ALL
  SELECT tenant, 'opportunity.live',
    (SELECT count(*) FROM opportunities WHERE tenant_id = tenant AND status NOT IN ('WON', 'LOST'))
  ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value
$$;

CREATE OR REPLACE FUNCTION bench.grow_rows(tenant text, customers bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  users uuid[] := array(SELECT id FROM users WHERE tenant_id = tenant ORDER BY id);
BEGIN
  IF users = '{}' THEN RAISE EXCEPTION 'The tenant % has no users to own the rows.', tenant; END IF;
  PERFORM bench.grow_customers(tenant, customers, users);
  PERFORM bench.grow_contacts(tenant, customers, users);
  PERFORM bench.grow_opportunities(tenant, customers, users);
  PERFORM bench.grow_activities(tenant, customers, users);
  PERFORM bench.grow_audit(tenant, customers, users);
  PERFORM bench.grow_counters(tenant);
END $$;

-- Many rows go in without the indexes that no constraint needs, which are then built at once: a third of the time.
CREATE OR REPLACE FUNCTION bench.grow_tenant(tenant text, customers bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  definitions text[];
  name text;
  definition text;
BEGIN
  PERFORM set_config('session_replication_role', 'replica', true), set_config('maintenance_work_mem', '512MB', true);
  IF customers < 100000 THEN
    PERFORM bench.grow_rows(tenant, customers);
    RETURN;
  END IF;
  FOR name, definition IN
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid IN ('customers'::regclass, 'contacts'::regclass, 'opportunities'::regclass,
        'opportunity_transitions'::regclass, 'activities'::regclass, 'audit_events'::regclass)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
  LOOP
    definitions := definitions || definition;
    EXECUTE 'DROP INDEX ' || name;
  END LOOP;
  PERFORM bench.grow_rows(tenant, customers);
  FOREACH definition IN ARRAY definitions LOOP EXECUTE definition; END LOOP;
END $$;
