import { Entity, Filter, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { InstantType } from '../../platform/postgres/column-types.js';
import { TENANT_FILTER, type TenantParameter } from '../../tenancy/tenancy.js';

/** A company that uses the service: the boundary that nothing crosses. */
@ObjectType({ description: 'The company whose data this caller works with.', simpleResolvers: true })
@Filter({ name: TENANT_FILTER, cond: ({ tenantId }: TenantParameter) => ({ id: tenantId }), default: true })
@Entity({ tableName: 'tenants' })
export class Tenant {
  /** The text of X-Tenant-ID. */
  @Field(() => ID, { description: 'The text of the X-Tenant-ID header.' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => String, { description: 'Name of the company.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'IANA time zone that says which day is "today", e.g. Europe/Paris.' })
  @Property({ type: 'text' })
  timeZone!: string;

  @Field(() => String, { description: 'ISO 4217 code that new records get when they name none.' })
  @Property({ type: 'text' })
  defaultCurrency!: string;

  @Field(() => String, {
    description:
      'ISO 3166-1 alpha-2. Telephones of customers whose country has none of its own are read as those of this country.',
  })
  @Property({ type: 'text' })
  countryCode!: string;

  @Property({ type: 'boolean' })
  isSuspended!: boolean;

  @Property({ type: 'integer' })
  limitCustomers!: number;

  @Property({ type: 'integer' })
  limitContactsPerCustomer!: number;

  @Property({ type: 'integer' })
  limitActiveOpportunities!: number;

  @Property({ type: 'integer' })
  limitExportRows!: number;

  @Property({ type: InstantType })
  updatedAt!: string;

  @Field(() => Int, { description: 'Grows by one with every change.' })
  @Property({ type: 'integer' })
  version!: number;

  /** What the guard asks of every row. */
  get tenantId(): string {
    return this.id;
  }
}
