import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { InstantType } from '../../platform/postgres/column-types.js';
import { TenantOwned } from '../../tenancy/tenancy.js';

/** One sign-in of a user, and the family of refresh tokens that came of it. */
@Entity({ tableName: 'sessions' })
export class Session extends TenantOwned {
  @Property({ type: 'uuid' })
  userId!: string;

  /** `jti` of the latest refresh token. */
  @Property({ type: 'uuid', hidden: true })
  refreshJti!: string;

  /** `jti` of the one before, which was first used at `refreshedAt`; null until the first refresh. */
  @Property({ type: 'uuid', hidden: true, nullable: true })
  previousJti: string | null = null;

  @Property({ type: InstantType })
  createdAt!: string;

  @Property({ type: InstantType })
  refreshedAt!: string;

  @Property({ type: InstantType })
  expiresAt!: string;

  @Property({ type: InstantType, nullable: true })
  revokedAt: string | null = null;
}
