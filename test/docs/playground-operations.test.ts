import { readPlaygroundOperations } from '../../src/platform/pages/playground-operations.js';
import { as } from '../support/client.js';
import { startTestService, type TestService } from '../support/service.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

const operations = readPlaygroundOperations(new URL('../../src/app/playground-operations/', import.meta.url));

interface Answered {
  readonly data: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly errors?: unknown;
  readonly extensions: { readonly cost: { readonly requested: number; readonly actual: number } };
}

/** What the page puts in place of `"$contact.id"`. */
interface LastRecords {
  noteAnswer(answer: Answered): void;
  fill(variables: string): { readonly text: string; readonly missing: boolean };
}

/** The page's own. It is a script of the browser, so the compiler knows nothing of it. */
async function lastRecordsOf(script: string): Promise<LastRecords> {
  Object.assign(globalThis, { React: {} });
  const { LastRecords } = (await import(script)) as { LastRecords: new () => LastRecords };
  return new LastRecords();
}

test('the saved operations of the playground tell one story, in their order', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const records = await lastRecordsOf('../../src/platform/pages/assets/playground-examples.js');
  const answers: Answered['data'][] = [];

  for (const { query, variables } of operations) {
    const { text, missing } = records.fill(variables);
    expect(missing).toBe(false);
    const answer = await client.graphql(query, JSON.parse(text || '{}') as object, { 'x-cost': '1' });
    const { data, errors, extensions } = answer.body as Answered;
    expect(errors).toBeUndefined();
    expect(extensions.cost.actual).toBeLessThanOrEqual(extensions.cost.requested);
    answers.push(data);
    records.noteAnswer(answer.body as Answered);
  }

  const story = JSON.stringify(answers);
  expect(answers).toHaveLength(15);
  expect(story).toContain('"weightedAmount":"15000.00"');
  expect(story).toContain('"isCompleted":true');
  expect(story).toContain('"status":"WON","probability":100,"weightedAmount":"50000.00"');
  expect(story).toContain('"key":"WON","currency":"EUR","count":1,"amount":"50000.00"');
});
