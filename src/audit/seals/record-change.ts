/** Which audit events are changes of records: what the change feed shows, and what wakes clients that wait for it. */
import { RECORD_TYPES } from '../../access/rights/record-types.js';
import { rawSql } from '../../platform/postgres/sql.js';

const TYPES = RECORD_TYPES.map((recordType) => `'${recordType}'`).join(', ');

/** The condition on the event `e`. Errors and exports name records as well, and change none. */
export const IS_RECORD_CHANGE = rawSql(
  `(e.success AND e.entity_type IN (${TYPES}) AND e.entity_id IS NOT NULL AND starts_with(e.action, e.entity_type || '.'))`,
);
