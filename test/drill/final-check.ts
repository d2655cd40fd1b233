/** After the faults: everything that callers know is in the database once, with its audit events, and nothing else; the pool is whole. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Caller } from './caller.js';
import {
  COLLECTIONS,
  difference,
  FIELDS,
  idOf,
  RECORD_KINDS,
  viewOf,
  type RecordType,
  type RecordModel,
} from './records.js';
import { CHECKS } from './reads.js';
import { KEYLESS } from './writes.js';
import { TRANSPORTS, type Requester } from './requester.js';
import type { Tally } from './tally.js';

const SETTLE_MS = 15_000;

/** Waits until the service answers readiness and a read. */
export async function untilServing(requester: Requester, tally: Tally, limitMs = SETTLE_MS): Promise<void> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    const ready = await requester.fetch('readiness after', 'GET', '/health/ready');
    const read = await requester.fetch('read after', 'GET', '/v1/commercial/customers?page_size=1');
    if (ready.status === 200 && read.status === 200) return;
    if (Date.now() > giveUpAt) {
      tally.broken(
        `not serving ${limitMs} ms after the faults: ${ready.status} ${read.status} ${read.text.slice(0, 300)}`,
      );
      return;
    }
    await sleep(100);
  }
}

/** Every list of every caller on both transports, without faults. */
async function checkAnswers(callers: readonly Caller[]): Promise<void> {
  for (const caller of callers) {
    for (const transport of TRANSPORTS) for (const check of CHECKS) await check(caller, transport);
  }
}

/** The rows, the events and the counters of the database against all models. */
async function checkDatabase(pool: pg.Pool, callers: readonly Caller[], tally: Tally): Promise<void> {
  const records = callers.flatMap(({ customers }) => customers.flatMap((one): RecordModel[] => [one, ...one.children]));
  for (const recordType of RECORD_KINDS) await checkRows(pool, recordType, callers, records, tally);
  await checkEvents(pool, records, tally);
  await checkKeyless(pool, callers, tally);
  await checkCounters(pool, callers, tally);
}

async function checkRows(
  pool: pg.Pool,
  recordType: RecordType,
  callers: readonly Caller[],
  records: readonly RecordModel[],
  tally: Tally,
): Promise<void> {
  const columns = FIELDS[recordType].map(
    (name) => `${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)} AS "${name}"`,
  );
  const { rows } = await pool.query<Record<string, unknown>>(
    `SELECT ${columns.join(', ')}, deleted_at IS NOT NULL AS "isDeleted" FROM ${COLLECTIONS[recordType]}
     WHERE created_by = ANY($1) ${recordType === 'activity' ? `AND subject NOT LIKE '${KEYLESS}%'` : ''}`,
    [callers.map(({ identity }) => identity.userId)],
  );
  const expected = new Map(
    records.filter((record) => record.recordType === recordType).map((record) => [idOf(record), record]),
  );
  for (const row of rows) {
    const record = expected.get(String(row.id));
    expected.delete(String(row.id));
    if (!record) tally.broken(`database: a ${recordType} that nobody was told of: ${JSON.stringify(row)}`);
    else if (record.isDeleted !== row.isDeleted)
      tally.broken(`database: ${recordType} ${idOf(record)} deleted: ${String(row.isDeleted)}`);
    else {
      const wrong = difference(record.view, viewOf(recordType, row));
      if (wrong !== undefined) tally.broken(`database: ${recordType} ${idOf(record)}: ${wrong}`);
    }
  }
  for (const id of expected.keys()) tally.broken(`database: ${recordType} ${id}, acknowledged, is missing`);
}

async function checkEvents(pool: pg.Pool, records: readonly RecordModel[], tally: Tally): Promise<void> {
  const { rows } = await pool.query<{ id: string; actions: string[] }>(
    `SELECT entity_id AS id, array_agg(action ORDER BY action) AS actions FROM audit_events
     WHERE success AND entity_id = ANY($1) GROUP BY entity_id`,
    [records.map(idOf)],
  );
  const found = new Map(rows.map(({ id, actions }) => [id, actions.join()]));
  for (const record of records) {
    const expected = [...record.events].sort().join();
    const actual = found.get(idOf(record)) ?? '';
    if (actual !== expected) tally.broken(`audit: ${record.recordType} ${idOf(record)} has ${actual}, not ${expected}`);
  }
}

/** A write without a key is there once with its event when it was acknowledged, and once or never when it was not. */
async function checkKeyless(pool: pg.Pool, callers: readonly Caller[], tally: Tally): Promise<void> {
  const { rows } = await pool.query<{ subject: string; count: number; events: number }>(
    `SELECT a.subject, count(DISTINCT a.id)::integer AS count, count(e.id)::integer AS events FROM activities a
     LEFT JOIN audit_events e ON e.tenant_id = a.tenant_id AND e.entity_id = a.id::text
     WHERE a.subject LIKE '${KEYLESS}%' AND a.created_by = ANY($1) GROUP BY a.subject`,
    [callers.map(({ identity }) => identity.userId)],
  );
  const found = new Map(rows.map((row) => [row.subject, row]));
  for (const [subject, isAcknowledged] of callers.flatMap(({ keyless }) => [...keyless])) {
    const { count, events } = found.get(subject) ?? { count: 0, events: 0 };
    if (count > 1 || (isAcknowledged && count === 0) || events !== count)
      tally.broken(
        `database: ${subject}, ${isAcknowledged ? '' : 'not '}acknowledged, is there ${count} times, ${events} events`,
      );
  }
}

