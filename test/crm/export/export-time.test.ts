/** Exports under other limits than the service's, over real sockets: shorter ones, so that the test need not wait, or longer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportLimits } from '../../../src/tenancy/export-limits.js';
import { startTestService, type OwnService } from '../../support/service.js';
import { atOnce } from '../customer/customer-support.js';
import {
  aWideTenant,
  becomes,
  busyBackends,
  openDownload,
  phasesOf,
  whileCustomersAreLocked,
} from './export-support.js';

const opened: OwnService[] = [];

async function start(exportLimits: Partial<ExportLimits>): Promise<OwnService> {
  const service = await startTestService({}, { exportLimits });
  opened.push(service);
  return service;
}

afterEach(async () => {
  for (const service of opened.splice(0)) await service.close();
});

test('a reader who stops is cut: its connection is closed, its statement over, its export failed', async () => {
  const service = await start({ windowMs: 600 });
  const tenant = await aWideTenant(service);
  const download = await openDownload(service, tenant.admin);
  expect(await becomes(async () => (await busyBackends(service)) === 1, 5)).toBe(true);

  // Not a byte is read, so only the server's side can tell.
  expect(await becomes(async () => (await phasesOf(service, tenant)).length === 2, 10)).toBe(true);

  expect(await phasesOf(service, tenant)).toEqual(['started', 'failed']);
  expect(await becomes(async () => (await busyBackends(service)) === 0, 1)).toBe(true);
  const { isComplete } = await download.rest();
  expect(isComplete).toBe(false);
  const { exportPool } = service.database;
  expect(exportPool.totalCount).toBe(exportPool.idleCount);
}, 60_000);

test('a reader who takes enough but too long is cut all the same', async () => {
  const service = await start({ fileMs: 1500 });
  const tenant = await aWideTenant(service);
  const { response } = await openDownload(service, tenant.admin);
  let taken = 0;
  const reading = (async () => {
    for await (const chunk of response) {
      taken += (chunk as Buffer).length;
      await sleep(20);
    }
  })();

  await expect(reading).rejects.toThrow();
  expect(taken).toBeGreaterThan(65_536);
  expect(await becomes(async () => (await phasesOf(service, tenant)).length === 2, 5)).toBe(true);
  expect(await phasesOf(service, tenant)).toEqual(['started', 'failed']);
  expect(await becomes(async () => (await busyBackends(service)) === 0, 5)).toBe(true);
}, 60_000);

test('counting is part of that time: 503, and nothing goes on', async () => {
  const service = await start({ fileMs: 500 });
  const tenant = await service.aTenant();
  await whileCustomersAreLocked(service, async () => {
    const { response } = await openDownload(service, tenant.admin);

    expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '1']);
    response.resume();
    expect(await becomes(async () => (await busyBackends(service)) === 0, 5)).toBe(true);
    expect(await phasesOf(service, tenant)).toEqual(['started', 'failed']);
  });
}, 60_000);

test('a caller who leaves while waiting for a place is not let in', async () => {
  const service = await start({ waitMs: 60_000 });
  const tenant = await aWideTenant(service);
  const running = await atOnce(2, () => openDownload(service, tenant.admin));
  const leaving = new AbortController();
  const gone = atOnce(5, () =>
    openDownload(service, tenant.admin, { signal: leaving.signal }).then(
      () => 'answered',
      () => 'left',
    ),
  );
  const openSockets = (): Promise<number> =>
    new Promise((resolve) => {
      service.app.server.getConnections((_error, count) => {
        resolve(count);
      });
    });
  expect(await becomes(async () => (await openSockets()) === 7, 10)).toBe(true);

  leaving.abort();

  expect(await gone).toEqual(Array.from({ length: 5 }, () => 'left'));
  expect(await becomes(async () => (await openSockets()) === 2, 10)).toBe(true);
  for (const download of running) download.leave();
  expect(await becomes(async () => (await phasesOf(service, tenant)).length >= 4, 10)).toBe(true);
  await sleep(100);
  expect((await phasesOf(service, tenant)).sort()).toEqual(['failed', 'failed', 'started', 'started']);
}, 60_000);
