/** The records of the demo as the service makes them. */
import { faker as british } from '@faker-js/faker/locale/en_GB';
import { faker as french } from '@faker-js/faker/locale/fr';
import { Role } from '../../src/access/identity/user.entity.js';
import { country as britain } from '../../src/demo/british-firms.js';
import { DEMO_STARTS_AT, makeDemoId } from '../../src/demo/demo-customers.js';
import { makeDemoRecords, type DemoRecords } from '../../src/demo/demo-records.js';
import { DEMO_TENANTS, type DemoTenant } from '../../src/demo/demo-tenants.js';
import { country as france } from '../../src/demo/french-firms.js';

export const [ACME, DEMO] = DEMO_TENANTS;

/** Everything that the tenant gets beside its users, whose ids are drawn first. */
export function makeTenantRecords(tenant: DemoTenant): DemoRecords {
  const [faker, country] = tenant === DEMO ? [french, france] : [british, britain];
  faker.seed(tenant.seed);
  const userIds = Object.values(Role).map(() => makeDemoId(faker, DEMO_STARTS_AT));
  const writers = userIds.filter((_id, place) => Object.values(Role)[place] !== Role.READONLY);
  return makeDemoRecords(faker, tenant, country, writers);
}

/** The cents of an exact decimal text. */
export function centsOf(money: string): number {
  return Number(money.replace('.', ''));
}
