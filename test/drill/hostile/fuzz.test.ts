import { randomInt } from 'node:crypto';
import { useService } from '../../support/use-service.js';
import { fuzz } from './fuzz.js';
import { Tally } from '../tally.js';

const service = useService();

/** Long, because some requests ask the change feed to wait for up to 25 seconds. */
const TIMEOUT_MS = 120_000;

test.each(['rest', 'graphql'] as const)(
  'no request by chance is a fault of ours: %s',
  async (transport) => {
    const seed = Number(process.env.DRILL_SEED ?? randomInt(1_000_000));
    const tenant = await service.aTenant();
    const callers = [tenant.admin, tenant.manager, tenant.readonly].map(({ token }) => ({
      tenantId: tenant.id,
      token,
      renew: () => Promise.resolve(undefined),
    }));
    const tally = new Tally();

    const slowest = await fuzz(
      { origin: service.origin, callers },
      { seed, requests: 400, transports: [transport] },
      tally,
    );

    if (!tally.isWhole)
      throw new Error(`Seed ${seed} (DRILL_SEED=${seed} repeats its choices).\n${tally.report()}\n${slowest}`);
  },
  TIMEOUT_MS,
);
