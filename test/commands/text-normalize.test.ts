import { jest } from '../support/jest.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { operatorOrigin } from '../../src/audit/events/origin.js';
import { rewriteTenant } from '../../src/commands/text/text-rewrite.js';
import { newId } from '../../src/platform/values/ids.js';
import { makeTarget, type Target } from '../contract/surface/target.js';
import { as } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

// One of the tests starts a process that compiles the command anew.
jest.setTimeout(120_000);

const service = useOwnService();
let tenant: TestTenant;
let target: Target;

beforeEach(async () => {
  tenant = await service.aTenant();
  target = await makeTarget(service, tenant);
  // As if the service had written its rows.
  expect((await rewrite()).changed).toEqual(['telephones 4']);
});

interface Outcome {
  readonly changed: string[];
  readonly collided: string[];
  readonly left: string[];
}

async function rewrite(isDryRun = false): Promise<Outcome> {
  const outcome: Outcome = { changed: [], collided: [], left: [] };
  const report = {
    changed: (recordType: string, id: string, properties: readonly string[]) =>
      void outcome.changed.push(`${recordType} ${id} ${properties.join()}`),
    collided: (recordType: string, rows: readonly { id: string }[]) =>
      void outcome.collided.push(`${recordType} ${rows.map(({ id }) => id).join()}`),
    left: (recordType: string, id: string, property: string) =>
      void outcome.left.push(`${recordType} ${id} ${property}`),
    telephones: (count: number) => void outcome.changed.push(`telephones ${count}`),
  };
  const { database } = service;
  await rewriteTenant({ database, tenantId: tenant.id, origin: operatorOrigin(), isDryRun, report });
  return outcome;
}

function set(table: string, id: string, assignments: string): Promise<unknown> {
  return service.ask(`UPDATE ${table} SET ${assignments} WHERE tenant_id = $1 AND id = $2`, [tenant.id, id]);
}

async function rowOf(table: string, id: string, columns: string): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await service.ask(`SELECT ${columns} FROM ${table} WHERE tenant_id = $1 AND id = $2`, [tenant.id, id]);
  return row ?? {};
}

