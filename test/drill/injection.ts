/**
 * Faults around the service, one after the other, chosen by chance that a seed repeats:
 * - backends of the service ended (`pg_terminate_backend`, those at COMMIT first), statements cancelled (57014, as statement_timeout does);
 * - row and table locks that a superuser holds beyond `lock_timeout`, and deadlocks of superusers' transactions with the callers';
 * - disk full (53100), serialization failure (40001), deadlock (40P01), lock timeout (55P03), and a statement that sleeps beyond
 *   `statement_timeout`: raised by triggers of this database's own on the tables that writes touch, at once or at COMMIT;
 * - the network: delay, resets, stalls in one direction or both, connections rejected.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { FaultProxy, ProxiedConnection } from '../support/fault-proxy.js';
import type { Random } from './random.js';
import type { Tally } from './tally.js';

const TABLES = ['customers', 'contacts', 'opportunities', 'activities', 'counters', 'idempotency_keys', 'audit_events'];
const STATES = ['53100', '57014', '40001', '40P01', '55P03'];

const SCHEMA = `
  CREATE SCHEMA drill;
  CREATE TABLE drill.rules (table_name text, is_deferred boolean, state text, probability float8, seconds float8);
  GRANT USAGE ON SCHEMA drill TO crm_app;
  GRANT SELECT ON drill.rules TO crm_app;
  CREATE FUNCTION drill.fault() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE rule record;
  BEGIN
    FOR rule IN SELECT * FROM drill.rules r WHERE r.table_name = TG_TABLE_NAME AND r.is_deferred = TG_ARGV[0]::boolean LOOP
      IF random() < rule.probability THEN
        PERFORM pg_sleep(rule.seconds);
        IF rule.state <> '' THEN RAISE EXCEPTION 'raised by the drill' USING ERRCODE = rule.state; END IF;
      END IF;
    END LOOP;
    RETURN NEW;
  END $$;
  ${TABLES.map(
    (table) => `
  CREATE TRIGGER drill_fault BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION drill.fault('false');
  CREATE CONSTRAINT TRIGGER drill_fault_deferred AFTER INSERT OR UPDATE ON ${table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION drill.fault('true');`,
  ).join('')}`;

/** Where faults are made. */
export interface FaultTarget {
  readonly pool: pg.Pool;
  readonly proxy: FaultProxy;
  readonly tally: Tally;
}

type Fault = (target: FaultTarget, random: Random) => Promise<void>;

/** Makes the database one of a drill: triggers that raise what `drill.rules` says, and deadlocks found sooner. */
export async function prepareFaults(pool: pg.Pool): Promise<void> {
  await pool.query(SCHEMA);
  const { rows } = await pool.query<{ name: string }>('SELECT current_database() AS name');
  const name = rows[0]?.name ?? '';
  await pool.query(`ALTER DATABASE ${name} SET deadlock_timeout = '300ms'`);
  // COMMIT waits a little for the disk where fsync is on, so that a backend can be ended in it.
  await pool.query(`ALTER ROLE crm_app IN DATABASE ${name} SET commit_delay = 20000`);
  await pool.query(`ALTER ROLE crm_app IN DATABASE ${name} SET commit_siblings = 0`);
}

/** Work of a superuser that faults may end at any time. */
async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    // Longer than any lock of a request, shorter than the drill's patience.
    await client.query("SET LOCAL lock_timeout = '5s'");
    await work(client);
  } catch {
    // A deadlock may choose this side as well as the other.
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

const BACKENDS = `pg_stat_activity WHERE datname = current_database() AND usename = 'crm_app'`;

const terminate: Fault = async ({ pool, tally }, random) => {
  const count = random.chance(0.1) ? 100 : random.integer(1, 2);
  tally.fault(`terminate ${count}`);
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM ${BACKENDS}
     ORDER BY (state = 'active' AND query ILIKE 'commit%') DESC, random() LIMIT $1) chosen`,
    [count],
  );
};

/** Waits for a backend at COMMIT. */
const terminateAtCommit: Fault = async ({ pool, tally }, random) => {
  tally.fault('terminate-at-commit');
  const until = Date.now() + random.integer(200, 1000);
  while (Date.now() < until) {
    const { rowCount } = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM ${BACKENDS} AND state = 'active' AND query ILIKE 'commit%' LIMIT 1) chosen`,
    );
    if ((rowCount ?? 0) > 0) return;
    await sleep(2);
  }
};

