import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { drillExpensive } from './expensive.js';
import { drillHangUps } from './hang-ups.js';

const lines: string[] = [];
const say = (line: string): void => {
  lines.push(line);
};
let databases: TestDatabase[] = [];

async function aDatabase(): Promise<TestDatabase> {
  const database = await cloneDatabase();
  databases.push(database);
  return database;
}

afterEach(async () => {
  await Promise.all(databases.map((database) => database.drop()));
  databases = [];
  lines.length = 0;
});

// `npm run drill -- expensive` sends more of them to ten times the records, and times them.
test('documents at nearly the highest cost are answered, within the bounds of an answer and of memory', async () => {
  const tally = await drillExpensive(await aDatabase(), {
    seed: 7,
    count: 25,
    divisor: 50,
    parts: ['chance'],
    isTimed: false,
    say,
  });

  if (!tally.isWhole) throw new Error([...lines, tally.report()].join('\n'));
}, 300_000);

test('nothing works for clients who left', async () => {
  const tally = await drillHangUps(await aDatabase(), { divisor: 100, rounds: 1, isTimed: false, isHeld: true, say });

  if (!tally.isWhole) throw new Error([...lines, tally.report()].join('\n'));
}, 300_000);
