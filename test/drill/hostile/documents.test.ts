import { cloneDatabase, type TestDatabase } from '../../support/database.js';
import { drillDocuments } from './documents.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await cloneDatabase();
});

afterAll(() => database.drop());

// As many as ended the process when documents were bounded by their count; `npm run drill -- documents` sends 100 000.
test('a heap of 256 MB survives documents that are all different', async () => {
  const lines: string[] = [];
  const tally = await drillDocuments(database, { seed: 7, count: 1000, say: (line) => lines.push(line) });
  if (!tally.isWhole) throw new Error([...lines, tally.report()].join('\n'));
}, 180_000);
