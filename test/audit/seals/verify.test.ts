import { createHash } from 'node:crypto';
import { findEvents, findSeals, type StoredEvent } from '../../../src/audit/seals/audit-trail.query.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { canonicalJson, digestEvent, hashSeal, type SealValues } from '../../../src/audit/seals/chain-digest.js';
import { verifyChain, type ChainHead, type ChainReport } from '../../../src/audit/seals/verify.js';
import {
  asAdmin,
  aTenant,
  changeUser,
  eventsOf,
  openAuditBench,
  runAs,
  saveUser,
  type AuditBench,
} from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

interface Trail {
  readonly tenantId: string;
  /** In the order of their ids: three seals of two events each. */
  readonly ids: readonly string[];
  verify(head?: ChainHead): Promise<ChainReport>;
  /** As superuser: what no role of the service may do. */
  tamper(...statements: string[]): Promise<void>;
}

async function aChain(): Promise<Trail> {
  const tenantId = await aTenant(bench);
  const ctx = asAdmin(bench, tenantId);
  for (let seal = 1; seal <= 3; seal += 1) {
    const id = await saveUser(ctx);
    await changeUser(ctx, id, (user) => Object.assign(user, { role: 'manager' }));
    await sealTenant(bench.database, tenantId);
  }
  return {
    tenantId,
    ids: (await eventsOf(bench, tenantId)).map(({ id }) => id),
    verify: (head) => verifyChain(bench.database.reader(tenantId), head),
    tamper: async (...statements) => {
      await runAs(bench.test.superuserUrl, tenantId, statements);
    },
  };
}

const summary = ({ problems }: ChainReport): unknown[] =>
  problems.map(({ kind, seq, eventId }) => [kind, seq, eventId].filter((part) => part !== undefined));

async function sealOf({ tenantId }: Trail, seq: number): Promise<SealValues> {
  const [seal] = await findSeals(bench.database.reader(tenantId), seq - 1);
  if (!seal) throw new Error(`There is no seal ${seq}.`);
  return seal;
}

/** Writes a seal as somebody would who knows how they are made. */
async function forgeSeal(trail: Trail, seal: SealValues): Promise<void> {
  await trail.tamper(`UPDATE audit_seals SET event_ids = '{${seal.event_ids.join(',')}}',
    event_digests = decode('${seal.event_digests.join('')}', 'hex'), hash = decode('${hashSeal(seal)}', 'hex')
    WHERE tenant_id = '${trail.tenantId}' AND seq = ${seal.seq}`);
}

function digestBefore(event: StoredEvent): string {
  const { tenant_id, id, created_at, actor_kind, user_id, user_role, values_digest } = event;
  const { action, entity_type, entity_id, request_id, success, error_code } = event;
  const who = { tenant_id, id, created_at, actor_kind, user_id, user_role, values_digest };
  const text = canonicalJson({ ...who, action, entity_type, entity_id, request_id, success, error_code });
  return createHash('sha256').update(text).digest('hex');
}

describe('an untouched trail', () => {
  it('has no problem, and a head to keep', async () => {
    const trail = await aChain();

    const report = await trail.verify();

    expect(report).toMatchObject({ seals: 3, events: 6, head: { seq: 3 }, problems: [] });
    expect(await trail.verify(report.head)).toEqual(report);
  });

  it('is as valid where its events name no changed fields, as those of older versions do not', async () => {
    const trail = await aChain();
    const [created = '', updated = ''] = trail.ids;
    const events = await findEvents(bench.database.reader(trail.tenantId), [created, updated]);
    const old = events.find(({ id }) => id === created);
    const recent = events.find(({ id }) => id === updated);

    expect([old?.changed_fields, recent?.changed_fields]).toEqual([null, ['role']]);
    // Digests as they were made before there was such a field.
    const before = events.map((event) => [event.id, digestBefore(event) === event.digest]);
    expect(Object.fromEntries(before)).toEqual({ [created]: true, [updated]: false });
  });

  it('may be empty', async () => {
    const tenantId = await aTenant(bench);

    const report = await verifyChain(bench.database.reader(tenantId));

    expect(report).toEqual({ seals: 0, events: 0, head: undefined, problems: [] });
  });

  it('stays whole when a person is erased', async () => {
    const trail = await aChain();
    const { tenantId, ids } = trail;

    await runAs(
      bench.test.superuserUrl,
      tenantId,
      [
        `UPDATE audit_events SET user_email = NULL, ip_address = NULL, description = NULL, old_value = NULL,
          new_value = NULL, salt = NULL WHERE tenant_id = '${tenantId}' AND id = '${ids[1] ?? ''}'`,
      ],
      'crm_eraser',
    );

    expect(summary(await trail.verify())).toEqual([]);
    expect((await eventsOf(bench, tenantId))[1]).toMatchObject({ old_value: null, salt: null });
  });

  it('may wait up to a minute for its seal', async () => {
    const trail = await aChain();
    await saveUser(asAdmin(bench, trail.tenantId));

    expect(summary(await trail.verify())).toEqual([]);
  });
});

