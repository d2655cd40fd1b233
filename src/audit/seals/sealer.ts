/** Chains the events of each tenant into seals, the blocks of the audit chain. Every replica may run it; of two at once one wins. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../tenancy/database.js';
import { atCommit, runAhead, runStatement } from '../../tenancy/open-transaction.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import { asError } from '../../platform/errors/thrown.js';
import { rawSql, sql, type Sql } from '../../platform/postgres/sql.js';
import { hashSeal, NO_HASH, type SealValues } from './chain-digest.js';
import { IS_RECORD_CHANGE } from './record-change.js';

const EVENTS_PER_SEAL = 1000;
const ROUND_EVERY_MS = 1000;

interface HeadRow {
  readonly seq: number;
  readonly hash: string;
}

interface QueuedRow {
  readonly id: string;
  readonly digest: string;
  /** Whether a seal may already hold it. */
  readonly mayBeSealed: boolean;
  /** Type of the record that it is a change of; null for every other event. */
  readonly recordType: string | null;
}

/** When the database stored a row of `e` or `s`. For rows older than that column: the service's date, minus a tolerance. */
const TAKEN_AT = rawSql("coalesce(e.recorded_at, e.created_at - interval '5 minutes')");
const SEALED_AT = rawSql('coalesce(s.recorded_at, s.sealed_at)');

function headSql(tenantId: string): Sql {
  return sql`select seq, encode(hash, 'hex') as hash from audit_seals where tenant_id = ${tenantId} order by seq desc limit 1`;
}

/**
 * The join omits an event that was removed before it was sealed; its id stays in the queue and shows the removal. LIMIT 1 forces one
 * look-up by primary key per event: without statistics, right after a bulk load, a plain join reads all events of the tenant.
 */
function queueSql(tenantId: string): Sql {
  return sql`select e.id, encode(e.digest, 'hex') as digest, coalesce(${TAKEN_AT} <=
      (select ${SEALED_AT} from audit_seals s where s.tenant_id = ${tenantId} order by s.seq desc limit 1), false) as "mayBeSealed",
      case when ${IS_RECORD_CHANGE} then e.entity_type end as "recordType"
    from audit_unsealed u, lateral (select e.id, e.digest, e.recorded_at, e.created_at, e.success, e.entity_type, e.entity_id, e.action from audit_events e
      where e.tenant_id = ${tenantId} and e.id = u.event_id limit 1) e
    where u.tenant_id = ${tenantId} order by u.event_id limit ${EVENTS_PER_SEAL}`;
}

/**
 * Those of the events that a seal already holds, because somebody queued them again. A seal is later than its events, so the search
 * goes back only to the last seal that is older than all of them: one or two seals for the events of a long transaction.
 */
function sealedSql(tenantId: string, ids: readonly string[]): Sql {
  return sql`select u.id from audit_seals s, unnest(s.event_ids) u (id)
    where s.tenant_id = ${tenantId} and u.id = any(${ids}::uuid[]) and s.seq > coalesce((
      select s.seq from audit_seals s where s.tenant_id = ${tenantId} and ${SEALED_AT} <
        (select min(${TAKEN_AT}) from audit_events e where e.tenant_id = ${tenantId} and e.id = any(${ids}::uuid[]))
      order by s.seq desc limit 1), 0)`;
}

function sealSql(seal: SealValues, recordTypes: readonly string[]): Sql {
  return sql`insert into audit_seals (tenant_id, seq, event_ids, event_digests, previous_hash, hash, sealed_at, record_types)
    values (${seal.tenant_id}, ${seal.seq}, ${seal.event_ids}, ${Buffer.from(seal.event_digests.join(''), 'hex')},
      ${Buffer.from(seal.previous_hash, 'hex')}, ${Buffer.from(hashSeal(seal), 'hex')}, ${seal.sealed_at}, ${recordTypes})
    on conflict (tenant_id, seq) do nothing returning seq`;
}

/**
 * Seals the queued events, at most a thousand. The order of seals is the order in which changes became visible to others. An event that
 * was queued again is removed from the queue and not sealed again, so the change feed shows each change once.
 * @returns how many left the queue; also 0 if another sealer was faster
 */
