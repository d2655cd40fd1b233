import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { faultyRequest, startFaultyToy, type FaultyRequest } from './graphql-faults.js';
import { postTo, type Toy } from './graphql-toy.js';

/** Raise it to search longer: `FAULT_RUNS=20000 npm test -- graphql-executor`. */
const RUNS = Number(process.env.FAULT_RUNS ?? 200);

let compiled: Toy;
let interpreted: Worker;
let interpretedUrl: string;
beforeAll(async () => {
  interpreted = new Worker(new URL('./graphql-reference-worker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  });
  compiled = await startFaultyToy({ compile: true });
  interpretedUrl = String((await once(interpreted, 'message'))[0]);
}, 30_000);
afterAll(() => Promise.all([compiled.app.close(), interpreted.terminate()]));

async function answersOf({ seed, ...body }: FaultyRequest) {
  const headers = { 'x-seed': String(seed) };
  const answers = await Promise.all([compiled.url, interpretedUrl].map((url) => postTo(url, body, headers)));
  return answers.map(({ status, text, headers }) => ({ status, text, headers: { ...headers, date: 'of each' } }));
}

describe('the compiled executor', () => {
  test('answers every document with the same bytes as graphql-js, whatever fails in it', async () => {
    const seen = { errors: 0, refused: 0, clean: 0 };

    await fc.assert(
      fc.asyncProperty(faultyRequest, async (request) => {
        const [plan, reference] = await answersOf(request);

        expect(plan).toEqual(reference);
        expect(reference?.text).not.toContain('secret');
        if (reference?.status !== 200) seen.refused += 1;
        else if (reference.text.includes('"errors"')) seen.errors += 1;
        else seen.clean += 1;
        // The same document again: this time its plan is known.
        expect((await answersOf(request))[0]).toEqual(plan);
      }),
      { numRuns: RUNS },
    );

    // The search is worth something only while it meets all three.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 50);
  }, 600_000);
});
