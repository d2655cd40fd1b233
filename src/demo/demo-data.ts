/** Two companies to try the service with: users, enough customers to page, search and export, and their sales and activities. */
import type { Faker } from '@faker-js/faker';
import { MikroORM, type EntityManager, type Options } from '@mikro-orm/postgresql';
import type { CounterName } from '../access/writes/counters.js';
import { endPools, openDatabase, type Database } from '../tenancy/database.js';
import { DEFAULT_LIMITS, LIMITS } from '../access/identity/limits.js';
import { Tenant } from '../access/identity/tenant.entity.js';
import { inTenantTransaction } from '../access/writes/transaction.js';
import { Role, User } from '../access/identity/user.entity.js';
import type { Passwords } from '../account/passwords.js';
import { bindOrigin, operatorOrigin } from '../audit/events/origin.js';
import { Activity } from '../crm/activity/activity.entity.js';
import { Contact } from '../crm/contact/contact.entity.js';
import { Customer } from '../crm/customer/customer.entity.js';
import { isActive } from '../crm/opportunity/opportunity-status.js';
import { Opportunity } from '../crm/opportunity/opportunity.entity.js';
import { recordTransitions } from '../crm/opportunity/opportunity-transition.query.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { withLockedClient } from '../platform/postgres/locked-client.js';
import { identityForm } from '../platform/values/identity-form.js';
import { searchedDigits } from '../platform/values/phone-digits.js';
import { DEMO_STARTS_AT, makeDemoId } from './demo-customers.js';
import { makeDemoRecords, type DemoCountry, type DemoRecords } from './demo-records.js';
import { DEMO_PASSWORD, DEMO_TENANTS, DEMO_YEAR, demoEmail, type DemoTenant } from './demo-tenants.js';
import { setCounters, tenantExists } from './demo.query.js';

interface DemoOptions {
  readonly passwords: Passwords;
  readonly isProduction: boolean;
}

/**
 * Creates the missing demo tenants, each in one transaction.
 * @param owner connects as the role that owns the schema: the role of the service may not create tenants
 * @returns whether a tenant was created
 * @throws StartupError in production, because the password is public
 */
export async function seedDemoData(owner: Options, { passwords, isProduction }: DemoOptions): Promise<boolean> {
  if (isProduction) throw new StartupError('Demo data is never made in production: unset DEMO_DATA.');
  return withLockedClient(String(owner.clientUrl), 'demo', async (client) => {
    const missing: DemoTenant[] = [];
    for (const tenant of DEMO_TENANTS) if (!(await tenantExists(client, tenant.id))) missing.push(tenant);
    if (!missing.some(({ id }) => id === 'demo')) return false;
    const orm = await MikroORM.init(owner);
    const database = await openDatabase(orm, { namedStatements: false, explicitTransaction: true, timeoutMs: 5000 });
    try {
      for (const tenant of missing) await seedTenant(database, tenant, passwords);
    } finally {
      await orm.close();
      await endPools(database);
    }
    return true;
  });
}

/** Imported only here, so that a start without demo data does not load it. */
async function loadGenerator({ id, seed }: DemoTenant): Promise<{ faker: Faker; country: DemoCountry }> {
  const isFrench = id === 'demo';
  const { faker } = isFrench ? await import('@faker-js/faker/locale/fr') : await import('@faker-js/faker/locale/en_GB');
  faker.seed(seed);
  const { country } = isFrench ? await import('./french-firms.js') : await import('./british-firms.js');
  return { faker, country };
}

async function seedTenant(database: Database, tenant: DemoTenant, passwords: Passwords): Promise<void> {
  const { faker, country } = await loadGenerator(tenant);
  const users = await makeUsers(faker, tenant, passwords);
  const writers = users.filter(({ role }) => role !== Role.READONLY).map(({ id }) => id);
  const records = makeDemoRecords(faker, tenant, country, writers);
  await inTenantTransaction(database, tenant.id, async (em) => {
    bindOrigin(em, operatorOrigin());
    // Flushed first: the ORM knows no relation from users to their tenant, so it would not order the two.
    await em.persist(makeTenant(tenant)).flush();
    for (const user of users) em.create(User, user);
    await em.flush();
    await insertRecords(em, records);
    await setCounters(em, tenant.id, countRecords(records));
  });
}

/** Bypasses the unit of work: the audit log has events of the new tenant and its users, but not of each imported record. */
async function insertRecords(em: EntityManager, records: DemoRecords): Promise<void> {
  const countries = new Map(records.customers.map(({ id, countryCode }) => [id, countryCode]));
  await em.insertMany(
    Customer,
    records.customers.map((one) => ({
      ...one,
      searchPhone: searchedDigits([one.phone, one.mobile], [one.countryCode]),
    })),
  );
  await em.insertMany(
    Contact,
    records.contacts.map((one) => ({
      ...one,
      searchPhone: searchedDigits([one.phone, one.mobile], [countries.get(one.customerId) ?? '']),
    })),
  );
  await em.insertMany(Opportunity, [...records.opportunities]);
  recordTransitions(em, records.transitions);
  await em.insertMany(Activity, [...records.activities]);
}

/** The counters that the service would have, had it created the records. */
function countRecords({ customers, opportunities }: DemoRecords): Partial<Record<CounterName, number>> {
  return {
    [LIMITS.customers.counter]: customers.length,
    'customer.code': customers.length,
    [LIMITS.active_opportunities.counter]: opportunities.filter(({ status }) => isActive(status)).length,
    [`opportunity.${DEMO_YEAR}.code`]: opportunities.length,
  };
}

function makeTenant({ id, name, timeZone, currency, country: countryCode }: DemoTenant): Tenant {
  const updatedAt = new Date(DEMO_STARTS_AT).toISOString();
  const settings = {
    id,
    name,
    timeZone,
    defaultCurrency: currency,
    countryCode,
    isSuspended: false,
    updatedAt,
    version: 1,
  };
  return Object.assign(new Tenant(), settings, DEFAULT_LIMITS);
}

type DemoUser = Omit<User, symbol>;

async function makeUsers(faker: Faker, tenant: DemoTenant, passwords: Passwords): Promise<DemoUser[]> {
  const createdAt = new Date(DEMO_STARTS_AT).toISOString();
  return Promise.all(
    Object.values(Role).map(async (role) => ({
      tenantId: tenant.id,
      id: makeDemoId(faker, DEMO_STARTS_AT),
      kind: 'PERSON' as const,
      email: demoEmail(tenant.id, role),
      emailIdentity: identityForm(demoEmail(tenant.id, role)),
      fullName: tenant.fullNames[role],
      role,
      passwordHash: await passwords.hash(DEMO_PASSWORD),
      isActive: true,
      createdAt,
      updatedAt: createdAt,
      lastSignInAt: null,
      version: 1,
    })),
  );
}