/** What each counter counts. */
const COUNTED = {
  'customer.live': 'FROM customers WHERE deleted_at IS NULL',
  'opportunity.live': "FROM opportunities WHERE deleted_at IS NULL AND status NOT IN ('WON', 'LOST')",
};

async function checkCounters(pool: pg.Pool, callers: readonly Caller[], tally: Tally): Promise<void> {
  const tenants = [...new Set(callers.map(({ identity }) => identity.tenantId))];
  for (const [name, counted] of Object.entries(COUNTED)) {
    const { rows } = await pool.query<{ tenant: string; value: string }>(
      'SELECT tenant_id AS tenant, value FROM counters WHERE tenant_id = ANY($1) AND name = $2',
      [tenants, name],
    );
    const { rows: there } = await pool.query<{ tenant: string; count: string }>(
      `SELECT tenant_id AS tenant, count(*) ${counted} AND tenant_id = ANY($1) GROUP BY tenant_id`,
      [tenants],
    );
    if (rows.length === 0) tally.broken(`counter ${name}: none found`);
    const counts = new Map(there.map(({ tenant, count }) => [tenant, count]));
    for (const { tenant, value } of rows) {
      const count = counts.get(tenant) ?? '0';
      if (value !== count) tally.broken(`counter ${name} of ${tenant} is ${value}, there are ${count}`);
    }
  }
}

/** All events get sealed, and the chain verifies. */
async function checkSeals(pool: pg.Pool, callers: readonly Caller[], tally: Tally): Promise<void> {
  const left = await unsealedLeft(pool);
  if (left > 0) tally.broken(`${left} audit events stay unsealed`);
  for (const caller of new Map(callers.map((one) => [one.identity.tenantId, one])).values()) {
    const reply = await caller.requester.fetch('verify audit', 'GET', '/v1/audit/verify');
    if (reply.code !== undefined || reply.text.includes('"valid":false'))
      tally.broken(`the audit chain: ${reply.text.slice(0, 300)}`);
  }
}

async function unsealedLeft(pool: pg.Pool): Promise<number> {
  const giveUpAt = Date.now() + SETTLE_MS;
  for (;;) {
    const { rows } = await pool.query<{ count: number }>('SELECT count(*)::integer AS count FROM audit_unsealed');
    const count = rows[0]?.count ?? 0;
    if (count === 0 || Date.now() > giveUpAt) return count;
    await sleep(200);
  }
}

/** As many reads as the pool has connections reach PostgreSQL together, and all are answered when a lock is released. */
export async function checkPool(
  pool: pg.Pool,
  requesters: readonly Requester[],
  size: number,
  tally: Tally,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN; LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE');
    const reads = requesters
      .slice(0, size * 2)
      .map((requester) => requester.fetch('read at once', 'GET', '/v1/commercial/contacts?page_size=1'));
    const waiting = await mostWaiting(pool, size);
    await client.query('ROLLBACK');
    if (waiting < size) tally.broken(`pool: only ${waiting} of ${size} connections work at once`);
    for (const reply of await Promise.all(reads)) {
      if (reply.status !== 200) tally.broken(`pool: a read at once: ${reply.status} ${reply.text.slice(0, 200)}`);
    }
  } finally {
    client.release();
  }
  await checkBackends(pool, tally);
}

async function mostWaiting(pool: pg.Pool, size: number): Promise<number> {
  let waiting = 0;
  for (let left = 30; left > 0 && waiting < size; left -= 1) {
    await sleep(50);
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM pg_stat_activity
       WHERE datname = current_database() AND usename = 'crm_app' AND wait_event_type = 'Lock'`,
    );
    waiting = Math.max(waiting, rows[0]?.count ?? 0);
  }
  return waiting;
}

/** No connection is left in a transaction or a statement. */
async function checkBackends(pool: pg.Pool, tally: Tally): Promise<void> {
  const { rows } = await pool.query<{ state: string; query: string }>(
    `SELECT state, left(query, 100) AS query FROM pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app'
     AND state <> 'idle' AND coalesce(state_change, now()) < now() - interval '3 seconds'`,
  );
  for (const { state, query } of rows) tally.broken(`pool: a connection is ${state}: ${query}`);
}

/** Everything at the end of a drill whose callers know their records. @param poolSize undefined to leave the pool unchecked */
export async function checkEverything(
  pool: pg.Pool,
  callers: readonly Caller[],
  poolSize: number | undefined,
  tally: Tally,
): Promise<void> {
  const requesters = callers.map(({ requester }) => requester);
  if (requesters[0]) await untilServing(requesters[0], tally);
  if (poolSize !== undefined) await checkPool(pool, requesters, poolSize, tally);
  await checkAnswers(callers);
  await checkDatabase(pool, callers, tally);
  await checkSeals(pool, callers, tally);
}
