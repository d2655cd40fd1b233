/** Derives audit events from every flush and stamps updated records, so that no service writes audit data itself. */
import type { AnyEntity, ChangeSet, EntityClass, EventSubscriber, FlushEventArgs, UnitOfWork } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { contextOf } from '../../access/writes/transaction.js';
import { AuditEntityType } from './audit-entity-types.js';
import { recordEvents, type EventInput } from './audit-event.js';
import { describeChange } from './change-description.js';
import { findOrigin, type AuditOrigin } from './origin.js';

export interface AuditedEntities {
  /** Entity type of the events → entity class, e.g. `customer: Customer`. */
  readonly audited: Readonly<Partial<Record<AuditEntityType, EntityClass<AnyEntity>>>>;
  /** Bookkeeping whose changes other events cover. */
  readonly unaudited: readonly EntityClass<AnyEntity>[];
}

/** Fails closed: it rejects an entity in neither list, and a flush without a known origin or outside of a transaction. */
export class AuditSubscriber implements EventSubscriber {
  private readonly entityTypes: ReadonlyMap<unknown, AuditEntityType>;
  private readonly unaudited: ReadonlySet<unknown>;

  constructor({ audited, unaudited }: AuditedEntities) {
    this.entityTypes = new Map(Object.values(AuditEntityType).map((type) => [audited[type], type]));
    this.unaudited = new Set(unaudited);
  }

  onFlush({ em, uow }: FlushEventArgs): void {
    const now = new Date().toISOString();
    const inputs: EventInput[] = [];
    for (const change of uow.getChangeSets()) {
      if (this.unaudited.has(change.meta.class)) continue;
      const input = describeChange(this.entityTypeOf(change), change, em.getPlatform());
      if (!input) continue;
      inputs.push(input);
      if (change.type.startsWith('update')) stampUpdate(uow, change, now);
    }
    if (inputs.length === 0) return;
    if (!isSqlManager(em)) throw new Error('Audit events need the entity manager of PostgreSQL.');
    // Before the flush writes anything: its last statement may carry the events and COMMIT.
    recordEvents(em, originOfFlush(em), inputs);
    const ctx = contextOf(em);
    if (ctx) ctx.effects.changed = true;
  }

  private entityTypeOf(change: ChangeSet<AnyEntity>): AuditEntityType {
    const type = this.entityTypes.get(change.meta.class);
    if (type === undefined) throw new Error(`${change.meta.className} is neither audited nor listed as unaudited.`);
    return type;
  }
}

function isSqlManager(em: object): em is EntityManager {
  return em instanceof EntityManager;
}

function originOfFlush(em: FlushEventArgs['em']): AuditOrigin {
  const origin = findOrigin(em);
  if (!origin) {
    throw new Error('Changes are flushed inside write() or inTransaction(), or with an origin bound in a transaction.');
  }
  return origin;
}

/** One more than the version that was read, even if earlier code has changed `version`. */
function stampUpdate(uow: UnitOfWork, change: ChangeSet<AnyEntity>, now: string): void {
  const stored: Readonly<Record<string, unknown>> = change.originalEntity ?? {};
  if (typeof stored.version !== 'number')
    throw new Error(`${change.meta.className} was changed without its version loaded.`);
  Object.assign(change.entity, { updatedAt: now, version: stored.version + 1 });
  uow.recomputeSingleChangeSet(change.entity);
}
