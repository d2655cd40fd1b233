/** The client of PostgreSQL against a server that does whatever a server, a network or a pooler may do. */
import fc from 'fast-check';
import { faultsOf, playSchedule } from './fake-server/stage.js';
import { anySchedule, type Schedule } from './fake-server/schedule.js';
import { FakeServer } from './fake-server/server.js';

/** Raise it to search longer: `SCHEDULE_RUNS=20000 npm test -- platform/postgres/schedules`. */
const RUNS = Number(process.env.SCHEDULE_RUNS ?? 500);
/** What a failure prints, to play it again: the seed, and the path for its smallest schedule only. */
const { SCHEDULE_SEED: SEED, SCHEDULE_PATH: PATH } = process.env;
const SETTINGS = {
  numRuns: RUNS,
  ...(SEED !== undefined && { seed: Number(SEED) }),
  ...(PATH !== undefined && { path: PATH }),
};

const EVERY_FAULT = ['error', 'fatal end', 'fatal freeze', 'socket reset', 'socket freeze', 'lost-names', 'migration'];

let server: FakeServer;
beforeAll(async () => {
  server = await FakeServer.listen();
});
afterAll(() => {
  server.close();
});

const seen = new Map<string, number>();

function note(schedule: Schedule): void {
  for (const fault of faultsOf(schedule)) {
    const name = 'ending' in fault ? `${fault.type} ${fault.ending}` : fault.type;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
}

test(
  'after any schedule every batch has had its own answer or an error, and the pool is whole',
  async () => {
    await fc.assert(
      fc.asyncProperty(anySchedule(), async (schedule) => {
        note(schedule);
        expect(await playSchedule(server, schedule)).toEqual([]);
      }),
      SETTINGS,
    );

    // The search is worth something only while it meets all of them.
    if (RUNS >= 200) expect([...seen.keys()]).toEqual(expect.arrayContaining(EVERY_FAULT));
  },
  60_000 + RUNS * 500,
);
