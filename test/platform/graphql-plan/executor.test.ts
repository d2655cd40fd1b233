import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { buildSchema, Kind, parse } from 'graphql';
import { createCompilingExecutor } from '../../../src/platform/graphql-plan/executor.js';
import { faultyRequest, startFaultyToy, type FaultyRequest } from './faults.js';
import { postTo, type Toy } from '../graphql-server/toy.js';

/** Raise it to search longer: `FAULT_RUNS=20000 npm test -- graphql-plan/executor`. */
const RUNS = Number(process.env.FAULT_RUNS ?? 200);

let compiled: Toy;
let interpreted: Worker;
let interpretedUrl: string;
beforeAll(async () => {
  interpreted = new Worker(new URL('./reference-worker.ts', import.meta.url), {
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
    const seen = { errors: 0, rejected: 0, clean: 0 };

    await fc.assert(
      fc.asyncProperty(faultyRequest, async (request) => {
        const [plan, reference] = await answersOf(request);

        expect(plan).toEqual(reference);
        expect(reference?.text).not.toContain('secret');
        if (reference?.status !== 200) seen.rejected += 1;
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

  test('follows the switches of a document that it knows, however many there are', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const fields = names.map((name) => `${name}: __typename @include(if: $${name})`).join(' ');
    const query = `query(${names.map((name) => `$${name}: Boolean!`).join(' ')}) { ${fields} }`;

    for (let bits = 0; bits < 32; bits += 1) {
      const variables = Object.fromEntries(names.map((name, index) => [name, (bits & (1 << index)) !== 0]));
      const { body } = await compiled.post({ query, variables });

      expect(Object.keys(body.data ?? {})).toEqual(names.filter((name) => variables[name]));
    }
  });

  // jest fails a test during which a promise rejects unheard; a process would end.
  test('leaves no promise unheard when an item of a list fails at once and the one before it later', async () => {
    const schema = buildSchema('type Item { slow: String! hard: String! } type Query { items: [Item!] }');
    const later = () => new Promise((_resolve, reject) => setTimeout(reject, 5, new Error('later')));
    const [document, items] = [
      parse('{ items { slow hard } }'),
      [
        { slow: later, hard: 'x' },
        { slow: 'x', hard: null },
      ],
    ];
    Object.assign(schema.getQueryType()?.getFields().items ?? {}, { resolve: () => items });
    const [operation] = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (operation === undefined) throw new Error('no operation');

    const run = createCompilingExecutor(schema);
    const result = await run({ document, operation, sentVariables: {}, variables: {}, contextValue: {} });
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(result.data).toEqual({ items: null });
    expect(result.errors).toHaveLength(1);
  });
});
