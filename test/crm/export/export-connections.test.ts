/** Exports and their connections over real sockets: readers who are slow, stop or leave, and what everybody else sees of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { exportCsv } from '../../../src/crm/export/csv-export.service.js';
import { sql } from '../../../src/platform/postgres/sql.js';
import { WaitTimeoutError } from '../../../src/platform/postgres/wait-timeout.js';
import { asAdmin } from '../../audit/support.js';
import { as } from '../../support/client.js';
import { untilWaiting, whileHeld } from '../../support/locks.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { atOnce } from '../customer/customer-support.js';
import {
  aWideTenant,
  becomes,
  busyBackends,
  downloadSlowly,
  openDownload,
  phasesOf,
  whileCustomersAreLocked,
  type OpenDownload,
} from './export-support.js';

const CUSTOMERS = '/v1/commercial/customers';
const WAIT_MS = 400;
const EMPTY = { resource: 'customers', columns: [], part: undefined, metadata: {} } as const;

const service = useOwnService({}, { exportLimits: { waitMs: WAIT_MS } });

function leaveAll(downloads: readonly OpenDownload[]): Promise<boolean> {
  for (const download of downloads) download.leave();
  return becomes(async () => (await busyBackends(service)) === 0, 5);
}

const openFor = (tenant: TestTenant): Promise<OpenDownload> => openDownload(service, tenant.admin);
const statusOf = ({ response }: OpenDownload): number | undefined => response.statusCode;

test('slow downloads come whole, and leave every connection in working order', async () => {
  const tenant = await aWideTenant(service);

  for (let n = 0; n < 12; n += 1) expect([n, await downloadSlowly(service, tenant.admin)]).toEqual([n, true]);

  const { exportPool, pool } = service.database;
  const isWhole = (one: pg.Pool): boolean => one.idleCount === one.totalCount && one.waitingCount === 0;
  expect(await becomes(() => Promise.resolve(isWhole(exportPool) && isWhole(pool)), 5)).toBe(true);
  expect(await busyBackends(service)).toBe(0);
  // Given back each time: a dozen files one after the other need no second connection.
  expect(exportPool.totalCount).toBeLessThanOrEqual(1);
  expect(await phasesOf(service, tenant)).toEqual(Array.from({ length: 12 }, () => ['started', 'finished']).flat());
}, 120_000);

test('a dozen that stop reading delay nobody else: two run, the others are told to come again', async () => {
  const [stalling, other] = [await aWideTenant(service), await service.aTenant()];
  const downloads = await atOnce(12, () => openFor(stalling));
  try {
    const rejected = downloads.filter((download) => statusOf(download) === 503);
    expect(downloads.map(statusOf).sort()).toEqual([200, 200, ...Array.from({ length: 10 }, () => 503)]);
    for (const { response } of rejected) expect(response.headers['retry-after']).toBe('5');
    expect(JSON.parse((await rejected[0]?.rest())?.text ?? '')).toMatchObject({
      code: 'UNAVAILABLE',
      detail: 'Too many exports are running: try again in a few seconds.',
    });

    const client = as(service, other.admin);
    const answers = await atOnce(30, (n) =>
      n % 3 === 0 ? client.post(CUSTOMERS, { name: `N${n}` }) : client.get(n % 3 === 1 ? CUSTOMERS : '/health/ready'),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
    expect((await as(service, stalling.admin).get(`${CUSTOMERS}?page_size=1`)).status).toBe(200);
    expect(await (await openFor(other)).rest()).toMatchObject({ isComplete: true });
  } finally {
    expect(await leaveAll(downloads)).toBe(true);
  }
  // What was turned away has left no event: no row of it left either.
  expect(await becomes(async () => (await phasesOf(service, stalling)).length === 4, 5)).toBe(true);
  expect((await phasesOf(service, stalling)).sort()).toEqual(['failed', 'failed', 'started', 'started']);
}, 60_000);

test('a third of one tenant waits beside a free place, and is told so in both languages', async () => {
  const [tenant, other] = [await aWideTenant(service), await aWideTenant(service)];
  const running = [await openFor(tenant), await openFor(tenant)];
  try {
    const [english, french, ofOther] = await Promise.all([
      openFor(tenant),
      openDownload(service, tenant.manager, { language: 'fr' }),
      openFor(other),
    ]);
    running.push(ofOther, english);
    expect([english, french, ofOther].map(statusOf)).toEqual([503, 503, 200]);
    expect(JSON.parse((await french.rest()).text)).toMatchObject({
      detail: "Trop d'exports sont en cours : réessayez dans quelques secondes.",
    });
  } finally {
    await leaveAll(running);
  }
}, 60_000);

test('one that waits runs as soon as a place is free', async () => {
  const tenants = await atOnce(3, () => aWideTenant(service));
  const last = await service.aTenant();
  const running = await Promise.all(tenants.map(openFor));
  try {
    const waiting = openFor(last);
    await sleep(WAIT_MS / 8);
    running[0]?.leave();
    expect(await (await waiting).rest()).toMatchObject({ isComplete: true });
  } finally {
    await leaveAll(running);
  }
}, 60_000);

describe('a caller who leaves', () => {
  test('during the file frees its connection', async () => {
    const tenant = await aWideTenant(service);
    const downloads = await atOnce(2, () => openFor(tenant));
    expect(await busyBackends(service)).toBeGreaterThan(0);

    expect(await leaveAll(downloads)).toBe(true);

    expect(await becomes(async () => (await phasesOf(service, tenant)).length === 4, 5)).toBe(true);
    expect((await phasesOf(service, tenant)).sort()).toEqual(['failed', 'failed', 'started', 'started']);
  }, 60_000);

  test('while the rows are counted frees it too', async () => {
    const tenant = await service.aTenant();
    const leaving = new AbortController();
    await whileCustomersAreLocked(service, async () => {
      const opening = openDownload(service, tenant.admin, { signal: leaving.signal }).catch(() => 'left');
      expect(await becomes(async () => (await busyBackends(service)) === 1, 10)).toBe(true);

      leaving.abort();

      expect(await opening).toBe('left');
      expect(await becomes(async () => (await busyBackends(service)) === 0, 10)).toBe(true);
      expect(await becomes(async () => (await phasesOf(service, tenant)).length === 2, 5)).toBe(true);
    });
  }, 60_000);

  test('while its first event is written leaves no transaction to the next', async () => {
    const [leaver, next] = [await service.aTenant(), await service.aTenant()];
    // Its connection waits idle, and so the one that leaves is given it at once.
    expect(await (await openFor(leaver)).rest()).toMatchObject({ isComplete: true });
    const leaving = new AbortController();
    await whileHeld(service, 'LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE', [], async () => {
      const opening = openDownload(service, leaver.admin, { signal: leaving.signal }).catch(() => 'left');
      await untilWaiting(service, 1);
      leaving.abort();
      expect(await opening).toBe('left');
    });
    expect(await becomes(async () => (await phasesOf(service, leaver)).length === 4, 5)).toBe(true);

    expect(await busyBackends(service)).toBe(0);
    expect((await as(service, next.admin).post(CUSTOMERS, { name: 'Just made' })).status).toBe(201);
    expect((await (await openFor(next)).rest()).text).toContain('Just made');
  }, 60_000);
});

test('one that waits for its connection in vain is rejected before that can be recorded', async () => {
  const ctx = asAdmin(service, (await service.aTenant()).id);
  const { exportPool } = service.database;
  const taken = await atOnce(3, () => exportPool.connect());
  const late = { ...ctx, database: service.database.until(performance.now() + 2900) };
  const dialect = { delimiter: ';', bom: false, excelFr: false, timeZone: 'UTC' } as const;
  const count = sql`select 0 as total`;
  const { signal } = new AbortController();
  try {
    const rejected = exportCsv(late, { ...EMPTY, dialect, count, rows: () => count, signal }).catch(
      (error: unknown) => error,
    );
    expect(await becomes(async () => (await phasesOf(service, { id: ctx.tenant.id })).length === 1, 2)).toBe(true);
    await whileHeld(service, 'LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE', [], async () => {
      expect(await rejected).toBeInstanceOf(WaitTimeoutError);
      await untilWaiting(service, 1);
    });
    expect(await becomes(async () => (await phasesOf(service, { id: ctx.tenant.id })).length === 2, 5)).toBe(true);
  } finally {
    for (const client of taken) client.release();
  }
}, 60_000);
