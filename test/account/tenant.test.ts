import { UpdateTenantInput } from '../../src/account/tenant.input.js';
import { getTenantSettings, permissionsOf, readLimits, updateTenant } from '../../src/account/tenant.service.js';
import { parseInput } from '../../src/platform/input/validation.js';
import {
  ask,
  codeOf,
  contextOf,
  eventsOf,
  openBench,
  rejectionOf,
  signedIn,
  signIn,
  aUser,
  type Bench,
} from './support.js';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(async () => {
  await bench.close();
});

function changes(data: object): UpdateTenantInput {
  return parseInput(UpdateTenantInput, data);
}

describe("the company's settings", () => {
  it('change for everybody at once, and are audited', async () => {
    const admin = await signedIn(bench);
    const other = await signIn(bench, await aUser(bench, admin.tenant.id, 'readonly'));
    await contextOf(bench, other);

    const { record: tenant } = await updateTenant(
      admin,
      bench.dependencies,
      changes({ timeZone: 'America/New_York', defaultCurrency: 'usd' }),
    );

    expect(tenant).toMatchObject({ timeZone: 'America/New_York', defaultCurrency: 'USD', version: 2 });
    expect((await contextOf(bench, other)).tenant).toMatchObject({
      timeZone: 'America/New_York',
      defaultCurrency: 'USD',
    });
    expect((await eventsOf(bench, admin.tenant.id)).at(-1)).toMatchObject({
      action: 'tenant.updated',
      old_value: { time_zone: 'Europe/Paris', default_currency: 'EUR' },
    });
  });

  it.each(['Mars/Olympus', '+02:00', 'europe/paris', 'Europe', "Europe/Paris'", '../etc/passwd'])(
    'reject the time zone %s',
    async (timeZone) => {
      const admin = await signedIn(bench);

      const rejection = await rejectionOf(updateTenant(admin, bench.dependencies, changes({ timeZone })));

      expect(rejection.fields).toMatchObject([{ path: ['timeZone'], code: 'NOT_IN_LIST' }]);
    },
  );

  it('reject a stale version', async () => {
    const admin = await signedIn(bench);

    const update = updateTenant(admin, bench.dependencies, changes({ name: 'X' }), { expectedVersion: 4 });

    expect(await codeOf(update)).toBe('VERSION_CONFLICT');
  });

  it('are for admins', async () => {
    const ctx = await signedIn(bench, 'manager');

    expect(await codeOf(getTenantSettings(ctx))).toBe('FORBIDDEN');
    expect(await codeOf(updateTenant(ctx, bench.dependencies, changes({ name: 'X' })))).toBe('FORBIDDEN');
    expect(await ask(bench, 'SELECT name FROM tenants WHERE id = $1', [ctx.tenant.id])).toEqual([
      { name: 'Dupont SA' },
    ]);
  });

  it('leave limits and suspension to the operator: the service role may not write them', async () => {
    const { rows } = await bench.database.pool.query<{ may: boolean }>(
      `SELECT has_column_privilege('tenants', 'limit_customers', 'UPDATE') OR has_column_privilege('tenants', 'is_suspended', 'UPDATE') AS may`,
    );

    expect(rows).toEqual([{ may: false }]);
  });
});

describe('the caller', () => {
  it('learns their rights and limits', async () => {
    const ctx = await signedIn(bench, 'user');
    await ask(bench, `INSERT INTO counters (tenant_id, name, value) VALUES ($1, 'customer.live', 12)`, [ctx.tenant.id]);

    expect(permissionsOf(ctx)).toEqual(expect.arrayContaining(['customer:read', 'contact:update:own']));
    expect(permissionsOf(ctx)).not.toContain('customer:delete');
    expect(await readLimits(ctx)).toEqual([
      { resource: 'customers', limit: 10_000, used: 12 },
      { resource: 'contacts_per_customer', limit: 100, used: null },
      { resource: 'active_opportunities', limit: 1000, used: 0 },
      { resource: 'export_rows', limit: 10_000, used: null },
    ]);
  });
});