/** With a delay, so that other connections have the same statements on their way meanwhile. */
const cancel: Fault = async ({ pool, proxy, tally }, random) => {
  tally.fault('cancel');
  proxy.delayMs = random.integer(0, 40);
  for (let left = random.integer(20, 120); left > 0; left -= 1) {
    await pool.query(`SELECT pg_cancel_backend(pid) FROM ${BACKENDS} AND state = 'active' AND random() < 0.5`);
    await sleep(5);
  }
  proxy.delayMs = 0;
};

const lockRows: Fault = ({ pool, tally }, random) =>
  inTransaction(pool, async (client) => {
    const table = random.pick(['customers', 'opportunities', 'counters', 'idempotency_keys', 'users']);
    tally.fault(`lock-rows ${table}`);
    await client.query(`SELECT FROM ${table} ORDER BY random() LIMIT $1 FOR UPDATE`, [random.pick([1, 5, 1000])]);
    await sleep(random.integer(300, 4000));
  });

const lockTable: Fault = ({ pool, tally }, random) =>
  inTransaction(pool, async (client) => {
    const table = random.pick(['customers', 'opportunities', 'activities', 'audit_events', 'sessions']);
    tally.fault(`lock-table ${table}`);
    await client.query(`LOCK TABLE ${table} IN ${random.pick(['EXCLUSIVE', 'ACCESS EXCLUSIVE'])} MODE`);
    await sleep(random.integer(200, 3600));
  });

/** Against the order of the service's own locks, and against each other. */
const deadlock: Fault = async ({ pool, tally }, random) => {
  tally.fault('deadlock');
  const lock = (client: pg.PoolClient, table: string): Promise<unknown> =>
    client.query(`SELECT FROM ${table} ORDER BY id FOR UPDATE`);
  const orders = random.pick([
    [
      ['opportunities', 'customers'],
      ['customers', 'opportunities'],
    ],
    [
      ['activities', 'customers'],
      ['opportunities', 'customers'],
    ],
    [
      ['customers', 'activities'],
      ['activities', 'opportunities'],
    ],
  ]);
  const hold = random.integer(50, 400);
  await Promise.all(
    orders.map(([first = '', second = '']) =>
      inTransaction(pool, async (client) => {
        await lock(client, first);
        await sleep(hold);
        await lock(client, second);
        await sleep(hold);
      }),
    ),
  );
};

const raise: Fault = async ({ pool, tally }, random) => {
  const table = random.pick(TABLES);
  const state = random.pick(STATES);
  const isDeferred = random.chance(0.3);
  tally.fault(`raise-${state} ${table}${isDeferred ? ' at COMMIT' : ''}`);
  const rule = [table, isDeferred, state, random.pick([0.2, 0.5, 1]), 0];
  await withRule(pool, rule, random.integer(200, 1500));
};

const slowStatement: Fault = async ({ pool, tally }, random) => {
  const table = random.pick(TABLES);
  tally.fault(`slow-statement ${table}`);
  await withRule(pool, [table, false, '', 0.1, 5.5], random.integer(200, 1000));
};

/** Half of all writes fail at their first statement, while the other half have the same one on its way. */
const raiseAtKey: Fault = async ({ pool, proxy, tally }, random) => {
  tally.fault('raise-at-key');
  proxy.delayMs = random.integer(10, 40);
  await withRule(pool, ['idempotency_keys', false, '53100', 0.4, 0], 2500);
  proxy.delayMs = 0;
};

