/** A compressed file is the reader's as much as one that is not: it ends with the reader, and holds nothing longer. */
import { useOwnService } from '../../support/use-service.js';
import { aWideTenant, becomes, busyBackends, openDownload, phasesOf } from './export-support.js';

const service = useOwnService({}, { exportLimits: { fileMs: 1000 } });

describe.each(['gzip', 'br'])('a file in %s', (coding) => {
  test('ends when its reader leaves', async () => {
    const tenant = await aWideTenant(service);
    const download = await openDownload(service, tenant.admin, { coding });
    expect(download.response.headers['content-encoding']).toBe(coding);

    download.leave();

    expect(await becomes(async () => (await phasesOf(service, tenant)).at(-1) === 'failed', 20)).toBe(true);
    expect(await becomes(async () => (await busyBackends(service)) === 0, 20)).toBe(true);
  });

  test('is cut, and never looks whole, when its reader takes too long', async () => {
    const tenant = await aWideTenant(service);
    const download = await openDownload(service, tenant.admin, { coding });

    expect(await becomes(async () => (await phasesOf(service, tenant)).at(-1) === 'failed', 20)).toBe(true);
    expect((await download.rest()).isComplete).toBe(false);
    expect(await becomes(async () => (await busyBackends(service)) === 0, 20)).toBe(true);
  });
});