describe('the eraser', () => {
  const eraser = (tenantId: string, statement: string) =>
    runAs(bench.test.superuserUrl, tenantId, [statement], 'crm_eraser');

  it('cannot leave values behind without their salt', async () => {
    const { tenantId } = await aChain();

    await expect(eraser(tenantId, 'UPDATE audit_events SET salt = NULL')).rejects.toMatchObject({ code: '23514' });
  });

  it.each([`UPDATE audit_events SET action = 'x'`, 'DELETE FROM audit_events', 'DELETE FROM audit_seals'])(
    'may not: %s',
    async (statement) => {
      const { tenantId } = await aChain();

      await expect(eraser(tenantId, statement)).rejects.toMatchObject({ code: '42501' });
    },
  );
});

describe('an edited event', () => {
  it.each([
    `action = 'user.deleted'`,
    `success = false`,
    `user_id = NULL`,
    `created_at = created_at - interval '1 ms'`,
    `user_email = 'mallory@example.com'`,
    `description = 'nothing happened'`,
    `new_value = new_value || '{"role": "admin"}'`,
    `old_value = NULL`,
    `salt = '\\x00'`,
    `values_digest = '\\x00'`,
    `changed_fields = NULL`,
    `changed_fields = '{}'`,
    `changed_fields = '{is_active}'`,
  ])('is found and named: %s', async (edit) => {
    const trail = await aChain();
    const [, edited = ''] = trail.ids;

    await trail.tamper(`UPDATE audit_events SET ${edit} WHERE tenant_id = '${trail.tenantId}' AND id = '${edited}'`);

    const report = await trail.verify();
    expect(summary(report)).toEqual([['event_edited', 1, edited]]);
    expect(report.problems[0]?.sentence.en).toContain(edited);
  });

  it('is found though its own digest was made to fit', async () => {
    const trail = await aChain();
    const [, edited = ''] = trail.ids;
    const event = (await eventsOf(bench, trail.tenantId))[1];
    if (!event) throw new Error('There is no such event.');
    const values = { ...event, action: 'user.deleted', created_at: new Date(event.created_at).toISOString() };
    const digest = digestEvent(values, event.values_digest);

    await trail.tamper(`UPDATE audit_events SET action = 'user.deleted', digest = decode('${digest}', 'hex')
      WHERE tenant_id = '${trail.tenantId}' AND id = '${edited}'`);

    expect(summary(await trail.verify())).toEqual([['event_edited', 1, edited]]);
  });
});

describe('a removed event', () => {
  it('is found and named', async () => {
    const trail = await aChain();
    const removed = trail.ids[2] ?? '';

    await trail.tamper(`DELETE FROM audit_events WHERE id = '${removed}'`);

    expect(summary(await trail.verify())).toEqual([['event_removed', 2, removed]]);
  });

  it('is found before it was sealed', async () => {
    const trail = await aChain();
    await saveUser(asAdmin(bench, trail.tenantId));
    const removed = (await eventsOf(bench, trail.tenantId)).at(-1)?.id ?? '';

    await trail.tamper(`DELETE FROM audit_events WHERE id = '${removed}'`);
    expect(await sealTenant(bench.database, trail.tenantId)).toBe(0);

    expect(summary(await trail.verify())).toEqual([['event_removed', removed]]);
  });

  it('is found though its seal was made to forget it', async () => {
    const trail = await aChain();
    const [first = '', removed = ''] = trail.ids;
    const seal = await sealOf(trail, 1);

    await trail.tamper(`DELETE FROM audit_events WHERE id = '${removed}'`);
    await forgeSeal(trail, { ...seal, event_ids: [first], event_digests: seal.event_digests.slice(0, 1) });

    expect(summary(await trail.verify())).toEqual([['seal_out_of_chain', 2]]);
  });
});

