/** Tenancy in the ORM: the base class of entities, its filter, and a guard on every flush. */
import { Filter, PrimaryKey } from '@mikro-orm/decorators/legacy';
import { PrimaryKeyProp, type EntityManager, type EventSubscriber, type FlushEventArgs } from '@mikro-orm/core';
import { Field, ID, ObjectType } from 'type-graphql';

export const TENANT_FILTER = 'tenant';

/** The parameter of the filter. A dictionary, because `setFilterParams` requires one. */
export type TenantParameter = Readonly<Record<string, string>>;

/** Base of every entity with tenant data. Without a bound tenant, every query on it throws. */
@Filter({ name: TENANT_FILTER, cond: ({ tenantId }: TenantParameter) => ({ tenantId }), default: true })
@ObjectType()
export abstract class TenantOwned {
  [PrimaryKeyProp]?: ['tenantId', 'id'];

  @PrimaryKey({ type: 'text' })
  tenantId!: string;

  @Field(() => ID, { description: 'UUID; the same in REST.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;
}

/** Binds an entity manager to one tenant permanently. Forks inherit the binding. */
export function bindTenant(em: EntityManager, tenantId: string): void {
  em.setFilterParams(TENANT_FILTER, { tenantId });
}

/** @returns the tenant that the entity manager is bound to @throws when there is none */
export function tenantOf(em: EntityManager): string {
  const { tenantId } = em.getFilterParams<TenantParameter>(TENANT_FILTER);
  if (tenantId === undefined) throw new Error('The entity manager is bound to no tenant.');
  return tenantId;
}

/** Rejects every flush that would write a row of another tenant. */
export class TenantGuard implements EventSubscriber {
  onFlush({ em, uow }: FlushEventArgs): void {
    const tenantId = tenantOf(em);
    for (const { entity } of uow.getChangeSets()) {
      if (!('tenantId' in entity) || entity.tenantId !== tenantId) {
        throw new Error('A row of another tenant was about to be written.');
      }
    }
  }
}
