import { ormOptions } from '../../mikro-orm.config.js';
import { Passwords } from '../../src/account/passwords.js';
import { CreateCustomerInput } from '../../src/crm/customer/customer.input.js';
import type { DemoCustomer } from '../../src/demo/demo-customers.js';
import { seedDemoData } from '../../src/demo/demo-data.js';
import { DEMO_ENDS_AT, DEMO_PASSWORD, DEMO_SIGN_INS } from '../../src/demo/demo-tenants.js';
import { moneyText } from '../../src/demo/demo-firm.js';
import { parseInput } from '../../src/platform/input/validation.js';
import { as, type Client } from '../support/client.js';
import { startTestService, type OwnService } from '../support/service.js';
import { ACME, centsOf, DEMO, makeTenantRecords } from './support.js';

const makeFrench = (): readonly DemoCustomer[] => makeTenantRecords(DEMO).customers;
const makeBritish = (): readonly DemoCustomer[] => makeTenantRecords(ACME).customers;

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
  'tenantId', 'id', 'createdById', 'createdAt', 'updatedAt', 'deletedAt', 'version',
  'leadScore', 'healthScore', 'totalRevenue', 'orderCount', 'firstOrderDate', 'lastOrderDate',
]; // prettier-ignore

function inputOf(customer: DemoCustomer): object {
  return Object.fromEntries(Object.entries(customer).filter(([field]) => !OURS.includes(field)));
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
  let service: OwnService;
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

  it('is rejected in production, and changes nothing', async () => {
    await expect(seed(true)).rejects.toThrow('Demo data is never made in production');
    expect(await service.ask('SELECT FROM tenants')).toHaveLength(0);
  });

  it('makes both tenants, and nothing more when asked again or twice at once', async () => {
    expect((await Promise.all([seed(), seed()])).sort()).toEqual([false, true]);
    expect(await seed()).toBe(false);
    const [counts] = await service.ask(
      `SELECT (SELECT count(*)::int FROM tenants) AS tenants, (SELECT count(*)::int FROM users) AS users,
        (SELECT json_object_agg(tenant_id, n) FROM (SELECT tenant_id, count(*) n FROM customers GROUP BY 1) c) AS customers,
        (SELECT json_object_agg(tenant_id, n) FROM (SELECT tenant_id, count(*) n FROM opportunities GROUP BY 1) o) AS opportunities,
        (SELECT json_object_agg(tenant_id, n) FROM (SELECT tenant_id, count(*) n FROM activities GROUP BY 1) a) AS activities`,
    );
    expect(counts).toEqual({
      tenants: 2,
      users: 8,
      customers: { acme: 60, demo: 300 },
      opportunities: { acme: 40, demo: 150 },
      activities: { acme: 300, demo: 1200 },
    });
  });

  it.each([ACME, DEMO])('writes every record of $id as it was made', async (tenant) => {
    const made = makeTenantRecords(tenant);
    const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id).sort();
    for (const recordType of ['customers', 'contacts', 'opportunities', 'activities'] as const) {
      const stored = await service.ask<{ id: string }>(`SELECT id FROM ${recordType} WHERE tenant_id = $1`, [
        tenant.id,
      ]);
      expect(idsOf(stored)).toEqual(idsOf(made[recordType]));
    }
    const [sums] = await service.ask(
      `SELECT (SELECT sum(amount)::text FROM opportunities WHERE tenant_id = $1) AS amounts,
        (SELECT count(*)::int FROM opportunity_transitions WHERE tenant_id = $1) AS transitions,
        (SELECT sum(amount)::text FROM opportunity_transitions WHERE tenant_id = $1) AS history`,
      [tenant.id],
    );
    const sumOf = (rows: readonly { readonly amount: string }[]): string =>
      moneyText(rows.reduce((total, { amount }) => total + centsOf(amount), 0));
    expect(sums).toEqual({
      amounts: sumOf(made.opportunities),
      transitions: made.transitions.length,
      history: sumOf(made.transitions),
    });
  });

  it('writes the JSON, lists, instants and dates of a sale as they were made', async () => {
    const { opportunities, transitions } = makeTenantRecords(DEMO);
    const sale = opportunities.find(({ competitors, status }) => competitors.length === 2 && status === 'WON');
    const [stored] = await service.ask(
      `SELECT products, competitors, actual_close_date::text AS day, to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated,
        (SELECT max(version) FROM opportunity_transitions t WHERE t.opportunity_id = o.id) AS version
      FROM opportunities o WHERE id = $1`,
      [sale?.id],
    );
    expect(stored).toEqual({
      products: sale?.products,
      competitors: sale?.competitors,
      day: sale?.actualCloseDate,
      updated: sale?.updatedAt,
      version: transitions.findLast(({ opportunityId }) => opportunityId === sale?.id)?.version,
    });
  });

  it('leaves counters as if the service had made the records', async () => {
    expect(
      await service.ask('SELECT tenant_id AS tenant, name, value::int FROM counters ORDER BY tenant_id, name'),
    ).toEqual([
      { tenant: 'acme', name: 'customer.code', value: 60 },
      { tenant: 'acme', name: 'customer.live', value: 60 },
      { tenant: 'acme', name: 'opportunity.2026.code', value: 40 },
      { tenant: 'acme', name: 'opportunity.live', value: await countActive('acme') },
      { tenant: 'demo', name: 'customer.code', value: 300 },
      { tenant: 'demo', name: 'customer.live', value: 300 },
      { tenant: 'demo', name: 'opportunity.2026.code', value: 150 },
      { tenant: 'demo', name: 'opportunity.live', value: await countActive('demo') },
    ]);
  });

  const countActive = async (tenantId: string): Promise<number> => {
    const active =
      "SELECT count(*)::int AS n FROM opportunities WHERE tenant_id = $1 AND status NOT IN ('WON', 'LOST')";
    const [row] = await service.ask<{ n: number }>(active, [tenantId]);
    return row?.n ?? 0;
  };

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

  describe.each([ACME, DEMO])('in $id', ({ id, opportunities, activities }) => {
    let client: Client;
    beforeAll(async () => {
      const { token } = await signIn(`admin@${id}.example`, id);
      client = as(service, { token, tenantId: id });
    });
    const totalOf = async (path: string): Promise<number> => {
      const answer = await client.get(`/v1/commercial/${path}`);
      expect(answer.status).toBe(200);
      return (answer.body as { total: number }).total;
    };

    it.each([
      ...['PROSPECT', 'LEAD', 'CUSTOMER', 'VIP', 'PARTNER', 'CHURNED'].map((type) => `customers?type=${type}`),
      ...['contacts', 'contacts?is_active=false'],
      ...['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'WON', 'LOST'].map(
        (status) => `opportunities?status=${status}`,
      ),
      ...['CALL', 'EMAIL', 'MEETING', 'TASK', 'NOTE', 'FOLLOW_UP'].map((type) => `activities?page=1&type=${type}`),
      'activities?page=1&is_completed=false',
    ])('%s has something to show', async (path) => {
      expect(await totalOf(path)).toBeGreaterThan(1);
    });

    it.each(['customers', 'contacts', 'opportunities', 'activities'])(
      'the file of %s is complete',
      async (recordType) => {
        const file = await client.get(`/v1/commercial/export/${recordType}`);
        expect(file.status).toBe(200);
        const [stored] = await service.ask<{ n: string }>(
          `SELECT count(*) AS n FROM ${recordType} WHERE tenant_id = $1`,
          [id],
        );
        expect(file.headers.get('x-total-rows')).toBe(stored?.n);
      },
    );

    it('the pipeline has every status, and had less in it two months before', async () => {
      const sum = async (query = ''): Promise<{ status: string; count: number }[]> => {
        const answer = await client.get(`/v1/commercial/pipeline/summary${query}`);
        return (answer.body as { items: { status: string; count: number }[] }).items;
      };
      const countOf = (items: { count: number }[]): number => items.reduce((total, { count }) => total + count, 0);
      const now = await sum();
      expect(new Set(now.map(({ status }) => status)).size).toBe(6);
      expect(countOf(now)).toBe(opportunities);
      // Told by the transitions alone.
      expect(await sum('?as_of=2026-11-20')).toEqual(now);
      const before = countOf(await sum('?as_of=2026-09-20'));
      expect(before).toBeGreaterThan(10);
      expect(before).toBeLessThan(opportunities);
    });

    it('goes on from there: a sale more has the next code and a history, and can be won', async () => {
      const [customer] = await service.ask<{ id: string }>(
        "SELECT id FROM customers WHERE tenant_id = $1 AND type = 'PROSPECT' LIMIT 1",
        [id],
      );
      const body = { customer_id: customer?.id, name: 'Essai', amount: 100.01 };
      const created = await client.post('/v1/commercial/opportunities', body);
      expect(created.status).toBe(201);
      const { id: saleId, code } = created.body as { id: string; code: string };
      expect(code).toMatch(/^OPP-\d{4}-\d{5}$/);
      expect((await client.post(`/v1/commercial/opportunities/${saleId}/win`)).body).toMatchObject({ status: 'WON' });
      expect((await client.get(`/v1/commercial/opportunities/${saleId}/history`)).body).toHaveLength(2);
      expect(await totalOf('activities?page=1')).toBe(activities);
    });

    it('the trail is whole', async () => {
      const answer = await client.get('/v1/audit/verify');
      expect(answer.body).toMatchObject({ ok: true, problem_count: 0 });
    });
  });
});
