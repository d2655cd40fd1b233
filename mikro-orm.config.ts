/** Every entity and subscriber, by name, and where migrations live. The service, its commands and its tests read it. */
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { LIMITS, SETTINGS } from './src/tenancy/connection-settings.js';
import { StatementDriver } from './src/tenancy/statement-driver.js';
import { ApiKey } from './src/access/identity/api-key.entity.js';
import { Session } from './src/access/identity/session.entity.js';
import { Tenant } from './src/access/identity/tenant.entity.js';
import { TenantGuard } from './src/tenancy/tenancy.js';
import { User } from './src/access/identity/user.entity.js';
import { AuditSubscriber } from './src/audit/events/audit.subscriber.js';
import { IdentityProvider } from './src/access/identity/identity-provider.entity.js';
import { UserIdentity } from './src/access/identity/user-identity.entity.js';
import { Activity } from './src/crm/activity/activity.entity.js';
import { Contact } from './src/crm/contact/contact.entity.js';
import { Customer } from './src/crm/customer/customer.entity.js';
import { TransitionSubscriber } from './src/crm/opportunity/opportunity-transition.subscriber.js';
import { Opportunity } from './src/crm/opportunity/opportunity.entity.js';
import { migrations } from './src/migrations/migrations.js';
import type { QueryObserver } from './src/platform/postgres/query-watch.js';
import { RowClient } from './src/platform/postgres/row-client.js';

interface OrmOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Whether connections may set limits as they start; a pooler in transaction mode wants them on the role instead. */
  readonly startupSettings: boolean;
  /** Hears of every query, where the service is traced. */
  readonly onQuery?: QueryObserver | undefined;
}

const OPTIONS = Object.entries(SETTINGS)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ');
const CONNECT_TIMEOUT_MS = 3000;

const AUDITED = {
  tenant: Tenant,
  user: User,
  api_key: ApiKey,
  identity_provider: IdentityProvider,
  customer: Customer,
  contact: Contact,
  opportunity: Opportunity,
  activity: Activity,
};

/** Options of the ORM for one database and role. */
export function ormOptions({ url, poolSize, startupSettings, onQuery }: OrmOptions): Options {
  return defineConfig({
    driver: StatementDriver,
    clientUrl: url,
    entities: [
      ...[Tenant, User, Session, ApiKey, IdentityProvider, UserIdentity],
      ...[Customer, Contact, Opportunity, Activity],
    ],
    subscribers: [
      new TenantGuard(),
      new AuditSubscriber({
        audited: AUDITED,
        unaudited: [Session, UserIdentity],
      }),
      new TransitionSubscriber(),
    ],
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, pathTs: 'src/migrations', emit: 'ts' },
    // Filters stay on the entity asked for; joins to every required relation would only repeat what the keys hold.
    autoJoinRefsForFilters: false,
    forceUndefined: false,
    // No entity has relations. Otherwise each property of each record becomes an accessor of its own, a sixth of the service's share of a write.
    propagationOnPrototype: false,
    // Otherwise it would try to create a database that is missing.
    ensureDatabase: false,
    pool: { min: 0, max: poolSize },
    driverOptions: {
      Client: RowClient,
      // The ORM keeps host, port, user, password and name of the address, and drops the rest: sslmode, a socket's folder.
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...(onQuery && { onQuery }),
      ...(startupSettings && { ...LIMITS, options: OPTIONS }),
    },
    debug: false,
  });
}