interface Event {
  readonly action: string;
  readonly actor: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

function eventsOf(id: string): Promise<Event[]> {
  return service.ask<Event & Record<string, unknown>>(
    `SELECT action, actor_kind AS actor, old_value AS before, new_value AS after FROM audit_events
     WHERE tenant_id = $1 AND entity_id = $2 AND actor_kind = 'operator' ORDER BY id`,
    [tenant.id, id],
  );
}

/** Something wrong in every record type, and in one that was deleted. */
async function soil(): Promise<void> {
  await set(
    'customers',
    target.customerId,
    `name = E'Cafe\\u0301\\u00a0\\u200bNoir ', tags = ARRAY[E'e\\u0301te\\u0301', E'\\u200b']`,
  );
  await set('customers', target.deletedId, `phone = E'01\\u200d23', city = E'\\u00a0'`);
  await set('contacts', target.contactId, `first_name = E'Rene\\u0301'`);
  await set('opportunities', target.opportunityId, `code = E'O\\u200b-1', notes = E'a\\u001bb'`);
  await set('activities', target.activityId, `subject = E'\\u202eAppel'`);
  await set(
    'users',
    target.userId,
    `email = E'Zoe\\u0301@essai.example', email_identity = E'Zoe\\u0301@essai.example'`,
  );
}

describe('text:normalize', () => {
  it('makes every text normal, with a version and an event for each row', async () => {
    await soil();
    const before = await rowOf('customers', target.customerId, 'version');

    const { changed, collided, left } = await rewrite();

    expect([collided, left]).toEqual([[], []]);
    expect(changed).toEqual([
      `user ${target.userId} email,emailIdentity`,
      ...[`${target.customerId} name,tags`, `${target.deletedId} phone,city`].sort().map((line) => `customer ${line}`),
      `contact ${target.contactId} firstName`,
      `opportunity ${target.opportunityId} code,notes`,
      `activity ${target.activityId} subject`,
      'telephones 1',
    ]);
    expect(
      await rowOf('customers', target.customerId, 'name, tags, version, updated_at > created_at AS "isStamped"'),
    ).toEqual({
      name: 'Caf\u00e9 Noir',
      tags: ['\u00e9t\u00e9'],
      version: Number(before.version) + 1,
      isStamped: true,
    });
    expect(await rowOf('customers', target.deletedId, 'phone, city')).toEqual({ phone: '0123', city: null });
    expect(await rowOf('users', target.userId, 'email, email_identity')).toEqual({
      email: 'Zo\u00e9@essai.example',
      email_identity: 'zo\u00e9@essai.example',
    });
    expect(await eventsOf(target.opportunityId)).toEqual([
      {
        action: 'opportunity.updated',
        actor: 'operator',
        before: { code: 'O\u200b-1', notes: 'a\u001bb' },
        after: { code: 'O-1', notes: 'ab' },
      },
    ]);
    const found = await as(service, tenant.admin).graphql(
      `{ opportunityByCode(code: "O-1") { id } customers(search: "cafe noir") { nodes { id } } }`,
    );
    expect(found.body).toEqual({
      data: {
        opportunityByCode: { id: target.opportunityId },
        customers: { nodes: [{ id: target.customerId }] },
      },
    });
  });

  it('changes nothing when it runs again, or dry', async () => {
    await soil();
    const dry = await rewrite(true);
    expect(await eventsOf(target.customerId)).toEqual([]);

    expect((await rewrite()).changed).toEqual(dry.changed);
    expect(await rewrite()).toEqual({ changed: [], collided: [], left: [] });
    expect(await eventsOf(target.customerId)).toHaveLength(1);
  });

  it('changes neither of two codes or addresses that would become equal, and lists both', async () => {
    const others = { customer: newId(), user: newId() };
    await copy('customers', target.customerId, others.customer, `code = E'C\\u200bX', name = E'Deux\\u00a0fois'`);
    await set('customers', target.customerId, `code = 'CX'`);
    await copy(
      'users',
      target.userId,
      others.user,
      `email = E'\\u00c9@essai.example', email_identity = E'\\u00c9@essai.example'`,
    );
    await set('users', target.userId, `email = E'\\u00e9@essai.example', email_identity = E'\\u00e9@essai.example'`);

    const { changed, collided } = await rewrite();

    expect(collided).toEqual([
      `user ${[target.userId, others.user].sort().join()}`,
      `customer ${[target.customerId, others.customer].sort().join()}`,
    ]);
    // What else there is to change of such a row is changed.
    expect(changed).toEqual([`customer ${others.customer} name`]);
    expect(await rowOf('customers', others.customer, 'code, name')).toEqual({ code: 'C\u200bX', name: 'Deux fois' });
    expect(await rowOf('users', others.user, 'email_identity')).toEqual({ email_identity: '\u00c9@essai.example' });
  });

  it('finds telephones by all their forms, deleted ones too, without a version or an event', async () => {
    await set('customers', target.customerId, `phone = '01 23 45 67 89', mobile = NULL, search_phone = '0123456789 '`);
    await set('contacts', target.contactId, `phone = NULL, mobile = '+44 20 7946 0958', search_phone = ' '`);
    await set('customers', target.deletedId, `country_code = 'GB', phone = '020 7946 0958', search_phone = ''`);
    const digits = async (table: string, id: string): Promise<unknown> =>
      (await rowOf(table, id, 'search_phone, version')).search_phone;
    const before = await rowOf('customers', target.customerId, 'version, updated_at');
    expect((await rewrite(true)).changed).toEqual(['telephones 3']);
    expect(await digits('customers', target.customerId)).toBe('0123456789 ');

    expect((await rewrite()).changed).toEqual(['telephones 3']);

    expect(await digits('customers', target.customerId)).toBe('0123456789 33123456789');
    expect(await digits('contacts', target.contactId)).toBe('442079460958 02079460958');
    expect(await digits('customers', target.deletedId)).toBe('02079460958 442079460958');
    expect(await rowOf('customers', target.customerId, 'version, updated_at')).toEqual(before);
    expect(await eventsOf(target.customerId)).toEqual([]);
    expect((await rewrite()).changed).toEqual([]);
  });

  it('leaves a name of which nothing would be left, and says so', async () => {
    await set('customers', target.customerId, `name = E'\\u200b'`);

    expect(await rewrite()).toEqual({ changed: [], collided: [], left: [`customer ${target.customerId} name`] });
  });

  it('is a command for one tenant or all, which prints no character that a terminal would obey', async () => {
    const other = newId();
    await copy('customers', target.customerId, other, `code = E'C\\u001bX'`);
    await set('customers', target.customerId, `code = 'CX'`);
    await set('contacts', target.contactId, `title = E'Mme\\u00a0'`);
    const { appUrl, ownerUrl } = service.test;
    const env = { ...process.env, DATABASE_URL: appUrl, DATABASE_MIGRATION_URL: ownerUrl };
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/commands/text-normalize.ts', tenant.id], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');

    const both = [`${target.customerId} "CX"`, `${other} "C\\u001bX"`].sort().join(' and ');
    expect(output).toBe(
      `${tenant.id}:\n  customer: unchanged, since they would become equal: ${both}\n  1 rows changed\n`,
    );
    expect(child.exitCode).toBe(1);
    expect(await rowOf('contacts', target.contactId, 'title')).toEqual({ title: 'Mme' });
  });
});

/** One more row that is like another but for what is assigned. */
async function copy(table: string, id: string, newRowId: string, assignments: string): Promise<void> {
  const changes = assignments.split(', ').map((part) => part.split(' = '));
  const row = [...changes, ['id', `'${newRowId}'`]]
    .map(([column = '', value = '']) => `'${column}', ${value}`)
    .join(', ');
  const [stored] = await service.ask<{ columns: string }>(
    `SELECT string_agg(column_name, ', ') AS columns FROM information_schema.columns
     WHERE table_name = $1 AND table_schema = 'public' AND is_generated = 'NEVER'`,
    [table],
  );
  await service.ask(
    `INSERT INTO ${table} (${stored?.columns ?? ''}) SELECT ${stored?.columns ?? ''} FROM (
       SELECT (jsonb_populate_record(null::${table}, to_jsonb(r) || jsonb_build_object(${row}))).*
       FROM ${table} r WHERE tenant_id = $1 AND id = $2) changed`,
    [tenant.id, id],
  );
}
