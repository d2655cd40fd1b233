/** The limit's SQL: one prepared statement per operation, each answering finished JSON text in the column `json`. */

const CUSTOMER = 'c.id, c.code, c.name, c.type, c.email, c.phone, c.city, c.country_code, c.is_active, c.created_at';
const OF_TYPE = 'c.tenant_id = $1 AND c.type = $2 AND c.is_active = $3';
const MATCHING = 'c.tenant_id = $1 AND (c.name ILIKE $2 OR c.email ILIKE $2 OR c.code ILIKE $2)';

const page = (where, range) => `
  SELECT json_build_object(
    'total', (SELECT count(*) FROM customers c WHERE ${where}),
    'items', (SELECT coalesce(json_agg(x), '[]')
              FROM (SELECT ${CUSTOMER} FROM customers c WHERE ${where} ORDER BY c.name, c.id ${range}) x)
  )::text AS json`;

export const getCustomer = {
  name: 'get_customer',
  text: `SELECT row_to_json(x)::text AS json
         FROM (SELECT ${CUSTOMER} FROM customers c WHERE c.tenant_id = $1 AND c.id = $2) x`,
};

export const listCustomers = { name: 'list_customers', text: page(OF_TYPE, 'LIMIT $4 OFFSET $5') };

export const searchCustomers = { name: 'search_customers', text: page(MATCHING, 'LIMIT 20') };

export const listCustomersWithRelations = {
  name: 'list_customers_with_relations',
  text: `
    SELECT json_build_object('items', (
      SELECT coalesce(json_agg(x), '[]') FROM (
        SELECT ${CUSTOMER},
          (SELECT coalesce(json_agg(k), '[]') FROM (
             SELECT id, first_name, last_name, email, job_title, is_primary
             FROM contacts WHERE tenant_id = $1 AND customer_id = c.id ORDER BY id LIMIT 5) k) contacts,
          (SELECT coalesce(json_agg(a), '[]') FROM (
             SELECT id, type, subject, date, is_completed
             FROM activities WHERE tenant_id = $1 AND customer_id = c.id ORDER BY date DESC, id LIMIT 5) a) activities
        FROM customers c WHERE ${OF_TYPE} ORDER BY c.name, c.id LIMIT 20 OFFSET $4) x))::text AS json`,
};

export const summarizePipeline = {
  name: 'summarize_pipeline',
  text: `SELECT coalesce(json_agg(x), '[]')::text AS json
         FROM (SELECT status, count(*) AS count, sum(amount) AS amount, sum(weighted_amount) AS weighted
               FROM opportunities WHERE tenant_id = $1 GROUP BY status ORDER BY status) x`,
};

export const createActivity = {
  name: 'create_activity',
  text: `INSERT INTO activities (tenant_id, customer_id, type, subject, description)
         SELECT c.tenant_id, c.id, $3, $4, $5 FROM customers c WHERE c.tenant_id = $1 AND c.id = $2
         RETURNING json_build_object('id', id, 'customer_id', customer_id, 'type', type, 'subject', subject,
                                     'is_completed', is_completed)::text AS json`,
};

export const winOpportunity = {
  name: 'win_opportunity',
  text: `
    WITH won AS (
      UPDATE opportunities SET status = 'WON', probability = 100, weighted_amount = amount,
        actual_close_date = current_date, win_reason = $3, updated_at = now()
      WHERE tenant_id = $1 AND id = $2
      RETURNING id, code, status, probability, amount, weighted_amount, customer_id
    ), promoted AS (
      UPDATE customers SET type = 'CUSTOMER', updated_at = now() FROM won
      WHERE customers.id = won.customer_id AND customers.tenant_id = $1 AND customers.type IN ('PROSPECT', 'LEAD')
    )
    SELECT json_build_object('id', id, 'code', code, 'status', status, 'probability', probability,
                             'amount', amount, 'weighted_amount', weighted_amount)::text AS json FROM won`,
};

/** COPY takes no parameters; the tenant comes from the table of tokens, never from the request. */
export const exportCustomers = (tenant) => `
  COPY (SELECT code, name, type, email, phone, mobile, address_line1, city, postal_code, country_code,
               registration_number, tax_id, payment_terms, total_revenue, order_count, is_active, created_at
        FROM customers WHERE tenant_id = '${tenant}' ORDER BY name, id LIMIT 10000)
  TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';')`;