async function withRule(pool: pg.Pool, rule: readonly unknown[], ms: number): Promise<void> {
  await pool.query('INSERT INTO drill.rules VALUES ($1, $2, $3, $4, $5)', [...rule]);
  await sleep(ms);
  await pool.query('DELETE FROM drill.rules WHERE (table_name, is_deferred, state) = ($1, $2, $3)', rule.slice(0, 3));
}

function pickConnections(proxy: FaultProxy, random: Random): ProxiedConnection[] {
  const all = [...proxy.connections];
  return all.length === 0 || random.chance(0.15) ? all : [random.pick(all)];
}

const delay: Fault = async ({ proxy, tally }, random) => {
  tally.fault('delay');
  proxy.delayMs = random.integer(10, 250);
  await sleep(random.integer(200, 1500));
  proxy.delayMs = 0;
};

const cut: Fault = ({ proxy, tally }, random) => {
  const connections = pickConnections(proxy, random);
  tally.fault(`cut ${connections.length}`);
  for (const connection of connections) connection.cut();
  return Promise.resolve();
};

/** An answer that is lost on its way: the statement, or COMMIT, was done. */
const loseAnswers: Fault = async ({ proxy, tally }, random) => {
  const connections = pickConnections(proxy, random);
  tally.fault(`lose-answers ${connections.length}`);
  for (const connection of connections) connection.stall('down');
  await sleep(random.integer(20, 300));
  for (const connection of connections) connection.cut();
};

const stall: Fault = async ({ proxy, tally }, random) => {
  const connections = pickConnections(proxy, random);
  const direction = random.pick(['up', 'down', 'both'] as const);
  tally.fault(`stall ${connections.length} ${direction}`);
  const directions = direction === 'both' ? (['up', 'down'] as const) : [direction];
  for (const connection of connections) connection.stall(...directions);
  await sleep(random.chance(0.15) ? random.integer(8000, 12_500) : random.integer(100, 3000));
  const isCut = random.chance(0.3);
  for (const connection of connections) {
    if (isCut) connection.cut();
    else connection.resume();
  }
};

/** A network that takes connections and bytes and answers nothing. */
const silence: Fault = async ({ proxy, tally }, random) => {
  tally.fault('silence');
  proxy.silence();
  await sleep(random.integer(300, 4000));
  proxy.isSilent = false;
  for (const connection of proxy.connections) connection.resume();
};

const refuse: Fault = async ({ proxy, tally }, random) => {
  tally.fault('refuse');
  proxy.isRejecting = true;
  cutSome(proxy, random);
  await sleep(random.integer(100, 1500));
  proxy.isRejecting = false;
};

function cutSome(proxy: FaultProxy, random: Random): void {
  for (const connection of proxy.connections) if (random.chance(0.5)) connection.cut();
}

const FAULTS: readonly Fault[] = [
  terminate,
  terminate,
  terminateAtCommit,
  terminateAtCommit,
  cancel,
  cancel,
  lockRows,
  lockRows,
  lockTable,
  deadlock,
  raise,
  raise,
  raise,
  raiseAtKey,
  slowStatement,
  delay,
  cut,
  loseAnswers,
  loseAnswers,
  stall,
  stall,
  silence,
  refuse,
];

/** Makes faults, two at a time, until told to stop; then everything is as before. */
export async function injectFaults(target: FaultTarget, random: Random, isOver: () => boolean): Promise<void> {
  const line = async (own: Random): Promise<void> => {
    // However short the run.
    for (const fault of [raiseAtKey, cancel, terminateAtCommit]) await fault(target, own);
    while (!isOver()) {
      await own.pick(FAULTS)(target, own);
      await sleep(own.integer(50, 900));
    }
  };
  await Promise.all([line(random.fork()), line(random.fork())]);
  target.proxy.heal();
  await target.pool.query('DELETE FROM drill.rules');
}
