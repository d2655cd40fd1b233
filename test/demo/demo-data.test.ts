import { faker as french } from '@faker-js/faker/locale/fr';
import { faker as british } from '@faker-js/faker/locale/en_GB';
import { ormOptions } from '../../mikro-orm.config.js';
import { Passwords } from '../../src/account/passwords.js';
import { CreateCustomerInput } from '../../src/crm/customer/customer.input.js';
import { britishFirms } from '../../src/demo/british-firms.js';
import { makeDemoCustomers, type DemoCustomer } from '../../src/demo/demo-customers.js';
import { DEMO_SIGN_INS, seedDemoData } from '../../src/demo/demo-data.js';
import { DEMO_ENDS_AT, DEMO_PASSWORD, DEMO_TENANTS } from '../../src/demo/demo-tenants.js';
import { frenchFirms } from '../../src/demo/french-firms.js';
import { newId } from '../../src/platform/ids.js';
import { parseInput } from '../../src/platform/validation.js';
import { as } from '../support/client.js';
import { startTestService, type TestService } from '../support/service.js';

const USERS = [newId(), newId()];
const [ACME, DEMO] = DEMO_TENANTS;

function makeFrench(): DemoCustomer[] {
  french.seed(DEMO.seed);
  return makeDemoCustomers(french, DEMO, frenchFirms, USERS);
}

function makeBritish(): DemoCustomer[] {
  british.seed(ACME.seed);
  return makeDemoCustomers(british, ACME, britishFirms, USERS);
}

/** Whether the digits pass Luhn's check, done the other way round than where they are made. */
function passesLuhn(text: string): boolean {
  let sum = 0;
  for (let place = 0; place < text.length; place += 1) {
    const digit = Number(text[text.length - 1 - place]);
    sum += place % 2 === 0 ? digit : Math.floor((2 * digit) / 10) + ((2 * digit) % 10);
  }
  return sum % 10 === 0;
}

/** What no caller may send. */
const OURS = [
  'tenantId', 'id', 'createdBy', 'createdAt', 'updatedAt', 'deletedAt', 'version',
  'leadScore', 'healthScore', 'totalRevenue', 'orderCount', 'firstOrderDate', 'lastOrderDate',
]; // prettier-ignore

function inputOf(customer: DemoCustomer): object {
  return Object.fromEntries(Object.entries(customer).filter(([member]) => !OURS.includes(member)));
}

describe('the customers of the demo', () => {
  it('are the same each time, ids included', () => {
    expect(makeFrench()).toEqual(makeFrench());
    expect(makeBritish()).toEqual(makeBritish());
  });

  it.each([
    ['French', makeFrench],
    ['British', makeBritish],
  ])('%s: could have come through the API, word for word', (_country, make) => {
    for (const customer of make()) {
      expect(parseInput(CreateCustomerInput, inputOf(customer))).toEqual(inputOf(customer));
    }
  });

  it('have register and VAT numbers that pass their checks in France', () => {
    for (const { registrationNumber, taxId } of makeFrench()) {
      const siret = registrationNumber ?? '';
      const siren = siret.slice(0, 9);
      expect(siret).toMatch(/^\d{14}$/);
      expect([passesLuhn(siren), passesLuhn(siret)]).toEqual([true, true]);
      // The key is what remains of the SIREN with "12" behind it.
      expect(taxId).toBe(`FR${String(Number(`${siren}12`) % 97).padStart(2, '0')}${siren}`);
    }
  });

  it('have telephones that fit their place and ring nowhere', () => {
    for (const { phone, postalCode } of makeFrench()) {
      if (phone === null) continue;
      expect(phone).toMatch(/^(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49) \d\d \d\d$/);
      const isAroundParis = ['75', '78', '91', '92', '93', '94'].includes(postalCode?.slice(0, 2) ?? '');
      expect(phone.startsWith('01')).toBe(isAroundParis);
    }
    for (const { phone } of makeBritish()) expect(phone ?? '07700 900000').toMatch(/^0[\d ]{10,12}$/);
  });

  it('tell one story: bought means orders, and nothing happens before or after its time', () => {
    for (const customer of [...makeFrench(), ...makeBritish()]) {
      const hasBought = ['CUSTOMER', 'VIP', 'CHURNED'].includes(customer.type);
      expect(customer.orderCount > 0).toBe(hasBought);
      expect(customer.totalRevenue !== '0.00').toBe(hasBought);
      const days = [customer.createdAt.slice(0, 10), customer.firstOrderDate, customer.lastOrderDate].filter(Boolean);
      expect(days).toEqual([...days].sort());
      expect(Date.parse(customer.updatedAt)).toBeLessThanOrEqual(DEMO_ENDS_AT);
      expect(Date.parse(customer.updatedAt)).toBeGreaterThanOrEqual(Date.parse(customer.createdAt));
    }
  });
});

