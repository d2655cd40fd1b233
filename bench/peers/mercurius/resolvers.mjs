/** Resolvers and batched loaders of the Mercurius peer, over prepared statements. */
import pg from 'pg';

// Timestamps, dates and decimals stay text: no Date or float is made only to be printed again.
for (const oid of [pg.types.builtins.TIMESTAMP, pg.types.builtins.DATE, pg.types.builtins.NUMERIC]) {
  pg.types.setTypeParser(oid, (value) => value);
}
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL) });

const queryRows = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const CUSTOMER = `id, code, name, type, email, phone, city,
  country_code AS "countryCode", is_active AS "isActive", created_at AS "createdAt"`;

/** The statements' name, the condition and its values for the two ways in which the workloads list customers. */
function selectionOf({ search, type, isActive }, tenant) {
  if (search) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const where = 'tenant_id = $1 AND (name ILIKE $2 OR email ILIKE $2 OR code ILIKE $2)';
    return { name: 'search', where, values: [tenant, pattern] };
  }
  return {
    name: 'of_type',
    where: 'tenant_id = $1 AND type = $2 AND is_active = $3',
    values: [tenant, type, isActive],
  };
}

async function findCustomer(_root, { id }, { tenant }) {
  const text = `SELECT ${CUSTOMER} FROM customers WHERE tenant_id = $1 AND id = $2`;
  return (await queryRows('find_customer', text, [tenant, id]))[0];
}

/** Rows and total are read only when they are asked for. */
function listCustomers(_root, args, { tenant }) {
  const { name, where, values } = selectionOf(args, tenant);
  const pageText = `SELECT ${CUSTOMER} FROM customers WHERE ${where} ORDER BY name, id LIMIT $${values.length + 1}`;
  const countText = `SELECT count(*) AS count FROM customers WHERE ${where}`;
  return {
    nodes: () => queryRows(`list_${name}`, pageText, [...values, Math.min(args.first, 100)]),
    totalCount: async () => (await queryRows(`count_${name}`, countText, values))[0].count,
  };
}

function summarizePipeline(_root, _args, { tenant }) {
  const text = `SELECT status, count(*) AS count, sum(amount) AS amount, sum(weighted_amount) AS weighted
                FROM opportunities WHERE tenant_id = $1 GROUP BY status ORDER BY status`;
  return queryRows('summarize_pipeline', text, [tenant]);
}

async function createActivity(_root, { input }, { tenant }) {
  const text = `INSERT INTO activities (tenant_id, customer_id, type, subject, description)
                SELECT c.tenant_id, c.id, $3, $4, $5 FROM customers c WHERE c.tenant_id = $1 AND c.id = $2
                RETURNING id, customer_id AS "customerId", type, subject, date, is_completed AS "isCompleted"`;
  const values = [tenant, input.customerId, input.type, input.subject, input.description];
  return (await queryRows('create_activity', text, values))[0];
}

async function winOpportunity(_root, { id, reason }, { tenant }) {
  const text = `
    WITH won AS (
      UPDATE opportunities SET status = 'WON', probability = 100, weighted_amount = amount,
        actual_close_date = current_date, win_reason = $3, updated_at = now()
      WHERE tenant_id = $1 AND id = $2 RETURNING *
    ), promoted AS (
      UPDATE customers SET type = 'CUSTOMER', updated_at = now() FROM won
      WHERE customers.id = won.customer_id AND customers.tenant_id = $1 AND customers.type IN ('PROSPECT', 'LEAD')
    )
    SELECT id, code, status, probability, amount, weighted_amount AS "weightedAmount" FROM won`;
  return (await queryRows('win_opportunity', text, [tenant, id, reason]))[0];
}

/** A loader of the first rows per customer: one statement for all parents of a level. */
function loadPerCustomer(name, childSelect) {
  const text = `SELECT child.*, parent.id AS "customerId"
                FROM unnest($2::uuid[]) parent(id), LATERAL (${childSelect} LIMIT $3) child`;
  return async (queries, { tenant }) => {
    const rowsOf = new Map(queries.map(({ obj }) => [obj.id, []]));
    const { first, last } = queries[0].params;
    for (const row of await queryRows(name, text, [tenant, [...rowsOf.keys()], first ?? last])) {
      rowsOf.get(row.customerId).push(row);
    }
    return queries.map(({ obj }) => rowsOf.get(obj.id));
  };
}

const loadContacts = loadPerCustomer(
  'load_contacts',
  `SELECT id, first_name AS "firstName", last_name AS "lastName", email, job_title AS "jobTitle",
          is_primary AS "isPrimary"
   FROM contacts WHERE tenant_id = $1 AND customer_id = parent.id ORDER BY id`,
);

const loadActivities = loadPerCustomer(
  'load_activities',
  `SELECT id, type, subject, date, is_completed AS "isCompleted"
   FROM activities WHERE tenant_id = $1 AND customer_id = parent.id ORDER BY date DESC, id`,
);

export const resolvers = {
  Query: { customer: findCustomer, customers: listCustomers, pipeline: summarizePipeline },
  CustomerPage: { nodes: (page) => page.nodes(), totalCount: (page) => page.totalCount() },
  Mutation: { createActivity, winOpportunity },
};

export const loaders = {
  Customer: {
    contacts: { loader: loadContacts, opts: { cache: false } },
    activities: { loader: loadActivities, opts: { cache: false } },
  },
};
