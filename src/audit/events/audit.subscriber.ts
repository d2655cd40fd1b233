/** Derives audit events from every flush and stamps what it updates: no service writes audit data by hand. */
import type { AnyEntity, ChangeSet, EntityClass, EventSubscriber, FlushEventArgs, UnitOfWork } from '@mikro-orm/core';
import { EntityManager } from '@mikro-orm/postgresql';
import { contextOf } from '../../access/writes/transaction.js';
import { AuditEntityType } from './audit-entity-types.js';
import { recordEvents, type EventInput } from './audit-event.js';
import { describeChange } from './change-description.js';
import { findOrigin, type AuditOrigin } from './origin.js';

export interface AuditedEntities {
  /** Noun of the events → entity, e.g. `customer: Customer`. */
  readonly audited: Readonly<Partial<Record<AuditEntityType, EntityClass<AnyEntity>>>>;
  /** Bookkeeping whose changes are told by other events. */
  readonly unaudited: readonly EntityClass<AnyEntity>[];
}

/** Fails closed: an entity in neither list, a flush without a known origin or outside of a transaction is rejected. */
export class AuditSubscriber implements EventSubscriber {
  private readonly nouns: ReadonlyMap<unknown, AuditEntityType>;
  private readonly unaudited: ReadonlySet<unknown>;

  constructor({ audited, unaudited }: AuditedEntities) {
    this.nouns = new Map(Object.values(AuditEntityType).map((recordType) => [audited[recordType], recordType]));
    this.unaudited = new Set(unaudited);
  }

  onFlush({ em, uow }: FlushEventArgs): void {
    const now = new Date().toISOString();
    const inputs: EventInput[] = [];
    for (const change of uow.getChangeSets()) {
      if (this.unaudited.has(change.meta.class)) continue;
      const input = describeChange(this.nounOf(change), change, em.getPlatform());
      if (!input) continue;
      inputs.push(input);
      if (change.type.startsWith('update')) stampUpdate(uow, change, now);
    }
    if (inputs.length === 0) return;
    if (!isSqlManager(em)) throw new Error('Audit events need the entity manager of PostgreSQL.');
    // Before the flush has written anything: its last statement may take the events and COMMIT along.
    recordEvents(em, originOfFlush(em), inputs);
    const ctx = contextOf(em);
    if (ctx) ctx.effects.changed = true;
  }

  private nounOf(change: ChangeSet<AnyEntity>): AuditEntityType {
    const recordType = this.nouns.get(change.meta.class);
    if (recordType === undefined)
      throw new Error(`${change.meta.className} is neither audited nor listed as unaudited.`);
    return recordType;
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

/** One more than what was read, whatever the code before did to `version`. */
function stampUpdate(uow: UnitOfWork, change: ChangeSet<AnyEntity>, now: string): void {
  const stored: Readonly<Record<string, unknown>> = change.originalEntity ?? {};
  if (typeof stored.version !== 'number')
    throw new Error(`${change.meta.className} was changed without its version loaded.`);
  Object.assign(change.entity, { updatedAt: now, version: stored.version + 1 });
  uow.recomputeSingleChangeSet(change.entity);
}
