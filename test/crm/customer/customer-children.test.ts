import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { activeCapacity, aChild, childRow, transitionsOf, type ChildTable } from '../record/child-rows.js';
import {
  aCustomer,
  addressOf,
  eventsOf,
  graphqlIn,
  outcomeOf,
  problemIn,
  rowOf,
  type CustomerJson,
} from './customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

const TABLES: readonly ChildTable[] = ['contacts', 'opportunities', 'activities'];
const RESTORE = 'mutation ($id: ID!) { restoreCustomer(id: $id) { customer { id } } }';

interface Family {
  readonly tenant: TestTenant;
  readonly client: Client;
  readonly customer: CustomerJson;
}

/** A customer of a tenant of its own. */
async function aFamily(settings: Readonly<Record<string, number>> = {}): Promise<Family> {
  const tenant = await service.aTenant(settings);
  const client = as(service, tenant.admin);
  return { tenant, client, customer: await aCustomer(client) };
}

function restore(client: Client, { id }: { readonly id: string }): Promise<Answer> {
  return client.post(`${addressOf({ id })}/restore`);
}

/** Everything that a deletion changes and a restoration changes back is put aside. */
function unmoved(row: Record<string, unknown>): Record<string, unknown> {
  return { ...row, version: 0, updated_at: null, deleted_at: null, deleted_with: null };
}

describe('deleting a customer', () => {
  test.each(TABLES)('takes its live %s along, at the same moment, each with its next version', async (table) => {
    const { tenant, client, customer } = await aFamily();
    const other = await aCustomer(client);
    const [mine, theirs] = [
      await aChild(service, tenant, table, customer.id, { version: 3 }),
      await aChild(service, tenant, table, other.id),
    ];
    const before = { mine: await childRow(service, table, mine), theirs: await childRow(service, table, theirs) };

    expect((await client.delete(addressOf(customer))).status).toBe(204);

    const taken = await childRow(service, table, mine);
    const parent = await rowOf(service, customer.id);
    expect(taken).toMatchObject({ deleted_at: parent?.deleted_at, deleted_with: customer.id, version: 4 });
    expect(taken.updated_at).toEqual(taken.deleted_at);
    expect(unmoved(taken)).toEqual(unmoved(before.mine));
    expect(await childRow(service, table, theirs)).toEqual(before.theirs);
  });

  test.each(TABLES)('leaves %s alone that were deleted before', async (table) => {
    const { tenant, client, customer } = await aFamily();
    const child = await aChild(service, tenant, table, customer.id, { deleted_at: '2026-02-01T00:00:00Z', version: 2 });
    const before = await childRow(service, table, child);

    await client.delete(addressOf(customer));

    expect(await childRow(service, table, child)).toEqual(before);
  });

  test('is one event that counts what it took; so is a restore', async () => {
    const { tenant, client, customer } = await aFamily();
    for (const [table, count] of [
      ['contacts', 2],
      ['opportunities', 3],
      ['activities', 4],
    ] as const) {
      for (let i = 0; i < count; i += 1) await aChild(service, tenant, table, customer.id);
      await aChild(service, tenant, table, customer.id, { deleted_at: '2026-02-01T00:00:00Z' });
    }

    await client.delete(addressOf(customer));
    await client.graphql(RESTORE, { id: customer.id });

    const counts = { contacts: 2, opportunities: 3, activities: 4 };
    const [, deleted, restored, ...more] = await eventsOf(service, tenant);
    expect(more).toEqual([]);
    expect(deleted).toMatchObject({ action: 'customer.deleted', entity_id: customer.id, new_value: counts });
    expect(restored).toMatchObject({ action: 'customer.restored', entity_id: customer.id, new_value: counts });
  });

  test('writes the end of each opportunity into its history, and its new beginning at the restore', async () => {
    const { tenant, client, customer } = await aFamily();
    const worth = { probability: 45, amount: '12.34', currency: 'USD' };
    const values = { ...worth, status: 'PROPOSAL', version: 7 };
    const id = await aChild(service, tenant, 'opportunities', customer.id, values);

    await client.delete(addressOf(customer));
    const { deleted_at } = await childRow(service, 'opportunities', id);
    await restore(client, customer);

    const [, end, beginning, ...more] = await transitionsOf(service, id);
    expect(more).toEqual([]);
    expect(end).toMatchObject({
      ...worth,
      version: 8,
      from_status: 'PROPOSAL',
      to_status: null,
      changed_at: deleted_at,
    });
    expect(beginning).toMatchObject({ ...worth, version: 9, from_status: null, to_status: 'PROPOSAL' });
    expect([end?.changed_by, beginning?.changed_by]).toEqual([tenant.admin.id, tenant.admin.id]);
  });

  test('takes as many messages with many children as without any', async () => {
    const [small, large] = [await aFamily(), await aFamily()];
    for (const table of TABLES) {
      for (let i = 0; i < 5; i += 1) await aChild(service, large.tenant, table, large.customer.id);
    }
    const watch = watchStatements();
    const messagesOf = async ({ client, customer }: Family): Promise<number[]> => {
      const counts = [];
      for (const send of [() => client.delete(addressOf(customer)), () => restore(client, customer)]) {
        watch.clear();
        await send();
        counts.push(watch.messages.length);
      }
      return counts;
    };

    const [few, many] = [await messagesOf(small), await messagesOf(large)];
    watch.stop();

    expect(few).toEqual([3, 4]);
    expect(many).toEqual(few);
  });

  testOnOneNode('leaves everything as it was when it is rejected or fails', async () => {
    const { tenant, client, customer } = await aFamily();
    const id = await aChild(service, tenant, 'opportunities', customer.id);
    const before = await childRow(service, 'opportunities', id);
    const name = `reject_${tenant.id.replaceAll('-', '_')}`;

    expect((await as(service, tenant.manager).delete(addressOf(customer))).status).toBe(403);
    expect((await client.request('DELETE', addressOf(customer), undefined, { 'if-match': '"9"' })).status).toBe(412);
    await service.ask(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.tenant_id = '${tenant.id}' THEN RAISE 'no'; END IF; RETURN NEW; END $$`,
    );
    await service.ask(`CREATE TRIGGER ${name} BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    expect((await client.delete(addressOf(customer))).status).toBe(500);
    await service.ask(`DROP TRIGGER ${name} ON audit_events`);

    expect(await childRow(service, 'opportunities', id)).toEqual(before);
    expect(await transitionsOf(service, id)).toHaveLength(1);
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 1, active: 1 });
  });
});

