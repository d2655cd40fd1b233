/** How a process spends its time on the checks that its callers ask for. Walks are held up by hand, not by a clock. */
import type { TenantReader } from '../../../src/tenancy/tenant-reader.js';
import { inTenantTransaction } from '../../../src/access/writes/transaction.js';
import { recordEvents } from '../../../src/audit/events/audit-event.js';
import { operatorOrigin } from '../../../src/audit/events/origin.js';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { ChainChecks } from '../../../src/audit/seals/chain-checks.js';
import { AppError } from '../../../src/platform/errors/errors.js';
import { aTenant, eventsOf, openAuditBench, runAs, type AuditBench } from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

/** Every walk rests for an hour or so, whatever it took. */
const RESTING = { quickMs: -1, restTimes: 3_600_000, answerWithinMs: 60_000, eventsPerRequest: 1000 };
const NEVER_RESTING = { ...RESTING, quickMs: Infinity };

async function add(tenantId: string, count: number): Promise<void> {
  const events = Array.from(
    { length: count },
    () => ({ action: 'a.b', entityType: 'customer', entityId: null }) as const,
  );
  await inTenantTransaction(bench.database, tenantId, (em) => {
    recordEvents(em, operatorOrigin(), events);
    return Promise.resolve();
  });
  while ((await sealTenant(bench.database, tenantId)) > 0);
}

async function aChain(count = 3): Promise<string> {
  const tenantId = await aTenant(bench);
  await add(tenantId, count);
  return tenantId;
}

/** Past the service, with the rights of the owner; the server has counted it when the connection ends. */
async function edit(tenantId: string): Promise<string> {
  const [event] = await eventsOf(bench, tenantId);
  await runAs(bench.test.ownerUrl, tenantId, [
    `UPDATE audit_events SET action = 'x.y' WHERE tenant_id = '${tenantId}' AND id = '${event?.id ?? ''}'`,
  ]);
  return event?.id ?? '';
}

interface Watched {
  readonly reader: TenantReader;
  /** How many events were read to be checked. */
  readonly checked: () => number;
  /** Lets the held reads go on. */
  readonly release: () => void;
}

/** @param isHeld every read of seals waits until it is released */
function watch(tenantId: string, isHeld = false): Watched {
  const reader = bench.database.reader(tenantId);
  let checked = 0;
  let release = (): void => undefined;
  const authenticator = isHeld ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve();
  const rows: TenantReader['rows'] = async <Row>(statement: Parameters<TenantReader['rows']>[0]) => {
    const text = JSON.stringify(statement);
    if (text.includes('FROM audit_seals')) await authenticator;
    const found = await reader.rows<Row>(statement);
    if (text.includes('values_digest')) checked += found.length;
    return found;
  };
  const watched = Object.create(reader, { rows: { value: rows } }) as TenantReader;
  return {
    reader: watched,
    checked: () => checked,
    release: () => {
      release();
    },
  };
}

describe('a short trail', () => {
  it('is walked anew for every request', async () => {
    const tenantId = await aChain();
    const { reader, checked } = watch(tenantId);
    const checks = new ChainChecks(NEVER_RESTING);

    await checks.check(reader, false);
    await checks.check(reader, false);

    expect(checked()).toBe(6);
  });
});

