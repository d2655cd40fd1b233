import { readPlaygroundOperations, type PlaygroundOperation } from '../../src/platform/pages/playground-operations.js';
import { as } from '../support/client.js';
import type { TestUser } from '../support/service.js';
import { useService } from '../support/use-service.js';

const service = useService();

const operations = readPlaygroundOperations(new URL('../../src/app/playground-operations/', import.meta.url));

interface Answered {
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly errors?: unknown;
  readonly extensions: { readonly cost: { readonly requested: number; readonly actual: number } };
}

interface Parameters {
  readonly query: string;
  readonly variables?: object;
}

/** The page's own classes. They are scripts of the browser, so the compiler knows nothing of them. */
interface Runner {
  run(parameters: Parameters): Promise<Answered>;
}
interface PageModule {
  readonly ExampleRecords: new () => object;
  readonly ExampleRunner: new (
    examples: typeof operations,
    records: object,
    send: (parameters: Parameters) => Promise<Answered>,
  ) => Runner;
}

const ASSETS = '../../src/platform/pages/assets';

async function runnerOf(user: TestUser): Promise<Runner> {
  const { ExampleRecords } = (await import(`${ASSETS}/example-records.js`)) as PageModule;
  const { ExampleRunner } = (await import(`${ASSETS}/example-runner.js`)) as PageModule;
  const client = as(service, user);
  const send = async ({ query, variables = {} }: Parameters): Promise<Answered> =>
    (await client.graphql(query, variables, { 'x-cost': '1' })).body as Answered;
  return new ExampleRunner(operations, new ExampleRecords(), send);
}

function run(runner: Runner, { query, variables }: PlaygroundOperation): Promise<Answered> {
  return runner.run({ query, variables: JSON.parse(variables || '{}') as object });
}

test('the saved operations of the playground tell one story, in their order', async () => {
  const runner = await runnerOf((await service.aTenant()).admin);
  const answers: Answered['data'][] = [];

  for (const operation of operations) {
    const { data, errors, extensions } = await run(runner, operation);
    expect(errors).toBeUndefined();
    expect(extensions.cost.actual).toBeLessThanOrEqual(extensions.cost.requested);
    answers.push(data);
  }

  const story = JSON.stringify(answers);
  expect(answers).toHaveLength(15);
  expect(story).toContain('"customerByCode":{"id"');
  expect(story).toContain('"weightedAmount":"15000.00"');
  expect(story).toContain('"isCompleted":true');
  expect(story).toContain('"status":"WON","probability":100,"weightedAmount":"50000.00"');
  expect(story).toContain('"key":"WON","currency":"EUR","count":1,"amount":"50000.00"');
  expect(story).toMatch(/"restoreCustomer":.*"name":"Entreprise Exemple SA"/);
});

const ORDERS: readonly (readonly [string, readonly PlaygroundOperation[]])[] = [
  ['backwards', operations.toReversed()],
  ['forwards, each twice', operations.flatMap((operation) => [operation, operation])],
  ['backwards, each twice', operations.toReversed().flatMap((operation) => [operation, operation])],
  ['every fourth', operations.map((operation, index) => operations[(index * 4) % operations.length] ?? operation)],
];

test.each(ORDERS)('they succeed %s', async (_name, order) => {
  const runner = await runnerOf((await service.aTenant()).admin);

  for (const operation of order) {
    const { errors } = await run(runner, operation);
    expect([operation.name, errors]).toEqual([operation.name, undefined]);
  }
});

test('each succeeds as the first', async () => {
  for (const operation of operations) {
    const { errors } = await run(await runnerOf((await service.aTenant()).admin), operation);
    expect([operation.name, errors]).toEqual([operation.name, undefined]);
  }
});

test('a query reads an existing customer where none was made, and makes none', async () => {
  const { admin, readonly } = await service.aTenant();
  await as(service, admin).post('/v1/commercial/customers', { name: 'Exemple', code: 'C-1' });
  const byCode = operations.find(({ name }) => name === 'customer-by-code');
  if (byCode === undefined) throw new Error('There is no customer-by-code.');

  const { data } = await run(await runnerOf(readonly), byCode);

  expect(data?.customerByCode).toMatchObject({ code: 'C-1' });
});
