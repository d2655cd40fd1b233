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

/** As the page does: the last record of a kind takes the place of `"$contact.id"`. */
function fill(variables: string, records: ReadonlyMap<string, Readonly<Record<string, unknown>>>): object {
  const filled = variables.replace(/"\$(\w+)\.(id|version)"/g, (_all, kind: string, member: string) =>
    JSON.stringify(records.get(kind)?.[member] ?? null),
  );
  return filled === '' ? {} : (JSON.parse(filled) as object);
}

test('the saved operations of the playground tell one story, in their order', async () => {
  const client = as(service, (await service.aTenant()).admin);
  const records = new Map<string, Readonly<Record<string, unknown>>>();
  const answers: Answered['data'][] = [];

  for (const { query, variables } of operations) {
    const answer = await client.graphql(query, fill(variables, records), { 'x-cost': '1' });
    const { data, errors, extensions } = answer.body as Answered;
    expect(errors).toBeUndefined();
    expect(extensions.cost.actual).toBeLessThanOrEqual(extensions.cost.requested);
    answers.push(data);
    for (const [field, record] of Object.entries(data)) {
      const kind = /customer|contact|opportunity|activity/.exec(field.toLowerCase())?.[0];
      if (kind && record && 'version' in record) records.set(kind, record);
    }
  }

  const story = JSON.stringify(answers);
  expect(answers).toHaveLength(15);
  expect(story).toContain('"weightedAmount":"15000.00"');
  expect(story).toContain('"isCompleted":true');
  expect(story).toContain('"status":"WON","probability":100,"weightedAmount":"50000.00"');
  expect(story).toContain('"key":"WON","currency":"EUR","count":1,"amount":"50000.00"');
});
