/** The SQL: prepared statements on the service's own schema, each naming its tenant besides row-level security. */

const statement =
  (name, text) =>
  (...values) => ({ name, text, values });

export const begin = statement('begin', 'BEGIN');
export const commit = statement('commit', 'COMMIT');
export const rollback = statement('rollback', 'ROLLBACK');

export const setTenant = statement('set_tenant', "SELECT set_config('app.tenant_id', $1, true)");

export const findUser = statement(
  'find_user',
  'SELECT id, role FROM users WHERE tenant_id = $1 AND email = $2 AND is_active',
);

/** Fails with a violation of NOT NULL when the customer is unknown or deleted; the lock keeps it from being deleted meanwhile. */
export const insertActivity = statement(
  'insert_activity',
  `INSERT INTO activities (tenant_id, id, customer_id, type, subject, description, date, is_completed, created_by,
     created_at, updated_at, version)
   VALUES ($1, $2, (SELECT c.id FROM customers c WHERE c.tenant_id = $1 AND c.id = $3 AND c.deleted_at IS NULL FOR SHARE),
     $4, $5, $6, $7, FALSE, $8, $7, $7, 1)`,
);

/** Locks the customer first, as everybody does who locks both. */
export const lockOpportunity = statement(
  'lock_opportunity',
  `SELECT o.status, o.version, o.probability, o.amount, o.currency, o.code, o.created_by, o.assigned_to,
     c.id, c.type, c.version, c.created_by, c.assigned_to
   FROM opportunities o JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
   WHERE o.tenant_id = $1 AND o.id = $2 AND o.deleted_at IS NULL FOR NO KEY UPDATE OF c FOR NO KEY UPDATE OF o`,
);

export const winOpportunity = statement(
  'win_opportunity',
  `UPDATE opportunities SET status = 'WON', probability = 100, actual_close_date = $3, win_reason = $4, loss_reason = NULL,
     updated_at = $5, version = $6
   WHERE tenant_id = $1 AND id = $2`,
);

export const convertCustomer = statement(
  'convert_customer',
  "UPDATE customers SET type = 'CUSTOMER', updated_at = $3, version = $4 WHERE tenant_id = $1 AND id = $2",
);

export const insertTransition = statement(
  'insert_transition',
  `INSERT INTO opportunity_transitions (tenant_id, id, opportunity_id, version, from_status, to_status, probability, amount,
     currency, changed_at, changed_by)
   VALUES ($1, $2, $3, $4, $5, 'WON', 100, $6, $7, $8, $9)`,
);

const EVENT_COLUMNS = `tenant_id, id, created_at, actor_kind, user_id, user_role, action, entity_type, entity_id, request_id,
  success, user_email, ip_address, old_value, new_value, salt, values_digest, digest`;
const EVENT_WIDTH = 18;

const tuples = (count, width) =>
  Array.from(
    { length: count },
    (_, row) => `(${Array.from({ length: width }, (_value, at) => `$${row * width + at + 1}`).join(', ')})`,
  ).join(', ');

const INSERT_EVENTS = [1, 2].map(
  (count) => `INSERT INTO audit_events (${EVENT_COLUMNS}) VALUES ${tuples(count, EVENT_WIDTH)}`,
);
const QUEUE_EVENTS = [1, 2].map(
  (count) => `INSERT INTO audit_unsealed (tenant_id, event_id) VALUES ${tuples(count, 2)}`,
);

/** @param events of one change, one or two */
export const insertEvents = (events) => ({
  name: `insert_${events.length}_events`,
  text: INSERT_EVENTS[events.length - 1],
  values: events.flat(),
});

export const queueEvents = (events) => ({
  name: `queue_${events.length}_events`,
  text: QUEUE_EVENTS[events.length - 1],
  values: events.flatMap(([tenantId, id]) => [tenantId, id]),
});

export const releaseActive = statement(
  'release_active',
  "UPDATE counters SET value = value - 1 WHERE tenant_id = $1 AND name = 'opportunity.live'",
);