export function sealTenant(database: Database, tenantId: string): Promise<number> {
  return inTenantTransaction(database, tenantId, async (em) => {
    // Read the head before the queue: a seal committed in between then has our number, and the insert does nothing.
    const [[head], queued] = await Promise.all([
      runAhead<HeadRow>(em, headSql(tenantId)),
      runStatement<QueuedRow>(em, queueSql(tenantId)),
    ]);
    const events = await withoutSealed(em, tenantId, queued);
    if (events.length > 0) {
      const [inserted] = await runStatement(em, sealSql(nextSeal(tenantId, head, events), recordTypesOf(events)));
      if (inserted === undefined) return 0;
    }
    if (queued.length > 0) atCommit(em, unqueueSql(tenantId, queued));
    return queued.length;
  });
}

async function withoutSealed(
  em: EntityManager,
  tenantId: string,
  queued: readonly QueuedRow[],
): Promise<readonly QueuedRow[]> {
  const ids = queued.filter(({ mayBeSealed }) => mayBeSealed).map(({ id }) => id);
  if (ids.length === 0) return queued;
  const sealed = new Set((await runStatement<{ id: string }>(em, sealedSql(tenantId, ids))).map(({ id }) => id));
  return queued.filter(({ id }) => !sealed.has(id));
}

function unqueueSql(tenantId: string, queued: readonly QueuedRow[]): Sql {
  const ids = queued.map(({ id }) => id);
  return sql`delete from audit_unsealed where tenant_id = ${tenantId} and event_id = any(${ids}::uuid[])`;
}

function recordTypesOf(events: readonly QueuedRow[]): string[] {
  return [...new Set(events.flatMap(({ recordType }) => recordType ?? []))];
}

function nextSeal(tenantId: string, head: HeadRow | undefined, events: readonly QueuedRow[]): SealValues {
  return {
    tenant_id: tenantId,
    seq: head ? head.seq + 1 : 1,
    event_ids: events.map(({ id }) => id),
    event_digests: events.map(({ digest }) => digest),
    previous_hash: head?.hash ?? NO_HASH,
    sealed_at: new Date().toISOString(),
  };
}

/** What the sealer uses of the service's log. */
export interface FaultLog {
  error(details: { readonly err: Error }, message: string): void;
}

export interface Sealer {
  /** Waits for the running round. */
  stop(): Promise<void>;
}

/** Seals queued events every second until stopped. A failure is logged, and the next round tries again. */
export function startSealer(database: Database, log: FaultLog): Sealer {
  let stopped = false;
  let round = Promise.resolve();
  let timer: NodeJS.Timeout;
  const recent = new RecentTenants();
  const schedule = (): void => {
    timer = setTimeout(() => {
      round = sealAll(database, log, recent, () => stopped).then(() => {
        if (!stopped) schedule();
      });
    }, ROUND_EVERY_MS).unref();
  };
  schedule();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}

/**
 * Tenants that had events to seal lately. On Citus their list cannot be read while a worker is away, though tenants of other workers
 * can be sealed.
 */
class RecentTenants {
  private readonly ids = new Set<string>();

  add(ids: readonly string[]): void {
    for (const id of ids) {
      this.ids.delete(id);
      this.ids.add(id);
    }
    for (const id of this.ids) if (this.ids.size > MAX_RECENT) this.ids.delete(id);
  }

  list(): readonly string[] {
    return [...this.ids];
  }
}

/** Bounds a round in which most of them have nothing to seal. */
const MAX_RECENT = 1000;

async function sealAll(
  database: Database,
  log: FaultLog,
  recent: RecentTenants,
  isStopped: () => boolean,
): Promise<void> {
  const report = (thrown: unknown): void => {
    log.error({ err: asError(thrown) }, 'Audit events could not be sealed; the next round tries again.');
  };
  try {
    for (const id of await tenantsToSeal(database, recent, report)) {
      if (isStopped()) return;
      await sealBacklog(database, id, isStopped).catch(report);
    }
  } catch (error) {
    report(error);
  }
}

/** @throws when the database does not answer at all */
async function tenantsToSeal(
  { pool }: Database,
  recent: RecentTenants,
  report: (thrown: unknown) => void,
): Promise<readonly string[]> {
  try {
    const { rows } = await pool.query<{ id: string }>('select app.tenants_to_seal() as id');
    recent.add(rows.map(({ id }) => id));
    return rows.map(({ id }) => id);
  } catch (error) {
    await pool.query('select 1');
    report(error);
    return recent.list();
  }
}

async function sealBacklog(database: Database, tenantId: string, isStopped: () => boolean): Promise<void> {
  while ((await sealTenant(database, tenantId)) === EVENTS_PER_SEAL && !isStopped());
}
