/** What the database rejects, whoever writes. */
import { newId } from '../../../src/platform/values/ids.js';
import { as } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { aCustomer } from '../customer/customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { describeOnOneNode } = onOneNode();

const service = useService();
let tenant: TestTenant;
let customerId: string;

beforeAll(async () => {
  tenant = await service.aTenant();
  customerId = (await aCustomer(as(service, tenant.admin))).id;
});

type Columns = Readonly<Record<string, unknown>>;

const SOUND: Readonly<Record<'NEW' | 'WON' | 'LOST', Columns>> = {
  NEW: { status: 'NEW', probability: 10, actual_close_date: null, win_reason: null, loss_reason: null },
  WON: { status: 'WON', probability: 100, actual_close_date: '2026-01-01', win_reason: 'Prix', loss_reason: null },
  LOST: { status: 'LOST', probability: 0, actual_close_date: '2026-01-01', win_reason: null, loss_reason: 'Budget' },
};

/** As the superuser: past the service and row-level security, not past CHECKs. @returns the id */
async function insert(columns: Columns): Promise<string> {
  const id = newId();
  const row: Columns = {
    tenant_id: tenant.id,
    id,
    customer_id: customerId,
    code: id,
    name: 'X',
    amount: '1.00',
    currency: 'EUR',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...columns,
  };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await service.ask(
    `INSERT INTO opportunities (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  );
  return id;
}

async function update(id: string, columns: Columns): Promise<void> {
  const sets = Object.keys(columns).map((name, index) => `${name} = $${index + 2}`);
  await service.ask(`UPDATE opportunities SET ${sets.join(', ')} WHERE id = $1`, [id, ...Object.values(columns)]);
}

async function rejectionOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'taken';
  } catch (error) {
    return String(Reflect.get(Object(error), 'constraint') ?? error);
  }
}

describeOnOneNode('the database', () => {
  test.each(Object.entries(SOUND))('takes a sound %s', async (_status, columns) => {
    expect(await rejectionOf(insert(columns))).toBe('taken');
  });

  test.each<[base: keyof typeof SOUND, broken: Columns, constraint: string]>([
    ['WON', { probability: 99 }, 'opportunities_won'],
    ['WON', { actual_close_date: null }, 'opportunities_won'],
    ['WON', { loss_reason: 'x' }, 'opportunities_won'],
    ['LOST', { probability: 1 }, 'opportunities_lost'],
    ['LOST', { actual_close_date: null }, 'opportunities_lost'],
    ['LOST', { win_reason: 'x' }, 'opportunities_lost'],
    ['NEW', { actual_close_date: '2026-01-01' }, 'opportunities_active'],
    ['NEW', { win_reason: 'x' }, 'opportunities_active'],
    ['NEW', { loss_reason: 'x' }, 'opportunities_active'],
    ['NEW', { probability: -1 }, 'opportunities_probability'],
    ['NEW', { probability: 101 }, 'opportunities_probability'],
    ['NEW', { amount: '-0.01' }, 'opportunities_amount'],
    ['NEW', { status: 'OPEN' }, 'opportunities_status'],
    ['NEW', { currency: 'eur' }, 'opportunities_currency_shape'],
    ['NEW', { products: '{}' }, 'opportunities_products_list'],
    ['NEW', { code: '' }, 'opportunities_code_length'],
    ['NEW', { name: '' }, 'opportunities_name_length'],
    ['NEW', { deleted_with: newId() }, 'opportunities_deleted_with'],
    ['NEW', { customer_id: newId() }, 'opportunities_customer'],
    ['NEW', { assigned_to: newId() }, 'opportunities_assigned_to'],
    ['NEW', { created_by: newId() }, 'opportunities_created_by'],
  ])('rejects a %s with %j, new or changed: %s', async (base, broken, constraint) => {
    expect(await rejectionOf(insert({ ...SOUND[base], ...broken }))).toBe(constraint);

    const id = await insert(SOUND[base]);
    expect(await rejectionOf(update(id, broken))).toBe(constraint);
  });

  test('weighs by itself, and takes no other weight', async () => {
    const id = await insert({ ...SOUND.NEW, amount: '100.01', probability: 33 });

    expect(await service.ask('SELECT weighted_amount FROM opportunities WHERE id = $1', [id])).toEqual([
      { weighted_amount: '33.00' },
    ]);
    expect(await rejectionOf(update(id, { weighted_amount: '1' }))).toMatch(/can only be updated to DEFAULT/);
  });

  test('rejects a transition of nothing to nothing', async () => {
    const id = await insert(SOUND.NEW);
    const transition = service.ask(
      `INSERT INTO opportunity_transitions (tenant_id, opportunity_id, version, probability, amount, currency, changed_at)
       VALUES ($1, $2, 1, 10, 1, 'EUR', now())`,
      [tenant.id, id],
    );

    expect(await rejectionOf(transition)).toBe('opportunity_transitions_something');
  });

  test.each(['UPDATE opportunity_transitions SET amount = 0', 'DELETE FROM opportunity_transitions'])(
    'lets the service neither change nor remove transitions: %s',
    async (statement) => {
      const [{ may } = { may: true }] = await service.ask<{ may: boolean }>(
        "SELECT has_table_privilege('crm_app', 'opportunity_transitions', $1) AS may",
        [statement.split(' ')[0]],
      );

      expect(may).toBe(false);
    },
  );
});