describe('restoring a customer', () => {
  test.each(TABLES)('brings back the %s that its deletion took, and no others', async (table) => {
    const { tenant, client, customer } = await aFamily();
    const other = await aCustomer(client);
    const [taken, before, ofOther] = [
      await aChild(service, tenant, table, customer.id),
      await aChild(service, tenant, table, customer.id, { deleted_at: '2026-02-01T00:00:00Z' }),
      await aChild(service, tenant, table, other.id),
    ];
    const original = await childRow(service, table, taken);
    await client.delete(addressOf(customer));
    await client.delete(addressOf(other));
    // Deleted by itself at the very moment at which its customer was.
    const { deleted_at: moment } = await childRow(service, table, taken);
    const meanwhile = await aChild(service, tenant, table, customer.id, { deleted_at: moment });

    expect((await restore(client, customer)).status).toBe(200);

    const back = await childRow(service, table, taken);
    expect(back).toMatchObject({ deleted_at: null, deleted_with: null, version: original.version + 2 });
    expect(back.updated_at > original.updated_at).toBe(true);
    expect(unmoved(back)).toEqual(unmoved(original));
    expect((await childRow(service, table, before)).deleted_at).toEqual(new Date('2026-02-01T00:00:00Z'));
    expect((await childRow(service, table, meanwhile)).deleted_at).toEqual(moment);
    expect((await childRow(service, table, ofOther)).deleted_with).toBe(other.id);
  });

  test('brings back what the last deletion took, not what was deleted by itself between two', async () => {
    const { tenant, client, customer } = await aFamily();
    const [stays, goes] = [
      await aChild(service, tenant, 'contacts', customer.id),
      await aChild(service, tenant, 'contacts', customer.id),
    ];
    await client.delete(addressOf(customer));
    await restore(client, customer);
    await service.ask('UPDATE contacts SET deleted_at = now() WHERE id = $1', [goes]);
    await client.delete(addressOf(customer));

    await restore(client, customer);

    expect((await childRow(service, 'contacts', stays)).deleted_at).toBeNull();
    expect((await childRow(service, 'contacts', goes)).deleted_at).not.toBeNull();
    const events = await eventsOf(service, tenant);
    expect(events.slice(-2).map(({ new_value }) => new_value?.contacts)).toEqual([1, 1]);
  });

  test('of a live customer does nothing, also when it is asked for many times at once', async () => {
    const { tenant, client, customer } = await aFamily();
    const id = await aChild(service, tenant, 'opportunities', customer.id);
    await client.delete(addressOf(customer));

    const answers = await Promise.all(Array.from({ length: 5 }, () => restore(client, customer)));

    expect(answers.map(outcomeOf)).toEqual(Array(5).fill('200'));
    expect(await childRow(service, 'opportunities', id)).toMatchObject({ version: 3, deleted_at: null });
    expect(await eventsOf(service, tenant)).toHaveLength(3);
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 1, active: 1 });
  });
});

