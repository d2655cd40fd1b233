-- The database of commit 06a8ad7, the last state whose migrations end with Migration20261130000031, with two tenants: made over REST on
-- PostgreSQL 15, the process killed after its last write, so that events wait for their seal. By
-- pg_dump --rows-per-insert=100 crm, without comments and without the commands of psql. Roles are not part of it.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA app;
ALTER SCHEMA app OWNER TO crm_owner;
CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;
COMMENT ON EXTENSION btree_gin IS 'support for indexing common datatypes in GIN';
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
COMMENT ON EXTENSION unaccent IS 'text search dictionary that removes accents';
CREATE FUNCTION app.csv_guard(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN value ~ E'^(\'*)([ \u000b\u000c\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]*)[=+@|\t\r\n\uff1d\uff0b\uff0d\uff20\uff5c-]'
      THEN '''' || value ELSE value END
  $$;
ALTER FUNCTION app.csv_guard(value text) OWNER TO crm_owner;
CREATE FUNCTION app.csv_list(items text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE WHEN items = '{}' THEN '' ELSE (
      SELECT string_agg(replace(replace(item, '\', '\\'), ',', '\,'), ', ' ORDER BY place)
      FROM unnest(items) WITH ORDINALITY AS listed (item, place)) END
  $$;
ALTER FUNCTION app.csv_list(items text[]) OWNER TO crm_owner;
CREATE FUNCTION app.email_identity(email text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT normalize(string_agg(lower(letter COLLATE "und-x-icu"), '' ORDER BY place), NFC)
    FROM string_to_table(email, NULL) WITH ORDINALITY AS letters (letter, place)
  $$;
ALTER FUNCTION app.email_identity(email text) OWNER TO crm_owner;
CREATE FUNCTION app.fill_email_identity() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
  BEGIN
    NEW.email_identity := coalesce(NEW.email_identity, app.email_identity(NEW.email));
    RETURN NEW;
  END $$;
ALTER FUNCTION app.fill_email_identity() OWNER TO crm_owner;
CREATE FUNCTION app.find_activities(query text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM activities r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_activities(query text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_activities(query text, digits text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM activities r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_activities(query text, digits text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_contacts(query text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM contacts r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like OR r.search_phone LIKE phone_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_contacts(query text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_contacts(query text, digits text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM contacts r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like OR r.search_phone LIKE phone_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_contacts(query text, digits text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_customers(query text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM customers r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like OR r.search_phone LIKE phone_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_customers(query text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_customers(query text, digits text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM customers r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like OR r.search_phone LIKE phone_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_customers(query text, digits text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_opportunities(query text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM opportunities r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_opportunities(query text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.find_opportunities(query text, digits text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
    ids uuid[];
  BEGIN
    WITH hits AS MATERIALIZED (
      SELECT r.id FROM opportunities r
      WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND (r.search_text LIKE text_like)
    )
    SELECT array(SELECT h.id FROM hits h LIMIT most + 1) INTO ids;
    RETURN CASE WHEN cardinality(ids) <= most THEN ids END;
  END $$;
ALTER FUNCTION app.find_opportunities(query text, digits text, most integer) OWNER TO crm_search;
CREATE FUNCTION app.fold(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$
    BEGIN
      RETURN translate(lower(public.unaccent('public.unaccent'::regdictionary, value) COLLATE "und-x-icu"), E'ς\u200c\u200d', 'σ');
    END
  $$;
ALTER FUNCTION app.fold(value text) OWNER TO crm_owner;
CREATE FUNCTION app.like_pattern(query text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT '%' || regexp_replace(app.fold(query), '([\\%_])', '\\\1', 'g') || '%'
  $$;
ALTER FUNCTION app.like_pattern(query text) OWNER TO crm_owner;
CREATE FUNCTION app.phone_pattern(query text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
    SELECT '%' || digits || '%' FROM regexp_replace(query, '[^0-9]', '', 'g') AS digits
    WHERE query ~ '^[0-9+(). /-]+$' AND length(digits) >= 3
  $_$;
ALTER FUNCTION app.phone_pattern(query text) OWNER TO crm_owner;
CREATE FUNCTION app.search_activities(query text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
  BEGIN
    RETURN QUERY SELECT r.id FROM activities r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND r.search_text LIKE text_like;
  END $$;
ALTER FUNCTION app.search_activities(query text) OWNER TO crm_search;
CREATE FUNCTION app.search_contacts(query text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
  BEGIN
    RETURN QUERY SELECT r.id FROM contacts r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND r.search_text LIKE text_like;
    IF phone_like IS NOT NULL THEN
      RETURN QUERY SELECT r.id FROM contacts r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND r.search_phone LIKE phone_like AND r.search_text NOT LIKE text_like;
    END IF;
  END $$;
ALTER FUNCTION app.search_contacts(query text) OWNER TO crm_search;
CREATE FUNCTION app.search_customers(query text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
  BEGIN
    RETURN QUERY SELECT c.id FROM customers c
      WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND c.search_text LIKE text_like;
    IF phone_like IS NOT NULL THEN
      RETURN QUERY SELECT c.id FROM customers c
        WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND c.search_phone LIKE phone_like AND c.search_text NOT LIKE text_like;
    END IF;
  END $$;
ALTER FUNCTION app.search_customers(query text) OWNER TO crm_search;
CREATE FUNCTION app.search_customers_page(query text, page_limit integer, page_offset integer) RETURNS TABLE(id uuid, total integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := app.phone_pattern(query);
  BEGIN
    RETURN QUERY
      WITH hits AS MATERIALIZED (
        SELECT c.id, c.name FROM customers c
        WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND (c.search_text LIKE text_like OR c.search_phone LIKE phone_like)
      )
      SELECT page.id, (SELECT count(*)::integer FROM hits)
      FROM (SELECT h.id FROM hits h ORDER BY h.name, h.id LIMIT page_limit OFFSET page_offset) page;
  END $$;
ALTER FUNCTION app.search_customers_page(query text, page_limit integer, page_offset integer) OWNER TO crm_search;
CREATE FUNCTION app.search_customers_page(query text, digits text, page_limit integer, page_offset integer) RETURNS TABLE(id uuid, total integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
    phone_like text := '%' || digits || '%';
  BEGIN
    RETURN QUERY
      WITH hits AS MATERIALIZED (
        SELECT c.id, c.name FROM customers c
        WHERE c.tenant_id = tenant AND c.deleted_at IS NULL AND (c.search_text LIKE text_like OR c.search_phone LIKE phone_like)
      )
      SELECT page.id, (SELECT count(*)::integer FROM hits)
      FROM (SELECT h.id FROM hits h ORDER BY h.name, h.id LIMIT page_limit OFFSET page_offset) page;
  END $$;
ALTER FUNCTION app.search_customers_page(query text, digits text, page_limit integer, page_offset integer) OWNER TO crm_search;
CREATE FUNCTION app.search_opportunities(query text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
  DECLARE
    tenant text := nullif(current_setting('app.tenant_id', true), '');
    text_like text := app.like_pattern(query);
  BEGIN
    RETURN QUERY SELECT r.id FROM opportunities r WHERE r.tenant_id = tenant AND r.deleted_at IS NULL AND r.search_text LIKE text_like;
  END $$;
ALTER FUNCTION app.search_opportunities(query text) OWNER TO crm_search;
CREATE FUNCTION app.set_tenant(tenant text) RETURNS void
    LANGUAGE plpgsql
    AS $$
  BEGIN
    EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
  END $$;
ALTER FUNCTION app.set_tenant(tenant text) OWNER TO crm_owner;
CREATE FUNCTION app.tenant_ids() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    SELECT id FROM public.tenants ORDER BY id
  $$;
ALTER FUNCTION app.tenant_ids() OWNER TO crm_search;
CREATE FUNCTION app.tenants_to_seal() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    SELECT DISTINCT tenant_id FROM public.audit_unsealed
  $$;
ALTER FUNCTION app.tenants_to_seal() OWNER TO crm_search;
CREATE FUNCTION app.tenants_to_tidy() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    SELECT DISTINCT tenant_id FROM (
      (SELECT tenant_id FROM public.idempotency_keys
        WHERE created_at < now() - interval '24 hours' ORDER BY created_at LIMIT 10000)
      UNION ALL
      (SELECT tenant_id FROM public.sessions
        WHERE least(expires_at, revoked_at) < now() - interval '24 hours' ORDER BY least(expires_at, revoked_at) LIMIT 10000)
    ) AS ended
  $$;
ALTER FUNCTION app.tenants_to_tidy() OWNER TO crm_search;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.activities (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    opportunity_id uuid,
    contact_id uuid,
    type text NOT NULL,
    subject text NOT NULL,
    description text,
    date timestamp(3) with time zone NOT NULL,
    due_date timestamp(3) with time zone,
    duration_minutes integer,
    assigned_to uuid,
    is_completed boolean DEFAULT false NOT NULL,
    completed_at timestamp(3) with time zone,
    created_by uuid,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    deleted_at timestamp(3) with time zone,
    deleted_with uuid,
    version integer DEFAULT 1 NOT NULL,
    search_text text GENERATED ALWAYS AS (app.fold(subject)) STORED NOT NULL,
    CONSTRAINT activities_completion CHECK ((is_completed = (completed_at IS NOT NULL))),
    CONSTRAINT activities_deleted_with CHECK (((deleted_with IS NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT activities_duration CHECK ((duration_minutes >= 0)),
    CONSTRAINT activities_subject_length CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 255))),
    CONSTRAINT activities_type CHECK ((type = ANY (ARRAY['CALL'::text, 'EMAIL'::text, 'MEETING'::text, 'TASK'::text, 'NOTE'::text, 'FOLLOW_UP'::text])))
);
ALTER TABLE ONLY public.activities FORCE ROW LEVEL SECURITY;
ALTER TABLE public.activities OWNER TO crm_owner;
CREATE TABLE public.audit_events (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    actor_kind text NOT NULL,
    user_id uuid,
    user_role text,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id text,
    request_id text NOT NULL,
    success boolean NOT NULL,
    error_code text,
    user_email text,
    ip_address text,
    description text,
    old_value jsonb,
    new_value jsonb,
    salt bytea,
    values_digest bytea NOT NULL,
    digest bytea NOT NULL,
    search_text text GENERATED ALWAYS AS (app.fold(((((((((((action || ''::text) || COALESCE(entity_id, ''::text)) || ''::text) || COALESCE(user_email, ''::text)) || ''::text) || COALESCE(ip_address, ''::text)) || ''::text) || COALESCE(description, ''::text)) || ''::text) || request_id))) STORED,
    recorded_at timestamp(3) with time zone DEFAULT clock_timestamp(),
    CONSTRAINT audit_events_actor_kind CHECK ((actor_kind = ANY (ARRAY['user'::text, 'api_key'::text, 'operator'::text, 'anonymous'::text]))),
    CONSTRAINT audit_events_erased_whole CHECK (((salt IS NOT NULL) OR ((user_email IS NULL) AND (ip_address IS NULL) AND (description IS NULL) AND (old_value IS NULL) AND (new_value IS NULL))))
);
ALTER TABLE ONLY public.audit_events FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_events OWNER TO crm_owner;
CREATE TABLE public.audit_seals (
    tenant_id text NOT NULL,
    seq bigint NOT NULL,
    event_ids uuid[] NOT NULL,
    event_digests bytea NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamp(3) with time zone NOT NULL,
    recorded_at timestamp(3) with time zone DEFAULT clock_timestamp(),
    CONSTRAINT audit_seals_digests CHECK ((octet_length(event_digests) = (32 * cardinality(event_ids)))),
    CONSTRAINT audit_seals_not_empty CHECK ((cardinality(event_ids) > 0))
);
ALTER TABLE ONLY public.audit_seals FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_seals OWNER TO crm_owner;
CREATE TABLE public.audit_unsealed (
    tenant_id text NOT NULL,
    event_id uuid NOT NULL
);
ALTER TABLE ONLY public.audit_unsealed FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_unsealed OWNER TO crm_owner;
CREATE TABLE public.contacts (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    first_name text NOT NULL COLLATE pg_catalog."und-x-icu",
    last_name text NOT NULL COLLATE pg_catalog."und-x-icu",
    title text,
    job_title text,
    department text,
    email text,
    phone text,
    mobile text,
    linkedin text,
    is_primary boolean DEFAULT false NOT NULL,
    is_billing boolean DEFAULT false NOT NULL,
    is_shipping boolean DEFAULT false NOT NULL,
    is_decision_maker boolean DEFAULT false NOT NULL,
    preferred_language text DEFAULT 'fr'::text NOT NULL,
    preferred_contact_method text,
    do_not_call boolean DEFAULT false NOT NULL,
    do_not_email boolean DEFAULT false NOT NULL,
    notes text,
    is_active boolean DEFAULT true NOT NULL,
    created_by uuid,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    deleted_at timestamp(3) with time zone,
    deleted_with uuid,
    version integer DEFAULT 1 NOT NULL,
    search_text text GENERATED ALWAYS AS (app.fold(((((((first_name || ' '::text) || last_name) || ' '::text) || first_name) || ''::text) || COALESCE(email, ''::text)))) STORED NOT NULL,
    search_phone text DEFAULT ''::text NOT NULL,
    CONSTRAINT contacts_deleted_with CHECK (((deleted_with IS NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT contacts_first_name_length CHECK (((char_length(first_name) >= 1) AND (char_length(first_name) <= 100))),
    CONSTRAINT contacts_last_name_length CHECK (((char_length(last_name) >= 1) AND (char_length(last_name) <= 100)))
);
ALTER TABLE ONLY public.contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE public.contacts OWNER TO crm_owner;
CREATE TABLE public.counters (
    tenant_id text NOT NULL,
    name text NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT counters_not_negative CHECK ((value >= 0))
);
ALTER TABLE ONLY public.counters FORCE ROW LEVEL SECURITY;
ALTER TABLE public.counters OWNER TO crm_owner;
CREATE TABLE public.customers (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."und-x-icu",
    legal_name text,
    type text NOT NULL,
    email text,
    phone text,
    mobile text,
    website text,
    address_line1 text,
    address_line2 text,
    city text COLLATE pg_catalog."und-x-icu",
    state text,
    postal_code text,
    country_code text NOT NULL,
    tax_id text,
    registration_number text,
    legal_form text,
    assigned_to uuid,
    industry text,
    size text,
    annual_revenue numeric(15,2),
    employee_count integer,
    payment_terms text NOT NULL,
    payment_method text,
    credit_limit numeric(15,2),
    currency text NOT NULL,
    discount_rate numeric(5,2) DEFAULT 0 NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    segment text,
    source text,
    notes text,
    internal_notes text,
    is_active boolean DEFAULT true NOT NULL,
    lead_score integer DEFAULT 0 NOT NULL,
    health_score integer DEFAULT 100 NOT NULL,
    total_revenue numeric(15,2) DEFAULT 0 NOT NULL,
    order_count integer DEFAULT 0 NOT NULL,
    last_order_date date,
    first_order_date date,
    created_by uuid,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    deleted_at timestamp(3) with time zone,
    version integer DEFAULT 1 NOT NULL,
    search_text text GENERATED ALWAYS AS (app.fold(((((((name || ''::text) || code) || ''::text) || COALESCE(email, ''::text)) || ''::text) || COALESCE(city, ''::text)))) STORED NOT NULL,
    search_phone text DEFAULT ''::text NOT NULL,
    CONSTRAINT customers_annual_revenue CHECK ((annual_revenue >= (0)::numeric)),
    CONSTRAINT customers_code_length CHECK (((char_length(code) >= 1) AND (char_length(code) <= 50))),
    CONSTRAINT customers_country_shape CHECK ((country_code ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT customers_credit_limit CHECK ((credit_limit >= (0)::numeric)),
    CONSTRAINT customers_currency_shape CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT customers_discount_rate CHECK (((discount_rate >= (0)::numeric) AND (discount_rate <= (100)::numeric))),
    CONSTRAINT customers_employee_count CHECK ((employee_count >= 0)),
    CONSTRAINT customers_health_score CHECK (((health_score >= 0) AND (health_score <= 100))),
    CONSTRAINT customers_lead_score CHECK (((lead_score >= 0) AND (lead_score <= 100))),
    CONSTRAINT customers_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT customers_payment_method CHECK ((payment_method = ANY (ARRAY['BANK_TRANSFER'::text, 'CHECK'::text, 'CREDIT_CARD'::text, 'CASH'::text, 'DIRECT_DEBIT'::text, 'PAYPAL'::text, 'OTHER'::text]))),
    CONSTRAINT customers_payment_terms CHECK ((payment_terms = ANY (ARRAY['IMMEDIATE'::text, 'NET_15'::text, 'NET_30'::text, 'NET_45'::text, 'NET_60'::text, 'NET_90'::text, 'END_OF_MONTH'::text, 'CUSTOM'::text]))),
    CONSTRAINT customers_type CHECK ((type = ANY (ARRAY['PROSPECT'::text, 'LEAD'::text, 'CUSTOMER'::text, 'VIP'::text, 'PARTNER'::text, 'CHURNED'::text])))
);
ALTER TABLE ONLY public.customers FORCE ROW LEVEL SECURITY;
ALTER TABLE public.customers OWNER TO crm_owner;
CREATE TABLE public.idempotency_keys (
    tenant_id text NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    results jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT idempotency_keys_length CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255)))
);
ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE public.idempotency_keys OWNER TO crm_owner;
CREATE TABLE public.mikro_orm_migrations (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    executed_at timestamp(6) with time zone DEFAULT CURRENT_TIMESTAMP(6) NOT NULL
);
ALTER TABLE public.mikro_orm_migrations OWNER TO crm_owner;
CREATE SEQUENCE public.mikro_orm_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER TABLE public.mikro_orm_migrations_id_seq OWNER TO crm_owner;
ALTER SEQUENCE public.mikro_orm_migrations_id_seq OWNED BY public.mikro_orm_migrations.id;
CREATE TABLE public.opportunities (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."und-x-icu",
    description text,
    status text NOT NULL,
    stage text,
    probability integer NOT NULL,
    amount numeric(15,2) DEFAULT 0 NOT NULL,
    weighted_amount numeric(15,2) GENERATED ALWAYS AS (round(((amount * (probability)::numeric) / (100)::numeric), 2)) STORED NOT NULL,
    currency text NOT NULL,
    expected_close_date date,
    actual_close_date date,
    assigned_to uuid,
    team text,
    source text,
    campaign text,
    competitors text[] DEFAULT '{}'::text[] NOT NULL,
    products jsonb DEFAULT '[]'::jsonb NOT NULL,
    notes text,
    next_steps text,
    win_reason text,
    loss_reason text,
    created_by uuid,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    deleted_at timestamp(3) with time zone,
    deleted_with uuid,
    version integer DEFAULT 1 NOT NULL,
    search_text text GENERATED ALWAYS AS (app.fold(((name || ''::text) || code))) STORED NOT NULL,
    amount_cents bigint GENERATED ALWAYS AS (((amount * (100)::numeric))::bigint) STORED NOT NULL,
    weighted_cents bigint GENERATED ALWAYS AS (((amount * (probability)::numeric))::bigint) STORED NOT NULL,
    CONSTRAINT opportunities_active CHECK (((status = 'WON'::text) OR (status = 'LOST'::text) OR ((actual_close_date IS NULL) AND (win_reason IS NULL) AND (loss_reason IS NULL)))),
    CONSTRAINT opportunities_amount CHECK ((amount >= (0)::numeric)),
    CONSTRAINT opportunities_code_length CHECK (((char_length(code) >= 1) AND (char_length(code) <= 50))),
    CONSTRAINT opportunities_currency_shape CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT opportunities_deleted_with CHECK (((deleted_with IS NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT opportunities_lost CHECK (((status <> 'LOST'::text) OR ((probability = 0) AND (actual_close_date IS NOT NULL) AND (win_reason IS NULL)))),
    CONSTRAINT opportunities_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT opportunities_probability CHECK (((probability >= 0) AND (probability <= 100))),
    CONSTRAINT opportunities_products_list CHECK ((jsonb_typeof(products) = 'array'::text)),
    CONSTRAINT opportunities_status CHECK ((status = ANY (ARRAY['NEW'::text, 'QUALIFIED'::text, 'PROPOSAL'::text, 'NEGOTIATION'::text, 'WON'::text, 'LOST'::text]))),
    CONSTRAINT opportunities_won CHECK (((status <> 'WON'::text) OR ((probability = 100) AND (actual_close_date IS NOT NULL) AND (loss_reason IS NULL))))
);
ALTER TABLE ONLY public.opportunities FORCE ROW LEVEL SECURITY;
ALTER TABLE public.opportunities OWNER TO crm_owner;
CREATE TABLE public.opportunity_transitions (
    tenant_id text NOT NULL,
    opportunity_id uuid NOT NULL,
    version integer NOT NULL,
    from_status text,
    to_status text,
    probability integer NOT NULL,
    amount numeric(15,2) NOT NULL,
    currency text NOT NULL,
    changed_at timestamp(3) with time zone NOT NULL,
    changed_by uuid,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT opportunity_transitions_something CHECK (((from_status IS NOT NULL) OR (to_status IS NOT NULL)))
);
ALTER TABLE ONLY public.opportunity_transitions FORCE ROW LEVEL SECURITY;
ALTER TABLE public.opportunity_transitions OWNER TO crm_owner;
CREATE TABLE public.sessions (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    refresh_jti uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    refreshed_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    revoked_at timestamp(3) with time zone,
    previous_jti uuid
);
ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE public.sessions OWNER TO crm_owner;
CREATE TABLE public.tenants (
    id text NOT NULL,
    name text NOT NULL,
    time_zone text DEFAULT 'Europe/Paris'::text NOT NULL,
    default_currency text DEFAULT 'EUR'::text NOT NULL,
    is_suspended boolean DEFAULT false NOT NULL,
    limit_customers integer DEFAULT 10000 NOT NULL,
    limit_contacts_per_customer integer DEFAULT 100 NOT NULL,
    limit_active_opportunities integer DEFAULT 1000 NOT NULL,
    limit_export_rows integer DEFAULT 10000 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    country_code text DEFAULT 'FR'::text NOT NULL,
    CONSTRAINT tenants_country_shape CHECK ((country_code ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT tenants_currency_shape CHECK ((default_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT tenants_id_shape CHECK ((id ~ '^[A-Za-z0-9_-]{1,64}$'::text)),
    CONSTRAINT tenants_limit_active_opportunities_check CHECK ((limit_active_opportunities >= 0)),
    CONSTRAINT tenants_limit_contacts_per_customer_check CHECK ((limit_contacts_per_customer >= 0)),
    CONSTRAINT tenants_limit_customers_check CHECK ((limit_customers >= 0)),
    CONSTRAINT tenants_limit_export_rows_check CHECK ((limit_export_rows > 0)),
    CONSTRAINT tenants_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);
ALTER TABLE ONLY public.tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tenants OWNER TO crm_owner;
CREATE TABLE public.throttle_buckets (
    key bytea NOT NULL,
    window_ends_at timestamp(3) with time zone NOT NULL,
    count integer NOT NULL,
    in_flight integer DEFAULT 0 NOT NULL,
    in_flight_until timestamp(3) with time zone
);
ALTER TABLE public.throttle_buckets OWNER TO crm_owner;
CREATE TABLE public.users (
    tenant_id text NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    full_name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    email_identity text NOT NULL,
    last_sign_in_at timestamp(3) with time zone,
    CONSTRAINT users_email_length CHECK (((char_length(email) >= 3) AND (char_length(email) <= 255))),
    CONSTRAINT users_full_name_length CHECK (((char_length(full_name) >= 1) AND (char_length(full_name) <= 255))),
    CONSTRAINT users_role CHECK ((role = ANY (ARRAY['admin'::text, 'manager'::text, 'user'::text, 'readonly'::text])))
);
ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;
ALTER TABLE public.users OWNER TO crm_owner;
ALTER TABLE ONLY public.mikro_orm_migrations ALTER COLUMN id SET DEFAULT nextval('public.mikro_orm_migrations_id_seq'::regclass);
INSERT INTO public.activities VALUES
	('nord', '01a22d6c-f001-7654-a455-9bdfa6cc0968', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', NULL, NULL, 'CALL', 'Appel 0', NULL, '2026-11-30 17:07:23.777+00', '2026-12-10 22:59:59+00', NULL, NULL, false, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.777+00', '2026-11-30 17:07:23.777+00', NULL, NULL, 1, DEFAULT),
	('nord', '01a22d6c-f055-72bd-b3e2-510dee34c638', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', NULL, NULL, 'CALL', 'Appel 1', NULL, '2026-11-30 17:07:23.861+00', '2026-12-10 22:59:59+00', NULL, NULL, false, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.861+00', '2026-11-30 17:07:23.861+00', NULL, NULL, 1, DEFAULT),
	('sud', '01a22d6c-f5c5-7467-9cd1-ebc6b644c3be', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', NULL, NULL, 'CALL', 'Appel 0', NULL, '2026-11-30 17:07:25.253+00', '2026-12-10 22:59:59+00', NULL, NULL, false, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:25.253+00', '2026-11-30 17:07:25.253+00', NULL, NULL, 1, DEFAULT),
	('sud', '01a22d6c-f5d5-7228-b62d-364d54687720', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', NULL, NULL, 'CALL', 'Appel 1', NULL, '2026-11-30 17:07:25.269+00', '2026-12-10 22:59:59+00', NULL, NULL, false, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:25.269+00', '2026-11-30 17:07:25.269+00', NULL, NULL, 1, DEFAULT);
INSERT INTO public.audit_events VALUES
	('nord', '01a22d6c-8a2e-76b2-8a24-659c39ec2bf1', '2026-11-30 17:06:57.717+00', 'operator', NULL, NULL, 'tenant.created', 'tenant', 'nord', '01a22d6c-893f-77e5-adfb-b57829dac4f7', true, NULL, NULL, NULL, NULL, NULL, '{"name": "Atelier du nord", "time_zone": "Europe/Paris", "country_code": "FR", "is_suspended": false, "limit_customers": 10000, "default_currency": "EUR", "limit_export_rows": 10000, "limit_active_opportunities": 1000, "limit_contacts_per_customer": 100}', '\x278328a2634cab48825a435fd0770ab0', '\xe888f88b6430a3ae4449aef65508ee4e016ff3d2bb7a9961429e7ccba55cec74', '\xb0c9adaea275cb5a9b50f85037359e3877194717b04f6f2359f7bffa9662e485', DEFAULT, '2026-11-30 17:06:57.772+00'),
	('nord', '01a22d6c-8a5f-7057-9deb-09d93323641f', '2026-11-30 17:06:57.76+00', 'operator', NULL, NULL, 'user.created', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-893f-77e5-adfb-b57829dac4f7', true, NULL, NULL, NULL, NULL, NULL, '{"role": "admin", "email": "admin@nord.example", "full_name": "admin@nord.example", "is_active": true, "password_hash": "•••"}', '\x21273e6d868582bfe1ac5dfaf94304a0', '\x9c3c4a22589122e3c7a72bd67fab19d3fde930910d14a65f0cea569a1295335d', '\xba254026428d0949caa6342929ed0af1a6ae237117da7eb136355ec6da7d98d0', DEFAULT, '2026-11-30 17:06:57.796+00'),
	('sud', '01a22d6c-b67d-76b5-afff-6261bf7c5390', '2026-11-30 17:07:09.054+00', 'operator', NULL, NULL, 'tenant.created', 'tenant', 'sud', '01a22d6c-b589-74fa-aa5f-bc92c1029171', true, NULL, NULL, NULL, NULL, NULL, '{"name": "Atelier du sud", "time_zone": "Europe/Paris", "country_code": "FR", "is_suspended": false, "limit_customers": 10000, "default_currency": "EUR", "limit_export_rows": 10000, "limit_active_opportunities": 1000, "limit_contacts_per_customer": 100}', '\x51b0b810daa4897753f1426c51fba149', '\x7a2dce801146bb1c11f524587dcd8cf09493596e5e6815c994664c46ac038827', '\x6b8b7de6ea35c873850c5662f188db6434f2c62106366d09e86d4af05db70773', DEFAULT, '2026-11-30 17:07:09.082+00'),
	('sud', '01a22d6c-b690-71af-a531-ce016759a751', '2026-11-30 17:07:09.072+00', 'operator', NULL, NULL, 'user.created', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-b589-74fa-aa5f-bc92c1029171', true, NULL, NULL, NULL, NULL, NULL, '{"role": "admin", "email": "admin@sud.example", "full_name": "admin@sud.example", "is_active": true, "password_hash": "•••"}', '\x5e42cc50e92311167fe2d17d72243393', '\xf5cb507b8f55c2f345d8f52fd97e8b6d3dd58312c919d2450e9970566bb98ad9', '\x818e63b8791f15fbaa5a2989b5a964ea27fc1aa4dad6f937f51b3554e3ab6760', DEFAULT, '2026-11-30 17:07:09.092+00'),
	('nord', '01a22d6c-e80f-76bc-b266-305b651d9acc', '2026-11-30 17:07:21.743+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'auth.login', 'session', '01a22d6c-e7a9-77ca-908a-09fa9308211a', 'fd380364-6877-4bb1-973d-4b14cfd338b1', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, NULL, '\xb72f4c03d9e805bd3e936c017f47c9ce', '\xfc370aa1dcc5c1eb9d88058ee44a061f7b7ca9cec3643a4c6359be99ce64f364', '\xe997023df1383e2da18b8be3e00c33c8acf642766a7b0af772b069a9c7e31621', DEFAULT, '2026-11-30 17:07:21.788+00'),
	('nord', '01a22d6c-eab6-7345-b159-c781c09b56bd', '2026-11-30 17:07:22.422+00', 'anonymous', NULL, NULL, 'auth.login_failed', 'session', NULL, '7dcf87d1-e9af-4ca0-9006-df11a21673a1', false, 'UNAUTHENTICATED', 'admin@nord.example', '127.0.0.1', NULL, NULL, NULL, '\x6d075621ed02462b08478224b7d1af4c', '\xa07d27ab698f444906b2deae258d580017841a0f1a6bcb6787a51860cacb57c4', '\xca22d8f2a5227d57db522e340c067384858180a40e0b4ff9dcb485edcb912e75', DEFAULT, '2026-11-30 17:07:22.453+00'),
	('nord', '01a22d6c-ec13-7453-b450-724b7c50b26a', '2026-11-30 17:07:22.771+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'user.created', 'user', '01a22d6c-ec11-733b-b873-e5255ecb3262', '43d7380e-1c46-4594-a876-9f42b10bcb6b', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"role": "user", "email": "vendeur@nord.example", "full_name": "Véra Vendeur", "is_active": true, "password_hash": "•••"}', '\x74463256fb40520d2ca3a909eda30bc2', '\x4a5658aa125dcbdadd4c547846d704890a22e2372cf8814697f9aff1b55e8798', '\x80c948fc5ad197b2633f6a77d48dd7baa29708d04a4bdfe58499d22f6dd10c1b', DEFAULT, '2026-11-30 17:07:22.776+00'),
	('nord', '01a22d6c-ec92-7603-b53d-fc90c6a0eed9', '2026-11-30 17:07:22.899+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.created', 'customer', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', '57b3ace9-5d8d-4273-bfa6-945d9fec6870', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-0", "name": "Boulangerie Été", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 00", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x75d71936cc183a75bc360cdd47d85c73', '\x8e4a8aa11480f650bb45e6148e1d838d493b6b8bdbcdbf35f492883b7501974e', '\x88e21920f13a56442144f0a61aabc065a2ca10038fce14bb947f71aad2a51f0b', DEFAULT, '2026-11-30 17:07:22.948+00'),
	('nord', '01a22d6c-ed22-761b-8737-76c16a051741', '2026-11-30 17:07:23.042+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.created', 'customer', '01a22d6c-ed15-7409-a0b4-e0756eb0be88', '2e986013-e2c4-4b75-a2a4-b7f80b5991a0', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-1", "name": "Garage Œuvre", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 01", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x4a9cd2ce51a7c41e145f013d172a012a', '\x4085e762e5a16cb6971e839ba27c3625de301e49349a2ae84ab5b83de6faebbc', '\x217c90eacbcf4d0e21b3ce27b454eef39a68f3fe78ff68668a866b125f3d43ce', DEFAULT, '2026-11-30 17:07:23.046+00'),
	('nord', '01a22d6c-ed67-7321-8c82-eceed2923598', '2026-11-30 17:07:23.111+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.created', 'customer', '01a22d6c-ed66-7611-b553-be2b020cb709', '15252e69-4ab5-49ae-8a43-2430e640e36e', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-2", "name": "Σίγμα ΣΑΣ", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 02", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x2c1b7889a1f6b1789cbe4edcda314e1c', '\xdd437b2c0fcda8a86afa5849a8a66926bc72d60e59a7c9d156010aa955e903e5', '\x33a7ccd7482bb7e6c387369e70cf3fb5db1df8f4218e2817f781a6bf22c3aeee', DEFAULT, '2026-11-30 17:07:23.141+00'),
	('nord', '01a22d6c-edc4-72b2-bf45-25a75d07b389', '2026-11-30 17:07:23.204+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.created', 'customer', '01a22d6c-edb7-7531-90bb-5382fe094d76', 'de708ef8-5c8c-45e4-ab61-b75ba511867d', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-3", "name": "Supprimé SA", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 03", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x0aca37eff8febc9cf6eb6c085426c3b1', '\x9cdf05c1324bfa6beb802f25aa26d4ed3d4084363d88a6c25b983d7e65136a7c', '\x80be203befd4d1cedcf6bb0add7a66615e06e9445f2555d62581a6e2b5361afa', DEFAULT, '2026-11-30 17:07:23.21+00'),
	('nord', '01a22d6c-ee4a-7463-82d4-cd33d46cf7be', '2026-11-30 17:07:23.338+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'contact.created', 'contact', '01a22d6c-ee48-707e-aa5b-da698fdb6e95', '170e74a1-8cf1-4733-befd-67789e7b9794', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"email": "zoe@nord.example", "is_active": true, "last_name": "Martin", "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "first_name": "Zoé", "is_billing": false, "is_primary": true, "customer_id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "do_not_call": false, "is_shipping": false, "do_not_email": false, "is_decision_maker": false, "preferred_language": "fr"}', '\xc4228af1e7241d8301168f733faf3c61', '\x0cf85bdb3533176cd7226873a6bb83fc7e5a578c97f0cda9e1fc967d99e2346e', '\x7b7f1661d96d7516641be76bb7701de3625ca7b077809c98f1d2ca17f3f4db1e', DEFAULT, '2026-11-30 17:07:23.35+00'),
	('sud', '01a22d6c-f293-73b8-8be9-935fa078cf56', '2026-11-30 17:07:24.435+00', 'anonymous', NULL, NULL, 'auth.login_failed', 'session', NULL, 'd52647b7-d58c-48f5-bc43-97233241364e', false, 'UNAUTHENTICATED', 'admin@sud.example', '127.0.0.1', NULL, NULL, NULL, '\xe40cb87f5adefb2d02a09aa4aa1f2640', '\x3a9c81ee74f79a788efd5929a36c84b8e0ce4b49ae906217f9fbbdab34c8b51e', '\xf5af015f9e2dd04e31629fcd762a50eb284ae6754b57e59fd2d565f6a5b25506', DEFAULT, '2026-11-30 17:07:24.436+00'),
	('nord', '01a22d6c-eeb4-70f2-9759-9d80fb1de34a', '2026-11-30 17:07:23.444+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'opportunity.created', 'opportunity', '01a22d6c-eea8-7002-83db-af8e8d99a752', '01854ff9-506c-4ce6-a0d7-fa7b59828270', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"code": "O-0", "name": "Affaire 0", "amount": "1234.50", "status": "NEW", "currency": "EUR", "products": [], "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "competitors": [], "customer_id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "probability": 40, "expected_close_date": "2027-01-15"}', '\x7b1046c2224204a29c3942cba018f25b', '\x61edc775f2a6945ba826a929a78a2334197649a3dd2870630d68b418e8560ee0', '\x99d8f947556a789cc834ccdca6e3e0131941f12381257ec24eb32a868f1f9c1a', DEFAULT, '2026-11-30 17:07:23.476+00'),
	('nord', '01a22d6c-ef0c-739b-b688-23f2b1266206', '2026-11-30 17:07:23.532+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'opportunity.created', 'opportunity', '01a22d6c-ef0b-763c-9a4c-5ddac7d907c8', '0405d797-d444-4d4d-b66a-ccd0c4314a9c', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"code": "O-1", "name": "Affaire 1", "amount": "1234.50", "status": "NEW", "currency": "EUR", "products": [], "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "competitors": [], "customer_id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "probability": 40, "expected_close_date": "2027-01-15"}', '\xeb45e739152f0ec9f5b9c2ddd33c0bc2', '\xdb53638de400db89e581f0cb2b33086316a7560062d3ce76d317e5b82e330c6d', '\xcbccba4b722fd321e917457309807e1e8cf3b02fca81ad7f3bc1abb368936226', DEFAULT, '2026-11-30 17:07:23.541+00'),
	('nord', '01a22d6c-ef54-72c3-895b-13fa0d901511', '2026-11-30 17:07:23.604+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'opportunity.created', 'opportunity', '01a22d6c-ef53-74dd-ab1a-87845a5a117f', '82b5c5c2-e451-48fa-a42a-3b02f57102ff', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"code": "O-2", "name": "Affaire 2", "amount": "1234.50", "status": "NEW", "currency": "EUR", "products": [], "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "competitors": [], "customer_id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "probability": 40, "expected_close_date": "2027-01-15"}', '\x297020999725ed90eb294b51950b589d', '\x8c28800732145963c10dd8b4b1849ed7ecb9affa6a186ed725786f9bea2a4209', '\x722813fe28b29fdc54f20af71b0d7bfbbbb0a651007d3e14c89c3f7de11b240c', DEFAULT, '2026-11-30 17:07:23.618+00'),
	('nord', '01a22d6c-ef8b-7697-ac0a-5d359071fd0e', '2026-11-30 17:07:23.659+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'opportunity.won', 'opportunity', '01a22d6c-ef0b-763c-9a4c-5ddac7d907c8', '791fbea2-1375-4633-903e-3b6a812eb2b8', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, '{"status": "NEW", "probability": 40, "actual_close_date": null}', '{"status": "WON", "probability": 100, "actual_close_date": "2026-11-30"}', '\xc2f2a3828cd702714cf846350aff04d2', '\x27f761903455985588cfb7ea3d46a065635f696897c86373e5f952a974754e52', '\x2ab966938c85e8a04338d4e5bfaf9a20a8240d8117053f9cd580ba0af39e4783', DEFAULT, '2026-11-30 17:07:23.678+00'),
	('nord', '01a22d6c-ef8b-7697-ac0a-620bb71e3301', '2026-11-30 17:07:23.659+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.converted', 'customer', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', '791fbea2-1375-4633-903e-3b6a812eb2b8', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, '{"type": "PROSPECT"}', '{"type": "CUSTOMER"}', '\x3093a07816cad180ac2616598c9d9698', '\xd6363806d2e9381f38e472979be2fb103f6e356bf9eacce6d3e62d68e74e9119', '\x4888cd6bff8cf48a08a7f17887ff068849f5df80bf29ef0119acc3c4b1af2a6b', DEFAULT, '2026-11-30 17:07:23.679+00'),
	('nord', '01a22d6c-efc5-71a9-98b4-55151a5f4847', '2026-11-30 17:07:23.717+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'opportunity.lost', 'opportunity', '01a22d6c-ef53-74dd-ab1a-87845a5a117f', 'b3278410-cc33-4b7a-99d7-b3de565c91a9', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, '{"status": "NEW", "loss_reason": null, "probability": 40, "actual_close_date": null}', '{"status": "LOST", "loss_reason": "Prix", "probability": 0, "actual_close_date": "2026-11-30"}', '\xd5ae87aba4fa4588efd836f04bfb2ff4', '\x9cea080a4b52191cb502cca80805130bbf8748ff7b307c420ad269224c8d9fc0', '\xb43fd7469256e3701c7d2f86219fbf0daefacef1a8adda030d30283c04c8bab6', DEFAULT, '2026-11-30 17:07:23.729+00'),
	('nord', '01a22d6c-f00a-75c7-9667-5cfc64d18a9e', '2026-11-30 17:07:23.786+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'activity.created', 'activity', '01a22d6c-f001-7654-a455-9bdfa6cc0968', '2b51b3ff-7d44-4987-814b-59254e0f81bb', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"date": "2026-11-30T17:07:23.777Z", "type": "CALL", "subject": "Appel 0", "due_date": "2026-12-10T22:59:59.000Z", "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "customer_id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "is_completed": false}', '\xd028d48cd125ab9b27edb288cfb1c618', '\xc257b4f3c5e205e51d6da1c689963e3e7bf0ce0c25272b1942dda60dee9ccaa4', '\xfd5c691d64dc3df18de18417ca779bd7e8e3f50066eb6cb0c8a0c835b05177eb', DEFAULT, '2026-11-30 17:07:23.804+00'),
	('nord', '01a22d6c-f057-70b1-8a4f-85a644a61b15', '2026-11-30 17:07:23.863+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'activity.created', 'activity', '01a22d6c-f055-72bd-b3e2-510dee34c638', '9c035f97-6af1-4aba-9f84-95328d94d995', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, NULL, '{"date": "2026-11-30T17:07:23.861Z", "type": "CALL", "subject": "Appel 1", "due_date": "2026-12-10T22:59:59.000Z", "created_by": "01a22d6c-8a4e-70b0-88c2-35f989e974d3", "customer_id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "is_completed": false}', '\x841cffcc904ae27c5dc97b9e5a861d9e', '\xda10ce8c4ee8d389304c13873dfb61838f597eae0462451fdab6b26de41393de', '\x8473b9dcbb14b3ad88480c92d7d738f3af62d3f3ff75819876cd8aa201c8d92e', DEFAULT, '2026-11-30 17:07:23.866+00'),
	('nord', '01a22d6c-f0b5-728b-8185-a6b265c7e8e4', '2026-11-30 17:07:23.957+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.updated', 'customer', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', 'f89c30c8-5c4e-463e-b09b-a1212b1cc9ef', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, '{"notes": null}', '{"notes": "Appelle le matin"}', '\x76a7c2fe96eea84518cc141a06b6e301', '\xa5ddb7c75fc7e22799dc52dd05ff536a8aa7432b2510317c1e80bdda13903129', '\xe37e955692a672e6e56c4eb454744e752f4dd7bd4e5c0b1df222e3c71cfabfa6', DEFAULT, '2026-11-30 17:07:23.96+00'),
	('nord', '01a22d6c-f0da-7321-aa56-4f869f616306', '2026-11-30 17:07:23.994+00', 'user', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin', 'customer.deleted', 'customer', '01a22d6c-edb7-7531-90bb-5382fe094d76', '0907d4a0-eb80-42f7-992a-e36af662b8ab', true, NULL, 'admin@nord.example', '127.0.0.1', NULL, '{"deleted_at": null}', '{"contacts": 0, "activities": 0, "deleted_at": "2026-11-30T17:07:23.986Z", "opportunities": 0}', '\xefa4cd33b108f4bd699a2954262af8a7', '\x5157a2f4356a338d8b3f6b548ee97ff564f537cbcfbca50ec066df5150168425', '\xa0ac9d7f45e523ac5d59104335bbab1da29f5c6b250856ddc90184d6b666a03d', DEFAULT, '2026-11-30 17:07:24.002+00'),
	('sud', '01a22d6c-f1e8-7788-af50-1453df8ff894', '2026-11-30 17:07:24.264+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'auth.login', 'session', '01a22d6c-f1de-72a1-8e12-69da093d9119', '278e41e3-916a-4712-a658-857136bf08c1', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, NULL, '\x5474b984d246a23aa748c5bb1c17b30a', '\x2477a1b002ca3d308d4aaa45bed9d9ad9e3772d75d9498b49b688720b71e285b', '\xdbfa7d45a230a0cae934e2208576362106212bcffca682c3621203228e9ddd25', DEFAULT, '2026-11-30 17:07:24.276+00'),
	('sud', '01a22d6c-f3ae-716b-9f48-3751b4b23029', '2026-11-30 17:07:24.718+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'user.created', 'user', '01a22d6c-f3ad-7473-a3d3-b68dfac7c91c', '12efb56c-f14b-4610-a276-507cb734a83e', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"role": "user", "email": "vendeur@sud.example", "full_name": "Véra Vendeur", "is_active": true, "password_hash": "•••"}', '\xdbd739652b29226b4252c53a9efcc02e', '\x597ad4648b1f84bc1fca08e48b269676ff9dfe396fd3de74e8e9c7dece1c8dc7', '\xddafdf3011287726d96bca48bac307a5bd8ab34bac5fa03381e7e0d75dddae0f', DEFAULT, '2026-11-30 17:07:24.725+00'),
	('sud', '01a22d6c-f401-718b-8020-74232c91d72f', '2026-11-30 17:07:24.801+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.created', 'customer', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', '373eb64a-2f3d-468a-bfb4-43f98ca4e6f7', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-0", "name": "Boulangerie Été", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 00", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x68be5469782f0251824604c0a9550958', '\xb3cfaad8a16f88c52c409cc9b6f5e45605625e39f3561ca82ab282a8539fb545', '\xd732f4a9c4d752f8fe5201a7e6b6690e6c3c8682657066732820f440991b21d4', DEFAULT, '2026-11-30 17:07:24.816+00'),
	('sud', '01a22d6c-f435-7490-a272-9e1f110e9d21', '2026-11-30 17:07:24.853+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.created', 'customer', '01a22d6c-f42d-7322-bd73-bf10ba181014', '39264523-0c7b-4286-939c-a217ecdcf8ce', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-1", "name": "Garage Œuvre", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 01", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\xefcf8898e2dc712bba7574b5c519149b', '\xacc0ee4e573eeba8db86a688e3d76c06436dd59861db6632a4b39f9f6fb47652', '\x6ac925cad5bca317b4802d827381bea42ced126339cd8b9eb3c707faa4e11402', DEFAULT, '2026-11-30 17:07:24.859+00'),
	('sud', '01a22d6c-f46b-75ed-9835-52a31e779387', '2026-11-30 17:07:24.907+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.created', 'customer', '01a22d6c-f461-753e-8957-85242defe5ee', 'cfa8b630-7494-4b90-b789-8a293e67a091', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-2", "name": "Σίγμα ΣΑΣ", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 02", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x7b40abc3fe178fee0ea5beec99a1e72a', '\x8f413383889779fe3e5aee28eef03a6a1ac742e79b2f751ee137666caaeab165', '\x0ce22c6fb51db1f8a008c7c85b4e4b684c62c11105ac3553814305cb7c3f9d95', DEFAULT, '2026-11-30 17:07:24.92+00'),
	('sud', '01a22d6c-f495-7586-83d4-8250709f132f', '2026-11-30 17:07:24.949+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.created', 'customer', '01a22d6c-f490-7009-b1d0-04030a3c9e84', 'a92b2e55-007f-4a9d-9e95-d784c91e6de1', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"city": "Lyon", "code": "C-3", "name": "Supprimé SA", "tags": ["a", "b"], "type": "PROSPECT", "phone": "04 78 00 00 03", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\xe2492fae08dde3955344a9bc44a937a9', '\x03f961c199f51ddc85ef21b436b7307c8b0b0be3441d061c48d3a13b347d21ab', '\xec6e1a7d78f8e0a1602af78ac9f59e1bfcd249c1705af791611fe8eed359832e', DEFAULT, '2026-11-30 17:07:24.952+00'),
	('sud', '01a22d6c-f4d6-702c-b078-2728eeda1aa1', '2026-11-30 17:07:25.014+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'contact.created', 'contact', '01a22d6c-f4c7-770a-ba30-c575e61f1376', 'c98f656f-4792-4b15-bdb6-23de46068a1b', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"email": "zoe@sud.example", "is_active": true, "last_name": "Martin", "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "first_name": "Zoé", "is_billing": false, "is_primary": true, "customer_id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "do_not_call": false, "is_shipping": false, "do_not_email": false, "is_decision_maker": false, "preferred_language": "fr"}', '\xda13a651ec76748d262e42c1a4b0fe4d', '\x55ada9158d5f6708225b4856a4260ea2fa30991f3d93a16a808c8f47cab7638a', '\x21d483b5b2163d54904a5e352c45668efc30adcce4c7f65d9d539a0d7d21fe02', DEFAULT, '2026-11-30 17:07:25.017+00'),
	('sud', '01a22d6c-f556-7415-bc51-feb741c578ae', '2026-11-30 17:07:25.142+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'opportunity.created', 'opportunity', '01a22d6c-f54c-7230-8413-72d40c340618', 'f3078a31-6be9-4f33-9a3a-fd7ed0ae771d', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"code": "O-0", "name": "Affaire 0", "amount": "1234.50", "status": "NEW", "currency": "EUR", "products": [], "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "competitors": [], "customer_id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "probability": 40, "expected_close_date": "2027-01-15"}', '\x8c98afb1a8ebaa6f26031d1e138d1ad0', '\xd7ec15e68a2aaa4326237c3bcf7c64eab7d97b994f76f05a01231bd0d4479fd4', '\xe1feee53e0a6fc9bf459138a7a014ed210d7dcf26f6e19833a60cf52f7a8817d', DEFAULT, '2026-11-30 17:07:25.147+00'),
	('sud', '01a22d6c-f577-72a3-84f5-d5915575229a', '2026-11-30 17:07:25.175+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'opportunity.created', 'opportunity', '01a22d6c-f575-764a-bacc-1ea4a43ccc27', '510d1adb-7bb4-41fb-a438-27d9f7899a41', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"code": "O-1", "name": "Affaire 1", "amount": "1234.50", "status": "NEW", "currency": "EUR", "products": [], "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "competitors": [], "customer_id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "probability": 40, "expected_close_date": "2027-01-15"}', '\xc66d9a0be5f26b0d7fc7d251200db361', '\xa72e8061d7ffbb5974b4a88c5724d131a4e3edf191f9b72985a33c7ae486f4e6', '\x77baad914a4f2bfdc70375aaa15a675e55c72f9fdc737cc9cc94ec5f239f7fbe', DEFAULT, '2026-11-30 17:07:25.177+00'),
	('sud', '01a22d6c-f58b-76a2-9d1a-d6511341169a', '2026-11-30 17:07:25.195+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'opportunity.created', 'opportunity', '01a22d6c-f58b-76a2-9d1a-d0ce8b89e878', 'f43faf93-c811-493b-8228-ff9e5fe005a0', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"code": "O-2", "name": "Affaire 2", "amount": "1234.50", "status": "NEW", "currency": "EUR", "products": [], "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "competitors": [], "customer_id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "probability": 40, "expected_close_date": "2027-01-15"}', '\xf49907f7f11f0a7a3938b6ab00fd523e', '\x2a6711a5989f30f9cf08e981e44f46bb8bb8c1d95f3feb8cfa0c31d09ab3a44b', '\x5293765e3887c880ac052ebec3c497e0003dd5e13d5e9a61c9125de1420e7677', DEFAULT, '2026-11-30 17:07:25.197+00'),
	('sud', '01a22d6c-f5a9-7118-8406-b68cb5a7a1c1', '2026-11-30 17:07:25.225+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'opportunity.won', 'opportunity', '01a22d6c-f575-764a-bacc-1ea4a43ccc27', '7c23bd34-c577-4066-8a67-35b7aee18da8', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, '{"status": "NEW", "probability": 40, "actual_close_date": null}', '{"status": "WON", "probability": 100, "actual_close_date": "2026-11-30"}', '\x9dbdbdf8ed0eb72909c62167db02ded8', '\x48c1a344cb6bd0f3be677d34c5d943424d844371e5b3a32c15d708aaa0fd5ece', '\x7a750dc78eb75c48ac2c3ee4f1b0717c159a1585cd9a9e9443dcf9d127946c29', DEFAULT, '2026-11-30 17:07:25.229+00'),
	('sud', '01a22d6c-f5a9-7118-8406-bba1a4eb287e', '2026-11-30 17:07:25.225+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.converted', 'customer', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', '7c23bd34-c577-4066-8a67-35b7aee18da8', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, '{"type": "PROSPECT"}', '{"type": "CUSTOMER"}', '\x383f0105c38c859d39344e0209f2fbff', '\x14dafbb92165e16daa593afaeb5698f32a2bf4d95c42d153167453445daa52d9', '\x068d52f42afcce7c52c2b0cf42a01b1cda176d7a60fb6a067b79c8969b51cc0e', DEFAULT, '2026-11-30 17:07:25.229+00'),
	('sud', '01a22d6c-f5bb-716c-8a67-87168e5c4089', '2026-11-30 17:07:25.244+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'opportunity.lost', 'opportunity', '01a22d6c-f58b-76a2-9d1a-d0ce8b89e878', 'd38956fb-e996-4f1e-81a7-1194eeb12c86', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, '{"status": "NEW", "loss_reason": null, "probability": 40, "actual_close_date": null}', '{"status": "LOST", "loss_reason": "Prix", "probability": 0, "actual_close_date": "2026-11-30"}', '\xe54bf54de8e7b5b782f5f9ded28e0512', '\xf605e6661747cfca6887b741a9cdec5ce0c6a6e21fd980c91429c16f7929bf96', '\x210cf59c59daf5d0188869b634f0dd203264e4eaa118dae0551e76cb441cae34', DEFAULT, '2026-11-30 17:07:25.246+00'),
	('sud', '01a22d6c-f5c6-7090-8453-a9764f2fda70', '2026-11-30 17:07:25.254+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'activity.created', 'activity', '01a22d6c-f5c5-7467-9cd1-ebc6b644c3be', 'ffb762fa-2f5c-4e42-9a2c-107c4a3763c2', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"date": "2026-11-30T17:07:25.253Z", "type": "CALL", "subject": "Appel 0", "due_date": "2026-12-10T22:59:59.000Z", "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "customer_id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "is_completed": false}', '\x8862f89debf48a8e855931a48a151a6b', '\x7b61aebd14137f65297439fdb5ad912598e4a3a78736869819c6a60d7623ca62', '\xb5cf21c9b2e0f5c084b099a0f420ab2ec2c74347f02808cd3df83b85a167a2d1', DEFAULT, '2026-11-30 17:07:25.257+00'),
	('sud', '01a22d6c-f5d6-730c-8356-a87ce95bbc2e', '2026-11-30 17:07:25.27+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'activity.created', 'activity', '01a22d6c-f5d5-7228-b62d-364d54687720', 'f3ddf819-2b24-4e01-b228-330b0d96f0a1', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"date": "2026-11-30T17:07:25.269Z", "type": "CALL", "subject": "Appel 1", "due_date": "2026-12-10T22:59:59.000Z", "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "customer_id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "is_completed": false}', '\xf2705c03d98384defaff7ac52661b137', '\x0851ae0c3f4642c24e6f66884c60ce88ef4a0a1f6dfb634ecbe43693d429e91b', '\xe54bc71f0927554593d26f8f94e99e10b0784fb87f3cdd8e5c7d7d8e250e7173', DEFAULT, '2026-11-30 17:07:25.273+00'),
	('sud', '01a22d6c-f5fa-7073-9488-3bcba6fb3f6b', '2026-11-30 17:07:25.306+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.updated', 'customer', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', '02f3804f-68b3-4d2b-bb55-5f70ae9a11ac', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, '{"notes": null}', '{"notes": "Appelle le matin"}', '\x8616a16244f50d4e5be48aa2bab052a6', '\x3e2c07e043064a28933c5162bff97dc95d4a94f8b7e6d68aa18c1e1d5ced319f', '\xe09bf141c0ae9250ca1921fc0f051339656cb2bdc6c0d4bdf4f1187f542d035a', DEFAULT, '2026-11-30 17:07:25.309+00'),
	('sud', '01a22d6c-f60b-75a1-848b-5bf0a5d2c266', '2026-11-30 17:07:25.323+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.deleted', 'customer', '01a22d6c-f490-7009-b1d0-04030a3c9e84', 'fa1a4f24-f93b-4a77-b838-8ecbbc3b5edb', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, '{"deleted_at": null}', '{"contacts": 0, "activities": 0, "deleted_at": "2026-11-30T17:07:25.319Z", "opportunities": 0}', '\xc0e508621d2d5674e5700e8e6d85935f', '\x0a9f3d52088683e5fee2a152ddf8ce6a0aa63e53c5f11fc307fe9681364fcfa3', '\x3aa4eeb0756133da6f579e69fb1ede36163cd9ebf9d5d1373e68670a991f3c19', DEFAULT, '2026-11-30 17:07:25.33+00'),
	('sud', '01a22d6d-025d-772f-ba80-66b88db02536', '2026-11-30 17:07:28.477+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'auth.login', 'session', '01a22d6d-0256-7694-baf8-0207f9f8597f', '1164254c-a40f-4c16-876a-68941605025e', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, NULL, '\xff243d6c2889864c853757f2c65ca7b3', '\x7ca42af789151656807f93ec1d03ffc23229f6f864d55d5f1cc2abd9e48d24a9', '\xc50d6bf06ff4a656cebfde4b0c548ba61615f870cf796b88918cfa4782024ecc', DEFAULT, '2026-11-30 17:07:28.48+00'),
	('sud', '01a22d6d-02a4-77dd-a065-1672241cf9a9', '2026-11-30 17:07:28.548+00', 'user', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin', 'customer.created', 'customer', '01a22d6d-0299-723d-a2ba-c6dc5f329066', '367521c4-3122-49a2-88cf-c72c92713ca2', true, NULL, 'admin@sud.example', '127.0.0.1', NULL, NULL, '{"code": "C-LAST", "name": "Dernier client", "tags": [], "type": "PROSPECT", "currency": "EUR", "is_active": true, "created_by": "01a22d6c-b688-7669-a749-8d00cab1c05c", "lead_score": 0, "order_count": 0, "country_code": "FR", "health_score": 100, "discount_rate": "0.00", "payment_terms": "NET_30", "total_revenue": "0.00"}', '\x9edaf9ba895444e2fadb35cf95d82580', '\xb1774e15fa5580f63e90c8228858ad8bb706c189eba0eb128a4b5991513c8609', '\x3a4d41cc9911d51c8257839b35170ac56290e0769bad7ac10abd08a17d2869d9', DEFAULT, '2026-11-30 17:07:28.553+00');
INSERT INTO public.audit_seals VALUES
	('nord', 1, '{01a22d6c-8a2e-76b2-8a24-659c39ec2bf1,01a22d6c-8a5f-7057-9deb-09d93323641f}', '\xb0c9adaea275cb5a9b50f85037359e3877194717b04f6f2359f7bffa9662e485ba254026428d0949caa6342929ed0af1a6ae237117da7eb136355ec6da7d98d0', '\x0000000000000000000000000000000000000000000000000000000000000000', '\x0ac9f806c7cdb8ce53eccb62834e2be245e2503d1d647b26215b5eb5804cf79f', '2026-11-30 17:07:21.232+00', '2026-11-30 17:07:21.261+00'),
	('sud', 1, '{01a22d6c-b67d-76b5-afff-6261bf7c5390,01a22d6c-b690-71af-a531-ce016759a751}', '\x6b8b7de6ea35c873850c5662f188db6434f2c62106366d09e86d4af05db70773818e63b8791f15fbaa5a2989b5a964ea27fc1aa4dad6f937f51b3554e3ab6760', '\x0000000000000000000000000000000000000000000000000000000000000000', '\x3dbd1dff64003f9fffa15d5b246d2a5655d9d2e49f52cf93d11c1df513b05e7e', '2026-11-30 17:07:21.317+00', '2026-11-30 17:07:21.32+00'),
	('nord', 2, '{01a22d6c-e80f-76bc-b266-305b651d9acc}', '\xe997023df1383e2da18b8be3e00c33c8acf642766a7b0af772b069a9c7e31621', '\x0ac9f806c7cdb8ce53eccb62834e2be245e2503d1d647b26215b5eb5804cf79f', '\xad310ba47672fad004b0ed7bcb4fa1e3dc25e5d7383d2748ca21c1c429ffbcff', '2026-11-30 17:07:22.387+00', '2026-11-30 17:07:22.39+00'),
	('nord', 3, '{01a22d6c-eab6-7345-b159-c781c09b56bd,01a22d6c-ec13-7453-b450-724b7c50b26a,01a22d6c-ec92-7603-b53d-fc90c6a0eed9,01a22d6c-ed22-761b-8737-76c16a051741,01a22d6c-ed67-7321-8c82-eceed2923598,01a22d6c-edc4-72b2-bf45-25a75d07b389,01a22d6c-ee4a-7463-82d4-cd33d46cf7be}', '\xca22d8f2a5227d57db522e340c067384858180a40e0b4ff9dcb485edcb912e7580c948fc5ad197b2633f6a77d48dd7baa29708d04a4bdfe58499d22f6dd10c1b88e21920f13a56442144f0a61aabc065a2ca10038fce14bb947f71aad2a51f0b217c90eacbcf4d0e21b3ce27b454eef39a68f3fe78ff68668a866b125f3d43ce33a7ccd7482bb7e6c387369e70cf3fb5db1df8f4218e2817f781a6bf22c3aeee80be203befd4d1cedcf6bb0add7a66615e06e9445f2555d62581a6e2b5361afa7b7f1661d96d7516641be76bb7701de3625ca7b077809c98f1d2ca17f3f4db1e', '\xad310ba47672fad004b0ed7bcb4fa1e3dc25e5d7383d2748ca21c1c429ffbcff', '\x9810f4f1b0c5cf818286aac419f18b205bba35fadeb434e8b506672587a81266', '2026-11-30 17:07:23.454+00', '2026-11-30 17:07:23.461+00'),
	('nord', 4, '{01a22d6c-eeb4-70f2-9759-9d80fb1de34a,01a22d6c-ef0c-739b-b688-23f2b1266206,01a22d6c-ef54-72c3-895b-13fa0d901511,01a22d6c-ef8b-7697-ac0a-5d359071fd0e,01a22d6c-ef8b-7697-ac0a-620bb71e3301,01a22d6c-efc5-71a9-98b4-55151a5f4847,01a22d6c-f00a-75c7-9667-5cfc64d18a9e,01a22d6c-f057-70b1-8a4f-85a644a61b15,01a22d6c-f0b5-728b-8185-a6b265c7e8e4,01a22d6c-f0da-7321-aa56-4f869f616306}', '\x99d8f947556a789cc834ccdca6e3e0131941f12381257ec24eb32a868f1f9c1acbccba4b722fd321e917457309807e1e8cf3b02fca81ad7f3bc1abb368936226722813fe28b29fdc54f20af71b0d7bfbbbb0a651007d3e14c89c3f7de11b240c2ab966938c85e8a04338d4e5bfaf9a20a8240d8117053f9cd580ba0af39e47834888cd6bff8cf48a08a7f17887ff068849f5df80bf29ef0119acc3c4b1af2a6bb43fd7469256e3701c7d2f86219fbf0daefacef1a8adda030d30283c04c8bab6fd5c691d64dc3df18de18417ca779bd7e8e3f50066eb6cb0c8a0c835b05177eb8473b9dcbb14b3ad88480c92d7d738f3af62d3f3ff75819876cd8aa201c8d92ee37e955692a672e6e56c4eb454744e752f4dd7bd4e5c0b1df222e3c71cfabfa6a0ac9d7f45e523ac5d59104335bbab1da29f5c6b250856ddc90184d6b666a03d', '\x9810f4f1b0c5cf818286aac419f18b205bba35fadeb434e8b506672587a81266', '\xeb2ec24bb151af27fd2e71b4b9c56eeae13c7b72771f1b61e3b758819d07c490', '2026-11-30 17:07:24.504+00', '2026-11-30 17:07:24.506+00'),
	('sud', 2, '{01a22d6c-f1e8-7788-af50-1453df8ff894,01a22d6c-f293-73b8-8be9-935fa078cf56}', '\xdbfa7d45a230a0cae934e2208576362106212bcffca682c3621203228e9ddd25f5af015f9e2dd04e31629fcd762a50eb284ae6754b57e59fd2d565f6a5b25506', '\x3dbd1dff64003f9fffa15d5b246d2a5655d9d2e49f52cf93d11c1df513b05e7e', '\x4d4135d5a5e235cd86ec0d83eb2106c2dca1f347e8f9dfe80a436a92f56e00dd', '2026-11-30 17:07:24.535+00', '2026-11-30 17:07:24.536+00'),
	('sud', 3, '{01a22d6c-f3ae-716b-9f48-3751b4b23029,01a22d6c-f401-718b-8020-74232c91d72f,01a22d6c-f435-7490-a272-9e1f110e9d21,01a22d6c-f46b-75ed-9835-52a31e779387,01a22d6c-f495-7586-83d4-8250709f132f,01a22d6c-f4d6-702c-b078-2728eeda1aa1,01a22d6c-f556-7415-bc51-feb741c578ae,01a22d6c-f577-72a3-84f5-d5915575229a,01a22d6c-f58b-76a2-9d1a-d6511341169a,01a22d6c-f5a9-7118-8406-b68cb5a7a1c1,01a22d6c-f5a9-7118-8406-bba1a4eb287e,01a22d6c-f5bb-716c-8a67-87168e5c4089,01a22d6c-f5c6-7090-8453-a9764f2fda70,01a22d6c-f5d6-730c-8356-a87ce95bbc2e,01a22d6c-f5fa-7073-9488-3bcba6fb3f6b,01a22d6c-f60b-75a1-848b-5bf0a5d2c266}', '\xddafdf3011287726d96bca48bac307a5bd8ab34bac5fa03381e7e0d75dddae0fd732f4a9c4d752f8fe5201a7e6b6690e6c3c8682657066732820f440991b21d46ac925cad5bca317b4802d827381bea42ced126339cd8b9eb3c707faa4e114020ce22c6fb51db1f8a008c7c85b4e4b684c62c11105ac3553814305cb7c3f9d95ec6e1a7d78f8e0a1602af78ac9f59e1bfcd249c1705af791611fe8eed359832e21d483b5b2163d54904a5e352c45668efc30adcce4c7f65d9d539a0d7d21fe02e1feee53e0a6fc9bf459138a7a014ed210d7dcf26f6e19833a60cf52f7a8817d77baad914a4f2bfdc70375aaa15a675e55c72f9fdc737cc9cc94ec5f239f7fbe5293765e3887c880ac052ebec3c497e0003dd5e13d5e9a61c9125de1420e76777a750dc78eb75c48ac2c3ee4f1b0717c159a1585cd9a9e9443dcf9d127946c29068d52f42afcce7c52c2b0cf42a01b1cda176d7a60fb6a067b79c8969b51cc0e210cf59c59daf5d0188869b634f0dd203264e4eaa118dae0551e76cb441cae34b5cf21c9b2e0f5c084b099a0f420ab2ec2c74347f02808cd3df83b85a167a2d1e54bc71f0927554593d26f8f94e99e10b0784fb87f3cdd8e5c7d7d8e250e7173e09bf141c0ae9250ca1921fc0f051339656cb2bdc6c0d4bdf4f1187f542d035a3aa4eeb0756133da6f579e69fb1ede36163cd9ebf9d5d1373e68670a991f3c19', '\x4d4135d5a5e235cd86ec0d83eb2106c2dca1f347e8f9dfe80a436a92f56e00dd', '\x8cca1d57cf0af0d0e30e3875ecd49d61f803c52372e7fe1f357f82748143ebc0', '2026-11-30 17:07:25.581+00', '2026-11-30 17:07:25.586+00');
INSERT INTO public.audit_unsealed VALUES
	('sud', '01a22d6d-025d-772f-ba80-66b88db02536'),
	('sud', '01a22d6d-02a4-77dd-a065-1672241cf9a9');
INSERT INTO public.contacts VALUES
	('nord', '01a22d6c-ee48-707e-aa5b-da698fdb6e95', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', 'Zoé', 'Martin', NULL, NULL, NULL, 'zoe@nord.example', NULL, NULL, NULL, true, false, false, false, 'fr', NULL, false, false, NULL, true, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.336+00', '2026-11-30 17:07:23.336+00', NULL, NULL, 1, DEFAULT, ''),
	('sud', '01a22d6c-f4c7-770a-ba30-c575e61f1376', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', 'Zoé', 'Martin', NULL, NULL, NULL, 'zoe@sud.example', NULL, NULL, NULL, true, false, false, false, 'fr', NULL, false, false, NULL, true, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:24.999+00', '2026-11-30 17:07:24.999+00', NULL, NULL, 1, DEFAULT, '');
INSERT INTO public.counters VALUES
	('nord', 'opportunity.live', 1),
	('nord', 'customer.live', 3),
	('sud', 'opportunity.live', 1),
	('sud', 'customer.live', 4);
INSERT INTO public.customers VALUES
	('nord', '01a22d6c-ed15-7409-a0b4-e0756eb0be88', 'C-1', 'Garage Œuvre', NULL, 'PROSPECT', NULL, '04 78 00 00 01', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.029+00', '2026-11-30 17:07:23.029+00', NULL, 1, DEFAULT, '0478000001 33478000001'),
	('nord', '01a22d6c-ed66-7611-b553-be2b020cb709', 'C-2', 'Σίγμα ΣΑΣ', NULL, 'PROSPECT', NULL, '04 78 00 00 02', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.11+00', '2026-11-30 17:07:23.11+00', NULL, 1, DEFAULT, '0478000002 33478000002'),
	('nord', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', 'C-0', 'Boulangerie Été', NULL, 'CUSTOMER', NULL, '04 78 00 00 00', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, 'Appelle le matin', NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:22.83+00', '2026-11-30 17:07:23.956+00', NULL, 3, DEFAULT, '0478000000 33478000000'),
	('nord', '01a22d6c-edb7-7531-90bb-5382fe094d76', 'C-3', 'Supprimé SA', NULL, 'PROSPECT', NULL, '04 78 00 00 03', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.191+00', '2026-11-30 17:07:23.994+00', '2026-11-30 17:07:23.986+00', 2, DEFAULT, '0478000003 33478000003'),
	('sud', '01a22d6c-f42d-7322-bd73-bf10ba181014', 'C-1', 'Garage Œuvre', NULL, 'PROSPECT', NULL, '04 78 00 00 01', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:24.845+00', '2026-11-30 17:07:24.845+00', NULL, 1, DEFAULT, '0478000001 33478000001'),
	('sud', '01a22d6c-f461-753e-8957-85242defe5ee', 'C-2', 'Σίγμα ΣΑΣ', NULL, 'PROSPECT', NULL, '04 78 00 00 02', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:24.897+00', '2026-11-30 17:07:24.897+00', NULL, 1, DEFAULT, '0478000002 33478000002'),
	('sud', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', 'C-0', 'Boulangerie Été', NULL, 'CUSTOMER', NULL, '04 78 00 00 00', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, 'Appelle le matin', NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:24.796+00', '2026-11-30 17:07:25.306+00', NULL, 3, DEFAULT, '0478000000 33478000000'),
	('sud', '01a22d6c-f490-7009-b1d0-04030a3c9e84', 'C-3', 'Supprimé SA', NULL, 'PROSPECT', NULL, '04 78 00 00 03', NULL, NULL, NULL, NULL, 'Lyon', NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{a,b}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:24.944+00', '2026-11-30 17:07:25.323+00', '2026-11-30 17:07:25.319+00', 2, DEFAULT, '0478000003 33478000003'),
	('sud', '01a22d6d-0299-723d-a2ba-c6dc5f329066', 'C-LAST', 'Dernier client', NULL, 'PROSPECT', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'FR', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NET_30', NULL, NULL, 'EUR', 0.00, '{}', NULL, NULL, NULL, NULL, true, 0, 100, 0.00, 0, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:28.537+00', '2026-11-30 17:07:28.537+00', NULL, 1, DEFAULT, '');
INSERT INTO public.idempotency_keys VALUES
	('nord', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'make-nord-0', '\x9e5ce32c2301154b9e38b531c961bff3328d2d030f38aee1913d4efa3a02c7ce', '{"POST /v1/commercial/customers": {"id": "01a22d6c-ec4e-7035-bc5c-c3f51b6a653f", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:22.811+00'),
	('nord', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'make-nord-1', '\xede56bdd1c733d9200380de4a8a8fa87c06109a902acc25c313472c92880bc74', '{"POST /v1/commercial/customers": {"id": "01a22d6c-ed15-7409-a0b4-e0756eb0be88", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:23.007+00'),
	('nord', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'make-nord-2', '\x027a7cbd433b504f38dd35ebb41fd3352384070bc939bc6db6d1749673dbbbb1', '{"POST /v1/commercial/customers": {"id": "01a22d6c-ed66-7611-b553-be2b020cb709", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:23.1+00'),
	('nord', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'make-nord-3', '\xcb6c03f39490b972cc9edb5da892d7284f02e4b9f36d44892d3964a5cb138a03', '{"POST /v1/commercial/customers": {"id": "01a22d6c-edb7-7531-90bb-5382fe094d76", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:23.176+00'),
	('sud', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'make-sud-0', '\x9e5ce32c2301154b9e38b531c961bff3328d2d030f38aee1913d4efa3a02c7ce', '{"POST /v1/commercial/customers": {"id": "01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:24.791+00'),
	('sud', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'make-sud-1', '\xede56bdd1c733d9200380de4a8a8fa87c06109a902acc25c313472c92880bc74', '{"POST /v1/commercial/customers": {"id": "01a22d6c-f42d-7322-bd73-bf10ba181014", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:24.836+00'),
	('sud', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'make-sud-2', '\x027a7cbd433b504f38dd35ebb41fd3352384070bc939bc6db6d1749673dbbbb1', '{"POST /v1/commercial/customers": {"id": "01a22d6c-f461-753e-8957-85242defe5ee", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:24.886+00'),
	('sud', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'make-sud-3', '\xcb6c03f39490b972cc9edb5da892d7284f02e4b9f36d44892d3964a5cb138a03', '{"POST /v1/commercial/customers": {"id": "01a22d6c-f490-7009-b1d0-04030a3c9e84", "changed": true, "version": 1, "warnings": []}}', '2026-11-30 17:07:24.934+00');
INSERT INTO public.mikro_orm_migrations VALUES
	(1, 'Migration20261122000001', '2026-11-30 17:06:44.209646+00'),
	(2, 'Migration20261122000002', '2026-11-30 17:06:44.209646+00'),
	(3, 'Migration20261122000003', '2026-11-30 17:06:44.209646+00'),
	(4, 'Migration20261122000004', '2026-11-30 17:06:44.209646+00'),
	(5, 'Migration20261122000005', '2026-11-30 17:06:44.209646+00'),
	(6, 'Migration20261122000006', '2026-11-30 17:06:44.209646+00'),
	(7, 'Migration20261123000001', '2026-11-30 17:06:44.209646+00'),
	(8, 'Migration20261123000002', '2026-11-30 17:06:44.209646+00'),
	(9, 'Migration20261123000003', '2026-11-30 17:06:44.209646+00'),
	(10, 'Migration20261123000004', '2026-11-30 17:06:44.209646+00'),
	(11, 'Migration20261123000005', '2026-11-30 17:06:44.209646+00'),
	(12, 'Migration20261128000001', '2026-11-30 17:06:44.209646+00'),
	(13, 'Migration20261128000002', '2026-11-30 17:06:44.209646+00'),
	(14, 'Migration20261129000010', '2026-11-30 17:06:44.209646+00'),
	(15, 'Migration20261129000011', '2026-11-30 17:06:44.209646+00'),
	(16, 'Migration20261129000020', '2026-11-30 17:06:44.209646+00'),
	(17, 'Migration20261129000030', '2026-11-30 17:06:44.209646+00'),
	(18, 'Migration20261129000040', '2026-11-30 17:06:44.209646+00'),
	(19, 'Migration20261129000060', '2026-11-30 17:06:44.209646+00'),
	(20, 'Migration20261129000070', '2026-11-30 17:06:44.209646+00'),
	(21, 'Migration20261130000030', '2026-11-30 17:06:44.209646+00'),
	(22, 'Migration20261130000031', '2026-11-30 17:06:44.209646+00'),
	(23, 'Migration20261130000010', '2026-11-30 17:06:44.209646+00');
INSERT INTO public.opportunities VALUES
	('nord', '01a22d6c-eea8-7002-83db-af8e8d99a752', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', 'O-0', 'Affaire 0', NULL, 'NEW', NULL, 40, 1234.50, DEFAULT, 'EUR', '2027-01-15', NULL, NULL, NULL, NULL, NULL, '{}', '[]', NULL, NULL, NULL, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.432+00', '2026-11-30 17:07:23.432+00', NULL, NULL, 1, DEFAULT, DEFAULT, DEFAULT),
	('nord', '01a22d6c-ef0b-763c-9a4c-5ddac7d907c8', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', 'O-1', 'Affaire 1', NULL, 'WON', NULL, 100, 1234.50, DEFAULT, 'EUR', '2027-01-15', '2026-11-30', NULL, NULL, NULL, NULL, '{}', '[]', NULL, NULL, NULL, NULL, '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.531+00', '2026-11-30 17:07:23.659+00', NULL, NULL, 2, DEFAULT, DEFAULT, DEFAULT),
	('nord', '01a22d6c-ef53-74dd-ab1a-87845a5a117f', '01a22d6c-ec4e-7035-bc5c-c3f51b6a653f', 'O-2', 'Affaire 2', NULL, 'LOST', NULL, 0, 1234.50, DEFAULT, 'EUR', '2027-01-15', '2026-11-30', NULL, NULL, NULL, NULL, '{}', '[]', NULL, NULL, NULL, 'Prix', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '2026-11-30 17:07:23.603+00', '2026-11-30 17:07:23.716+00', NULL, NULL, 2, DEFAULT, DEFAULT, DEFAULT),
	('sud', '01a22d6c-f54c-7230-8413-72d40c340618', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', 'O-0', 'Affaire 0', NULL, 'NEW', NULL, 40, 1234.50, DEFAULT, 'EUR', '2027-01-15', NULL, NULL, NULL, NULL, NULL, '{}', '[]', NULL, NULL, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:25.132+00', '2026-11-30 17:07:25.132+00', NULL, NULL, 1, DEFAULT, DEFAULT, DEFAULT),
	('sud', '01a22d6c-f575-764a-bacc-1ea4a43ccc27', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', 'O-1', 'Affaire 1', NULL, 'WON', NULL, 100, 1234.50, DEFAULT, 'EUR', '2027-01-15', '2026-11-30', NULL, NULL, NULL, NULL, '{}', '[]', NULL, NULL, NULL, NULL, '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:25.173+00', '2026-11-30 17:07:25.225+00', NULL, NULL, 2, DEFAULT, DEFAULT, DEFAULT),
	('sud', '01a22d6c-f58b-76a2-9d1a-d0ce8b89e878', '01a22d6c-f3fc-737b-b7cd-8b4f42f28ac5', 'O-2', 'Affaire 2', NULL, 'LOST', NULL, 0, 1234.50, DEFAULT, 'EUR', '2027-01-15', '2026-11-30', NULL, NULL, NULL, NULL, '{}', '[]', NULL, NULL, NULL, 'Prix', '01a22d6c-b688-7669-a749-8d00cab1c05c', '2026-11-30 17:07:25.195+00', '2026-11-30 17:07:25.243+00', NULL, NULL, 2, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO public.opportunity_transitions VALUES
	('nord', '01a22d6c-eea8-7002-83db-af8e8d99a752', 1, NULL, 'NEW', 40, 1234.50, 'EUR', '2026-11-30 17:07:23.432+00', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-eebe-7542-a97b-e340ca0a7c04'),
	('nord', '01a22d6c-ef0b-763c-9a4c-5ddac7d907c8', 1, NULL, 'NEW', 40, 1234.50, 'EUR', '2026-11-30 17:07:23.531+00', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-ef13-73af-a0c5-12ee3a5249cd'),
	('nord', '01a22d6c-ef53-74dd-ab1a-87845a5a117f', 1, NULL, 'NEW', 40, 1234.50, 'EUR', '2026-11-30 17:07:23.603+00', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-ef5f-75ed-a1c1-91d7daf5279b'),
	('nord', '01a22d6c-ef0b-763c-9a4c-5ddac7d907c8', 2, 'NEW', 'WON', 100, 1234.50, 'EUR', '2026-11-30 17:07:23.659+00', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-ef9c-7508-947c-daa7fa8db886'),
	('nord', '01a22d6c-ef53-74dd-ab1a-87845a5a117f', 2, 'NEW', 'LOST', 0, 1234.50, 'EUR', '2026-11-30 17:07:23.716+00', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-efcb-7452-bd43-9be0c1e1d8a3'),
	('sud', '01a22d6c-f54c-7230-8413-72d40c340618', 1, NULL, 'NEW', 40, 1234.50, 'EUR', '2026-11-30 17:07:25.132+00', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-f557-76b5-b4e6-18c34d5a06ba'),
	('sud', '01a22d6c-f575-764a-bacc-1ea4a43ccc27', 1, NULL, 'NEW', 40, 1234.50, 'EUR', '2026-11-30 17:07:25.173+00', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-f577-72a3-84f5-d9633fce7acf'),
	('sud', '01a22d6c-f58b-76a2-9d1a-d0ce8b89e878', 1, NULL, 'NEW', 40, 1234.50, 'EUR', '2026-11-30 17:07:25.195+00', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-f58c-700d-89ad-1b74cd32af95'),
	('sud', '01a22d6c-f575-764a-bacc-1ea4a43ccc27', 2, 'NEW', 'WON', 100, 1234.50, 'EUR', '2026-11-30 17:07:25.225+00', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-f5ab-71a2-800b-bb2211035e56'),
	('sud', '01a22d6c-f58b-76a2-9d1a-d0ce8b89e878', 2, 'NEW', 'LOST', 0, 1234.50, 'EUR', '2026-11-30 17:07:25.243+00', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-f5bc-7743-91a1-bd6d4a1fe4b2');
INSERT INTO public.sessions VALUES
	('nord', '01a22d6c-e7a9-77ca-908a-09fa9308211a', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', '01a22d6c-e7b1-74b5-9826-d022e74a17c2', '2026-11-30 17:07:21.742+00', '2026-11-30 17:07:21.742+00', '2026-12-30 17:07:21.742+00', NULL, NULL),
	('sud', '01a22d6c-f1de-72a1-8e12-69da093d9119', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6c-f1de-72a1-8e12-6c2314635e93', '2026-11-30 17:07:24.263+00', '2026-11-30 17:07:24.263+00', '2026-12-30 17:07:24.263+00', NULL, NULL),
	('sud', '01a22d6d-0256-7694-baf8-0207f9f8597f', '01a22d6c-b688-7669-a749-8d00cab1c05c', '01a22d6d-0256-7694-baf8-04cb4378ff40', '2026-11-30 17:07:28.477+00', '2026-11-30 17:07:28.477+00', '2026-12-30 17:07:28.477+00', NULL, NULL);
INSERT INTO public.tenants VALUES
	('nord', 'Atelier du nord', 'Europe/Paris', 'EUR', false, 10000, 100, 1000, 10000, '2026-11-30 17:06:57.605+00', '2026-11-30 17:06:57.677+00', 1, 'FR'),
	('sud', 'Atelier du sud', 'Europe/Paris', 'EUR', false, 10000, 100, 1000, 10000, '2026-11-30 17:07:08.905+00', '2026-11-30 17:07:09.046+00', 1, 'FR');
INSERT INTO public.throttle_buckets VALUES
	('\xbf9fd038f934d21241a103e51df014480e00187f363a35ed2e20b1e578283e25', '2026-11-30 17:22:21.487+00', 0, 0, '2026-11-30 17:08:21.487+00'),
	('\x2121aa9c4ad5442d9296deb9ebdb532904c40c3c86b5fc35825da07328eb01c6', '2026-12-30 17:07:21.976+00', 0, 0, NULL),
	('\x13af5235f0d4f6cbf4b7295f517704f84372c84098f924963b13d3e320b899be', '2026-11-30 17:22:22.186+00', 1, 0, '2026-11-30 17:08:22.186+00'),
	('\xb5a3dd9dc948bc986bc3a40013a1d6d34f043ff82dbb2cd2be57fe5f5e926cb2', '2026-11-30 17:08:21.469+00', 0, 0, '2026-11-30 17:08:24.057+00'),
	('\xf638c4eb63b4809b76f10d4113c3a2dd9cf3df8b845aad4432c80e3b437d76a9', '2026-11-30 17:22:24.059+00', 0, 0, '2026-11-30 17:08:24.059+00'),
	('\xe63cc3677082d8f7dfbf9a7b87cd44e51214fcfb4551d8d81d490170b923207f', '2026-11-30 17:22:24.353+00', 1, 0, '2026-11-30 17:08:28.366+00'),
	('\x8cbdbff57ea8f0e7bf4f5f60e08a2369e23f975857db09fa5248aec24aabe8d7', '2026-12-30 17:07:28.496+00', 0, 0, NULL);
INSERT INTO public.users VALUES
	('nord', '01a22d6c-8a4e-70b0-88c2-35f989e974d3', 'admin@nord.example', 'admin@nord.example', 'admin', '$argon2id$v=19$m=19456,t=2,p=1$JVGl/0LCcaB83G+fVmpjUA$y7gecMfqDg7vxW7VbbXBzK9Zhr2zbvZgcTpGRmRJzLA', true, '2026-11-30 17:06:57.677+00', '2026-11-30 17:06:57.677+00', 1, 'admin@nord.example', '2026-11-30 17:07:21.742+00'),
	('nord', '01a22d6c-ec11-733b-b873-e5255ecb3262', 'vendeur@nord.example', 'Véra Vendeur', 'user', '$argon2id$v=19$m=19456,t=2,p=1$zeV3QL3dXxHNVBfuB1x5JA$mJitXShG39EIYSeZDlCWhr4PQNSAZUKIBBJovWC7j18', true, '2026-11-30 17:07:22.769+00', '2026-11-30 17:07:22.769+00', 1, 'vendeur@nord.example', NULL),
	('sud', '01a22d6c-f3ad-7473-a3d3-b68dfac7c91c', 'vendeur@sud.example', 'Véra Vendeur', 'user', '$argon2id$v=19$m=19456,t=2,p=1$sxVElxSuNHKN0Z7cwEyp5w$koR+nruGb5mg+kXCUUkoVgDOr+jvORiOVMsbhSuOt1A', true, '2026-11-30 17:07:24.717+00', '2026-11-30 17:07:24.717+00', 1, 'vendeur@sud.example', NULL),
	('sud', '01a22d6c-b688-7669-a749-8d00cab1c05c', 'admin@sud.example', 'admin@sud.example', 'admin', '$argon2id$v=19$m=19456,t=2,p=1$dQkEuNwhDYyjaMSwpOct1Q$VG+632M0Ko+j9OS3b6CVm046TEQOXupztXWrr3jokFY', true, '2026-11-30 17:07:09.046+00', '2026-11-30 17:07:09.046+00', 1, 'admin@sud.example', '2026-11-30 17:07:28.477+00');
SELECT pg_catalog.setval('public.mikro_orm_migrations_id_seq', 23, true);
ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (tenant_id, seq);
ALTER TABLE ONLY public.audit_unsealed
    ADD CONSTRAINT audit_unsealed_pkey PRIMARY KEY (tenant_id, event_id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_of_customer UNIQUE (tenant_id, customer_id, id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, user_id, key);
ALTER TABLE ONLY public.mikro_orm_migrations
    ADD CONSTRAINT mikro_orm_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.opportunities
    ADD CONSTRAINT opportunities_of_customer UNIQUE (tenant_id, customer_id, id);
ALTER TABLE ONLY public.opportunities
    ADD CONSTRAINT opportunities_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.opportunity_transitions
    ADD CONSTRAINT opportunity_transitions_pkey PRIMARY KEY (tenant_id, opportunity_id, version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.throttle_buckets
    ADD CONSTRAINT throttle_buckets_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX activities_by_assignee ON public.activities USING btree (tenant_id, assigned_to, date, id) WHERE ((deleted_at IS NULL) AND (assigned_to IS NOT NULL));
CREATE INDEX activities_by_contact ON public.activities USING btree (tenant_id, contact_id, date, id) WHERE ((deleted_at IS NULL) AND (contact_id IS NOT NULL));
CREATE INDEX activities_by_creation ON public.activities USING btree (tenant_id, created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX activities_by_creator ON public.activities USING btree (tenant_id, created_by) WHERE (deleted_at IS NULL);
CREATE INDEX activities_by_customer ON public.activities USING btree (tenant_id, customer_id, date, id) WHERE (deleted_at IS NULL);
CREATE INDEX activities_by_date ON public.activities USING btree (tenant_id, date, id) WHERE (deleted_at IS NULL);
CREATE INDEX activities_by_due_date ON public.activities USING btree (tenant_id, due_date, id) WHERE ((deleted_at IS NULL) AND (due_date IS NOT NULL));
CREATE INDEX activities_by_opportunity ON public.activities USING btree (tenant_id, opportunity_id, date, id) WHERE ((deleted_at IS NULL) AND (opportunity_id IS NOT NULL));
CREATE INDEX activities_deleted_with ON public.activities USING btree (tenant_id, deleted_with) WHERE (deleted_with IS NOT NULL);
CREATE INDEX activities_search ON public.activities USING gin (tenant_id, search_text public.gin_trgm_ops) WHERE (deleted_at IS NULL);
CREATE INDEX audit_events_by_action ON public.audit_events USING btree (tenant_id, action, created_at DESC, id DESC);
CREATE INDEX audit_events_by_record ON public.audit_events USING btree (tenant_id, entity_id, created_at DESC, id DESC);
CREATE INDEX audit_events_by_type ON public.audit_events USING btree (tenant_id, entity_type, created_at DESC, id DESC);
CREATE INDEX audit_events_by_user ON public.audit_events USING btree (tenant_id, user_id, created_at DESC, id DESC);
CREATE INDEX audit_events_failed ON public.audit_events USING btree (tenant_id, created_at DESC, id DESC) WHERE (NOT success);
CREATE INDEX audit_events_newest ON public.audit_events USING btree (tenant_id, created_at DESC, id DESC);
CREATE INDEX contacts_by_creation ON public.contacts USING btree (tenant_id, created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX contacts_by_creator ON public.contacts USING btree (tenant_id, created_by) WHERE (deleted_at IS NULL);
CREATE INDEX contacts_by_customer ON public.contacts USING btree (tenant_id, customer_id, last_name, first_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX contacts_by_name ON public.contacts USING btree (tenant_id, last_name, first_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX contacts_by_update ON public.contacts USING btree (tenant_id, updated_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX contacts_deleted_with ON public.contacts USING btree (tenant_id, deleted_with) WHERE (deleted_with IS NOT NULL);
CREATE UNIQUE INDEX contacts_primary_key ON public.contacts USING btree (tenant_id, customer_id) WHERE (is_primary AND (deleted_at IS NULL));
CREATE INDEX contacts_search ON public.contacts USING gin (tenant_id, search_text public.gin_trgm_ops, search_phone public.gin_trgm_ops) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_assignee ON public.customers USING btree (tenant_id, assigned_to, name, id) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_city ON public.customers USING btree (tenant_id, city, id) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_creation ON public.customers USING btree (tenant_id, created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_creator ON public.customers USING btree (tenant_id, created_by) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_name ON public.customers USING btree (tenant_id, name, id) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_revenue ON public.customers USING btree (tenant_id, total_revenue, id) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_type ON public.customers USING btree (tenant_id, type, is_active, name, id) WHERE (deleted_at IS NULL);
CREATE INDEX customers_by_update ON public.customers USING btree (tenant_id, updated_at, id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX customers_code_key ON public.customers USING btree (tenant_id, code) WHERE (deleted_at IS NULL);
CREATE INDEX customers_search ON public.customers USING gin (tenant_id, search_text public.gin_trgm_ops, search_phone public.gin_trgm_ops) WHERE (deleted_at IS NULL);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);
CREATE INDEX opportunities_by_amount ON public.opportunities USING btree (tenant_id, amount, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_assignee ON public.opportunities USING btree (tenant_id, assigned_to, expected_close_date, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_close ON public.opportunities USING btree (tenant_id, expected_close_date, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_creation ON public.opportunities USING btree (tenant_id, created_at, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_creator ON public.opportunities USING btree (tenant_id, created_by) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_customer ON public.opportunities USING btree (tenant_id, customer_id, expected_close_date, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_name ON public.opportunities USING btree (tenant_id, name, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_status ON public.opportunities USING btree (tenant_id, status, expected_close_date, id) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_by_update ON public.opportunities USING btree (tenant_id, updated_at, id) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX opportunities_code_key ON public.opportunities USING btree (tenant_id, code) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_deleted_with ON public.opportunities USING btree (tenant_id, deleted_with) WHERE (deleted_with IS NOT NULL);
CREATE INDEX opportunities_pipeline ON public.opportunities USING btree (tenant_id, status, currency) INCLUDE (amount_cents, weighted_cents) WHERE (deleted_at IS NULL);
CREATE INDEX opportunities_search ON public.opportunities USING gin (tenant_id, search_text public.gin_trgm_ops) WHERE (deleted_at IS NULL);
CREATE INDEX opportunity_transitions_as_of ON public.opportunity_transitions USING btree (tenant_id, changed_at);
CREATE UNIQUE INDEX opportunity_transitions_id ON public.opportunity_transitions USING btree (tenant_id, id);
CREATE INDEX sessions_ended ON public.sessions USING btree (LEAST(expires_at, revoked_at));
CREATE INDEX sessions_user_live ON public.sessions USING btree (tenant_id, user_id) WHERE (revoked_at IS NULL);
CREATE INDEX throttle_buckets_ended ON public.throttle_buckets USING btree (window_ends_at);
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (tenant_id, email_identity);
CREATE TRIGGER users_email_identity BEFORE INSERT ON public.users FOR EACH ROW EXECUTE FUNCTION app.fill_email_identity();
ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_assigned_to FOREIGN KEY (tenant_id, assigned_to) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_contact FOREIGN KEY (tenant_id, customer_id, contact_id) REFERENCES public.contacts(tenant_id, customer_id, id);
ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);
ALTER TABLE ONLY public.activities
    ADD CONSTRAINT activities_opportunity FOREIGN KEY (tenant_id, customer_id, opportunity_id) REFERENCES public.opportunities(tenant_id, customer_id, id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);
ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_assigned_to FOREIGN KEY (tenant_id, assigned_to) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.opportunities
    ADD CONSTRAINT opportunities_assigned_to FOREIGN KEY (tenant_id, assigned_to) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.opportunities
    ADD CONSTRAINT opportunities_created_by FOREIGN KEY (tenant_id, created_by) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.opportunities
    ADD CONSTRAINT opportunities_customer FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);
ALTER TABLE ONLY public.opportunity_transitions
    ADD CONSTRAINT opportunity_transitions_changed_by FOREIGN KEY (tenant_id, changed_by) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.opportunity_transitions
    ADD CONSTRAINT opportunity_transitions_opportunity FOREIGN KEY (tenant_id, opportunity_id) REFERENCES public.opportunities(tenant_id, id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.users(tenant_id, id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_tenant FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);
ALTER TABLE public.activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_seals ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_unsealed ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY listing ON public.tenants FOR SELECT TO crm_search USING (true);
ALTER TABLE public.opportunities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.opportunity_transitions ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealer ON public.audit_unsealed FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON public.activities FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON public.contacts FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON public.customers FOR SELECT TO crm_search USING (true);
CREATE POLICY search ON public.opportunities FOR SELECT TO crm_search USING (true);
ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON public.activities USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.audit_events USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.audit_seals USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.audit_unsealed USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.contacts USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.counters USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.customers USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.idempotency_keys USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.opportunities USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.opportunity_transitions USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.sessions USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.tenants USING ((id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
CREATE POLICY tenant ON public.users USING ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)]))) WITH CHECK ((tenant_id = ANY (ARRAY[NULLIF(current_setting('app.tenant_id'::text, true), ''::text)])));
ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY tidy ON public.idempotency_keys FOR SELECT TO crm_search USING (true);
CREATE POLICY tidy ON public.sessions FOR SELECT TO crm_search USING (true);
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA app TO crm_app;
GRANT USAGE ON SCHEMA app TO crm_search;
GRANT USAGE ON SCHEMA app TO crm_eraser;
GRANT USAGE ON SCHEMA public TO crm_app;
GRANT USAGE ON SCHEMA public TO crm_search;
GRANT USAGE ON SCHEMA public TO crm_eraser;
GRANT ALL ON FUNCTION app.csv_guard(value text) TO crm_app;
GRANT ALL ON FUNCTION app.csv_list(items text[]) TO crm_app;
GRANT ALL ON FUNCTION app.email_identity(email text) TO crm_app;
REVOKE ALL ON FUNCTION app.find_activities(query text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_activities(query text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_activities(query text, digits text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_activities(query text, digits text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_contacts(query text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_contacts(query text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_contacts(query text, digits text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_contacts(query text, digits text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_customers(query text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_customers(query text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_customers(query text, digits text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_customers(query text, digits text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_opportunities(query text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_opportunities(query text, most integer) TO crm_app;
REVOKE ALL ON FUNCTION app.find_opportunities(query text, digits text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.find_opportunities(query text, digits text, most integer) TO crm_app;
GRANT ALL ON FUNCTION app.fold(value text) TO crm_app;
GRANT ALL ON FUNCTION app.fold(value text) TO crm_search;
REVOKE ALL ON FUNCTION app.search_activities(query text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.search_activities(query text) TO crm_app;
REVOKE ALL ON FUNCTION app.search_contacts(query text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.search_contacts(query text) TO crm_app;
REVOKE ALL ON FUNCTION app.search_customers(query text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.search_customers(query text) TO crm_app;
REVOKE ALL ON FUNCTION app.search_customers_page(query text, page_limit integer, page_offset integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.search_customers_page(query text, page_limit integer, page_offset integer) TO crm_app;
REVOKE ALL ON FUNCTION app.search_customers_page(query text, digits text, page_limit integer, page_offset integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.search_customers_page(query text, digits text, page_limit integer, page_offset integer) TO crm_app;
REVOKE ALL ON FUNCTION app.search_opportunities(query text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.search_opportunities(query text) TO crm_app;
REVOKE ALL ON FUNCTION app.set_tenant(tenant text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.set_tenant(tenant text) TO crm_app;
REVOKE ALL ON FUNCTION app.tenant_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION app.tenant_ids() TO crm_app;
REVOKE ALL ON FUNCTION app.tenants_to_seal() FROM PUBLIC;
GRANT ALL ON FUNCTION app.tenants_to_seal() TO crm_app;
REVOKE ALL ON FUNCTION app.tenants_to_tidy() FROM PUBLIC;
GRANT ALL ON FUNCTION app.tenants_to_tidy() TO crm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.activities TO crm_app;
GRANT SELECT ON TABLE public.activities TO crm_search;
GRANT SELECT ON TABLE public.audit_events TO crm_app;
GRANT SELECT ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(tenant_id) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(id) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(created_at) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(actor_kind) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(user_id) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(user_role) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(action) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(entity_type) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(entity_id) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(request_id) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(success) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(error_code) ON TABLE public.audit_events TO crm_app;
GRANT UPDATE(user_email) ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(user_email) ON TABLE public.audit_events TO crm_app;
GRANT UPDATE(ip_address) ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(ip_address) ON TABLE public.audit_events TO crm_app;
GRANT UPDATE(description) ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(description) ON TABLE public.audit_events TO crm_app;
GRANT UPDATE(old_value) ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(old_value) ON TABLE public.audit_events TO crm_app;
GRANT UPDATE(new_value) ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(new_value) ON TABLE public.audit_events TO crm_app;
GRANT UPDATE(salt) ON TABLE public.audit_events TO crm_eraser;
GRANT INSERT(salt) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(values_digest) ON TABLE public.audit_events TO crm_app;
GRANT INSERT(digest) ON TABLE public.audit_events TO crm_app;
GRANT SELECT ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(tenant_id) ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(seq) ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(event_ids) ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(event_digests) ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(previous_hash) ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(hash) ON TABLE public.audit_seals TO crm_app;
GRANT INSERT(sealed_at) ON TABLE public.audit_seals TO crm_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.audit_unsealed TO crm_app;
GRANT SELECT ON TABLE public.audit_unsealed TO crm_search;
GRANT SELECT,INSERT,UPDATE ON TABLE public.contacts TO crm_app;
GRANT SELECT ON TABLE public.contacts TO crm_search;
GRANT SELECT,INSERT,UPDATE ON TABLE public.counters TO crm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.customers TO crm_app;
GRANT SELECT ON TABLE public.customers TO crm_search;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO crm_app;
GRANT SELECT ON TABLE public.idempotency_keys TO crm_search;
GRANT SELECT ON TABLE public.mikro_orm_migrations TO crm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.opportunities TO crm_app;
GRANT SELECT ON TABLE public.opportunities TO crm_search;
GRANT SELECT,INSERT ON TABLE public.opportunity_transitions TO crm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO crm_app;
GRANT SELECT(tenant_id) ON TABLE public.sessions TO crm_search;
GRANT SELECT(expires_at) ON TABLE public.sessions TO crm_search;
GRANT SELECT(revoked_at) ON TABLE public.sessions TO crm_search;
GRANT SELECT ON TABLE public.tenants TO crm_app;
GRANT SELECT(id) ON TABLE public.tenants TO crm_search;
GRANT UPDATE(name) ON TABLE public.tenants TO crm_app;
GRANT UPDATE(time_zone) ON TABLE public.tenants TO crm_app;
GRANT UPDATE(default_currency) ON TABLE public.tenants TO crm_app;
GRANT UPDATE(updated_at) ON TABLE public.tenants TO crm_app;
GRANT UPDATE(version) ON TABLE public.tenants TO crm_app;
GRANT UPDATE(country_code) ON TABLE public.tenants TO crm_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.throttle_buckets TO crm_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO crm_app;