describe('seeding', () => {
  let service: TestService;
  const passwords = new Passwords();
  const seed = (isProduction = false): Promise<boolean> =>
    seedDemoData(ormOptions({ url: service.test.ownerUrl, poolSize: 2, startupSettings: true }), {
      passwords,
      isProduction,
    });

  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.close());

  const signIn = async (email: string, tenantId: string): Promise<{ status: number; token: string }> => {
    const body = { email, password: DEMO_PASSWORD };
    const answer = await as(service).post('/v1/auth/login', body, { 'x-tenant-id': tenantId });
    const { access_token: token } = answer.body as { access_token: string };
    return { status: answer.status, token };
  };

  it('is refused in production, and changes nothing', async () => {
    await expect(seed(true)).rejects.toThrow('Demo data is never made in production');
    expect(await service.ask('SELECT FROM tenants')).toHaveLength(0);
  });

  it('makes both tenants, and nothing more when asked again or twice at once', async () => {
    expect((await Promise.all([seed(), seed()])).sort()).toEqual([false, true]);
    expect(await seed()).toBe(false);
    const [counts] = await service.ask(
      `SELECT (SELECT count(*)::int FROM tenants) AS tenants, (SELECT count(*)::int FROM users) AS users,
        (SELECT json_object_agg(tenant_id, n) FROM (SELECT tenant_id, count(*) n FROM customers GROUP BY 1) c) AS customers`,
    );
    expect(counts).toEqual({ tenants: 2, users: 8, customers: { acme: 60, demo: 300 } });
  });

  it('leaves counters as if the service had made the customers', async () => {
    expect(
      await service.ask('SELECT tenant_id AS tenant, name, value::int FROM counters ORDER BY tenant_id, name'),
    ).toEqual([
      { tenant: 'acme', name: 'customer.code', value: 60 },
      { tenant: 'acme', name: 'customer.live', value: 60 },
      { tenant: 'demo', name: 'customer.code', value: 300 },
      { tenant: 'demo', name: 'customer.live', value: 300 },
    ]);
  });

  it('tells the trail of the tenants and their users, by an operator', async () => {
    const events = await service.ask(
      `SELECT action, count(*)::int AS times FROM audit_events WHERE actor_kind = 'operator' GROUP BY 1 ORDER BY 1`,
    );
    expect(events).toEqual([
      { action: 'tenant.created', times: 2 },
      { action: 'user.created', times: 8 },
    ]);
  });

  it('lets every demo user sign in', async () => {
    const answers = await Promise.all(DEMO_SIGN_INS.map(({ email, tenantId }) => signIn(email, tenantId)));
    expect(answers.map(({ status }) => status)).toEqual(DEMO_SIGN_INS.map(() => 200));
  });

  it('leaves a tenant that works: accents do not matter to the search, and the next code follows', async () => {
    const { token } = await signIn('admin@demo.example', 'demo');
    const client = as(service, { token, tenantId: 'demo' });
    const found = await client.get('/v1/commercial/customers?search=lefevre');
    expect(found.status).toBe(200);
    expect(found.text).toContain('Lefèvre');
    const created = await client.post('/v1/commercial/customers', { name: 'Société neuve' });
    expect(created.body).toMatchObject({ code: 'CLI00301', currency: 'EUR' });
  });
});