describe('the limits', () => {
  test('of active opportunities: a deletion makes room, a restore needs it, won and lost ones count for nothing', async () => {
    const { tenant, client, customer } = await aFamily({ limit_active_opportunities: 3 });
    const other = await aCustomer(client);
    const today = { actual_close_date: '2026-03-01' };
    await aChild(service, tenant, 'opportunities', customer.id);
    await aChild(service, tenant, 'opportunities', customer.id, { status: 'NEGOTIATION', probability: 75 });
    await aChild(service, tenant, 'opportunities', customer.id, { status: 'WON', probability: 100, ...today });
    await aChild(service, tenant, 'opportunities', customer.id, { status: 'LOST', probability: 0, ...today });
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 2, active: 2 });

    await client.delete(addressOf(customer));
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 0, active: 0 });
    const [one] = [
      await aChild(service, tenant, 'opportunities', other.id),
      await aChild(service, tenant, 'opportunities', other.id),
    ];

    const rejected = await restore(client, customer);
    expect(outcomeOf(rejected)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(rejected).details).toEqual({ resource: 'active_opportunities', limit: 3, used: 2 });
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 2, active: 2 });
    expect((await rowOf(service, customer.id))?.deleted_at).not.toBeNull();

    await service.ask('UPDATE opportunities SET deleted_at = now() WHERE id = $1', [one]);
    await service.ask("UPDATE counters SET value = 1 WHERE name = 'opportunity.live' AND tenant_id = $1", [tenant.id]);
    expect((await restore(client, customer)).status).toBe(200);
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 3, active: 3 });
  });

  test('of active opportunities is exact when more customers come back at once than there is room for', async () => {
    const { tenant, client, customer } = await aFamily({ limit_active_opportunities: 5 });
    const customers = [customer, await aCustomer(client), await aCustomer(client), await aCustomer(client)];
    for (const { id } of customers) {
      await aChild(service, tenant, 'opportunities', id);
      await aChild(service, tenant, 'opportunities', id);
    }
    const deletions = await Promise.all(customers.map((one) => client.delete(addressOf(one))));
    expect(deletions.map(outcomeOf)).toEqual(['204', '204', '204', '204']);

    const answers = await Promise.all(customers.map((one) => restore(client, one)));

    expect(answers.map(outcomeOf).sort()).toEqual(['200', '200', '409 QUOTA_EXCEEDED', '409 QUOTA_EXCEEDED']);
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 4, active: 4 });
  });

  test('of contacts holds when it was lowered meanwhile', async () => {
    const { tenant, client, customer } = await aFamily({ limit_contacts_per_customer: 1 });
    await aChild(service, tenant, 'contacts', customer.id);
    await aChild(service, tenant, 'contacts', customer.id);
    await client.delete(addressOf(customer));

    const rejected = await restore(client, customer);

    expect(outcomeOf(rejected)).toBe('409 QUOTA_EXCEEDED');
    expect(problemIn(rejected).details).toEqual({ resource: 'contacts_per_customer', limit: 1, used: 0 });
  });
});

describe('an opportunity code that was taken meanwhile', () => {
  test('rejects the restore, names who has it, and leaves nothing behind', async () => {
    const { tenant, client, customer } = await aFamily();
    const other = await aCustomer(client);
    const mine = await aChild(service, tenant, 'opportunities', customer.id, { code: 'OPP-1' });
    await aChild(service, tenant, 'opportunities', customer.id, { code: 'OPP-2' });
    const contact = await aChild(service, tenant, 'contacts', customer.id);
    await client.delete(addressOf(customer));
    await aChild(service, tenant, 'opportunities', other.id, { code: 'OPP-0' });
    const holder = await aChild(service, tenant, 'opportunities', other.id, { code: 'OPP-1' });
    const before = await childRow(service, 'opportunities', mine);

    const overRest = await client.post(`${addressOf(customer)}/restore`, undefined, { 'accept-language': 'fr' });
    const overGraphql = await client.graphql(RESTORE, { id: customer.id });

    expect(outcomeOf(overRest)).toBe('409 DUPLICATE');
    expect(problemIn(overRest)).toMatchObject({
      detail: 'Code opportunité déjà utilisé',
      details: { field: 'code', existing_id: holder },
    });
    expect(graphqlIn(overGraphql).errors?.[0]?.extensions).toMatchObject({
      code: 'DUPLICATE',
      details: { field: 'code', existing_id: holder },
    });
    expect(await childRow(service, 'opportunities', mine)).toEqual(before);
    expect((await childRow(service, 'contacts', contact)).deleted_at).not.toBeNull();
    expect(await transitionsOf(service, mine)).toHaveLength(2);
    expect(await activeCapacity(service, tenant)).toEqual({ taken: 2, active: 2 });
  });

  test('is not looked for in another tenant', async () => {
    const [mine, theirs] = [await aFamily(), await aFamily()];
    await aChild(service, mine.tenant, 'opportunities', mine.customer.id, { code: 'OPP-1' });
    await mine.client.delete(addressOf(mine.customer));
    await aChild(service, theirs.tenant, 'opportunities', theirs.customer.id, { code: 'OPP-1' });

    expect((await restore(mine.client, mine.customer)).status).toBe(200);
  });
});