describe('a long trail', () => {
  it('is not walked again soon: a request adds what came since', async () => {
    const tenantId = await aChain(1500);
    const { reader, checked } = watch(tenantId);
    const checks = new ChainChecks(RESTING);
    const first = await checks.check(reader, false);
    expect(first).toMatchObject({ events: 1500, isComplete: true, head: { seq: 2 }, problems: [] });
    await add(tenantId, 2);

    const second = await checks.check(reader, false);

    expect(second).toMatchObject({ events: 1502, isComplete: true, head: { seq: 3 }, walkedAt: first.walkedAt });
    expect(checked()).toBe(1502);
  });

  it('is walked again at once when rows were changed', async () => {
    const tenantId = await aChain(5);
    const checks = new ChainChecks(RESTING);
    const { reader } = watch(tenantId);
    expect(await checks.check(reader, false)).toMatchObject({ problems: [] });

    const eventId = await edit(tenantId);

    expect(await checks.check(reader, false)).toMatchObject({ problems: [{ kind: 'event_edited', eventId }] });
  });

  it('shows a cut end in between', async () => {
    const tenantId = await aChain(5);
    const checks = new ChainChecks(RESTING);
    // Whoever may cut the trail may also reset the counts of the server.
    const whole = bench.database.reader(tenantId);
    const rows: TenantReader['rows'] = (statement) =>
      JSON.stringify(statement).includes('pg_stat_user_tables') ? Promise.resolve([]) : whole.rows(statement);
    const uncounted = Object.create(whole, { rows: { value: rows } }) as TenantReader;
    await checks.check(uncounted, false);
    await runAs(bench.test.superuserUrl, tenantId, [
      `DELETE FROM audit_seals WHERE tenant_id = '${tenantId}'`,
      `DELETE FROM audit_events WHERE tenant_id = '${tenantId}'`,
    ]);

    expect(await checks.check(uncounted, false)).toMatchObject({ problems: [{ kind: 'head_missing', seq: 1 }] });
  });

  it('of which more came than a request checks says so, and where it is', async () => {
    const tenantId = await aChain(3);
    const { reader, checked } = watch(tenantId);
    const checks = new ChainChecks(RESTING);
    await checks.check(reader, false);
    await add(tenantId, 2500);

    expect(await checks.check(reader, false)).toMatchObject({ isComplete: false, head: { seq: 2 } });
    expect(checked()).toBe(1003);
    expect(await checks.check(reader, false)).toMatchObject({ isComplete: false, head: { seq: 3 } });
    expect(await checks.check(reader, false)).toMatchObject({ isComplete: true, events: 2503, problems: [] });
  });

  it('says how far it is when the first walk takes long, and the walk goes on', async () => {
    const { reader, release } = watch(await aChain(), true);
    const checks = new ChainChecks({ ...RESTING, answerWithinMs: 1 });

    const early = await checks.check(reader, false);
    const whole = checks.check(reader, true);
    release();

    expect(early).toEqual({ seals: 0, events: 0, head: undefined, problems: [], isComplete: false });
    expect(await whole).toMatchObject({ events: 3, isComplete: true });
  });

  it('is walked once for all who ask, and rejected whole when it has just been', async () => {
    const { reader, checked } = watch(await aChain());
    const checks = new ChainChecks(RESTING);

    const [one, other] = await Promise.all([checks.check(reader, true), checks.check(reader, false)]);

    expect(other).toBe(one);
    expect(checked()).toBe(3);
    const rejection = await checks.check(reader, true).catch((error: unknown) => error);
    expect(rejection).toBeInstanceOf(AppError);
    expect(rejection).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) as number });
  });

  it('is walked anew after a walk that broke off', async () => {
    const tenantId = await aChain();
    const checks = new ChainChecks(RESTING);
    const whole = bench.database.reader(tenantId);
    const broken: TenantReader['rows'] = () => Promise.reject(new Error('gone'));
    const breaking = Object.create(whole, { rows: { value: broken } }) as TenantReader;
    await expect(checks.check(breaking, false)).rejects.toThrow('gone');

    expect(await checks.check(whole, false)).toMatchObject({ events: 3, isComplete: true });
  });
});

test('the process remembers no more tenants than it may', async () => {
  const { reader, checked } = watch(await aChain());
  const checks = new ChainChecks(RESTING);
  await checks.check(reader, false);
  for (let index = 0; index < 100; index += 1) {
    const nobody = { tenantId: `nobody-${index}`, rows: () => Promise.resolve([]) } as unknown as TenantReader;
    await checks.check(nobody, false);
  }

  await checks.check(reader, false);

  expect(checked()).toBe(6);
});
