import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { InstantType } from '../../platform/postgres/column-types.js';
import { TenantOwned } from '../../tenancy/tenancy.js';

/** Which user a subject of an issuer is. Never changes; `user.linked` tells of it. */
@Entity({ tableName: 'user_identities' })
export class UserIdentity extends TenantOwned {
  @Property({ type: 'text' })
  issuer!: string;

  /** `sub` of the tokens. */
  @Property({ type: 'text' })
  subject!: string;

  @Property({ type: 'uuid' })
  userId!: string;

  @Property({ type: InstantType })
  createdAt!: string;
}