describe('a reordered trail', () => {
  it('is found when events change places within a seal', async () => {
    const trail = await aChain();
    const [first = '', second = ''] = trail.ids;

    await trail.tamper(
      `UPDATE audit_seals SET event_ids = '{${second},${first}}' WHERE tenant_id = '${trail.tenantId}' AND seq = 1`,
    );

    expect(summary(await trail.verify())).toEqual([
      ['seal_edited', 1],
      ['event_reordered', 1, second],
      ['event_reordered', 1, first],
    ]);
  });

  it('is found when the seal was made to fit', async () => {
    const trail = await aChain();
    const seal = await sealOf(trail, 1);

    await forgeSeal(trail, {
      ...seal,
      event_ids: seal.event_ids.toReversed(),
      event_digests: seal.event_digests.toReversed(),
    });

    expect(summary(await trail.verify())).toEqual([['seal_out_of_chain', 2]]);
  });

  it('is found when seals change places', async () => {
    const trail = await aChain();
    const where = `WHERE tenant_id = '${trail.tenantId}' AND seq =`;

    await trail.tamper(
      `UPDATE audit_seals SET seq = 99 ${where} 1`,
      `UPDATE audit_seals SET seq = 1 ${where} 2`,
      `UPDATE audit_seals SET seq = 2 ${where} 99`,
    );

    const kinds = summary(await trail.verify());
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['seal_edited', 1],
        ['seal_edited', 2],
      ]),
    );
  });
});

describe('a cut or rewritten trail', () => {
  it('names a seal that is missing in the middle', async () => {
    const trail = await aChain();

    await trail.tamper(`DELETE FROM audit_seals WHERE tenant_id = '${trail.tenantId}' AND seq = 2`);

    expect(summary(await trail.verify())).toEqual([
      ['seal_removed', 2],
      ['event_unsealed', trail.ids[2]],
      ['event_unsealed', trail.ids[3]],
    ]);
  });

  it('shows a cut end against the head that was kept', async () => {
    const trail = await aChain();
    const { head } = await trail.verify();

    await trail.tamper(
      `DELETE FROM audit_events WHERE id IN (${trail.ids
        .slice(4)
        .map((id) => `'${id}'`)
        .join()})`,
      `DELETE FROM audit_seals WHERE tenant_id = '${trail.tenantId}' AND seq = 3`,
    );

    expect(summary(await trail.verify())).toEqual([]);
    expect(summary(await trail.verify(head))).toEqual([['head_missing', 3]]);
  });

  it('shows a rewritten end against the head that was kept', async () => {
    const trail = await aChain();
    const { head } = await trail.verify();
    const seal = await sealOf(trail, 3);

    await forgeSeal(trail, {
      ...seal,
      event_ids: seal.event_ids.toReversed(),
      event_digests: seal.event_digests.toReversed(),
    });

    expect(summary(await trail.verify())).toEqual([]);
    expect(summary(await trail.verify(head))).toEqual([['head_different', 3]]);
  });
});

describe('an event without a seal', () => {
  it('is named after a minute', async () => {
    const trail = await aChain();
    const { tenantId } = trail;
    await saveUser(asAdmin(bench, tenantId));
    const late = (await eventsOf(bench, tenantId)).at(-1)?.id ?? '';

    await trail.tamper(
      `UPDATE audit_events SET recorded_at = recorded_at - interval '61 s' WHERE tenant_id = '${tenantId}' AND id = '${late}'`,
    );

    expect(summary(await trail.verify())).toEqual([['event_unsealed', late]]);
  });

  it('is named though it was slipped in between sealed ones', async () => {
    const trail = await aChain();
    const between = (trail.ids[2] ?? '').replace(/.$/, (digit) => (digit === 'f' ? 'e' : 'f'));

    const copied = `actor_kind, user_id, user_role, action, entity_type, entity_id, request_id, success, error_code, user_email,
      ip_address, description, old_value, new_value, salt, values_digest, digest`;
    await trail.tamper(`INSERT INTO audit_events (tenant_id, id, created_at, ${copied})
      SELECT tenant_id, '${between}', '2020-01-01T00:00:00Z', ${copied} FROM audit_events WHERE id = '${trail.ids[2] ?? ''}'`);

    expect(summary(await trail.verify())).toEqual([
      ['event_unsealed', between],
      ['event_edited', between],
      ['event_misdated', between],
    ]);
  });
});
