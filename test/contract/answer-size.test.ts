/** No answer has more bytes than one may, whichever transport and executor it comes from; none is rejected that has fewer. */
import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { errorsOf } from '../../src/platform/rest/routes.js';
import { DocumentByChance } from './cost/chance.js';
import { aScene, type Scene } from './cost/scene.js';
import { pathOf, ROUTES } from './surface/surface.js';
import { as, type Answer, type Client } from '../support/client.js';
import { useOwnService } from '../support/use-service.js';

/** Raise it to search longer: `SIZE_RUNS=20000 npm test -- contract/answer-size`. */
const RUNS = Number(process.env.SIZE_RUNS ?? 100);
const LIMIT = 20_000;
const CUSTOMERS = '/v1/commercial/customers';

/** Without a limit that anything here could reach. */
const service = useOwnService();
let schema: GraphQLSchema;
let scene: Scene;
/** With the limit. */
let limited: Client;
let interpreted: Client;

beforeAll(async () => {
  schema = buildGraphqlSchema();
  scene = await aScene(service);
  const variables = { GRAPHQL_MAX_ANSWER_BYTES: String(LIMIT) };
  const { admin } = scene.tenant;
  limited = as(await service.besides(variables), admin);
  interpreted = as(await service.besides({ ...variables, GRAPHQL_COMPILE: 'false' }), admin);
}, 60_000);
function codeOf({ body }: Answer): string | undefined {
  const { code, errors } = body as { code?: string; errors?: { extensions: { code: string } }[] };
  return code ?? errors?.[0]?.extensions.code;
}

const bytesOf = ({ text }: Answer): number => Buffer.byteLength(text);
const isRejected = (answer: Answer): boolean => codeOf(answer) === 'ANSWER_TOO_LARGE';

describe('an answer is rejected when it has more bytes than the limit, and only then', () => {
  test('of documents made by chance, on both executors', async () => {
    const seen = { rejected: 0, answered: 0 };
    const property = fc.asyncProperty(fc.noShrink(fc.infiniteStream(fc.nat(999))), async (numbers) => {
      const choose = (count: number): number => (numbers.next().value ?? 0) % count;
      const { query, variables } = new DocumentByChance(schema, scene.known, choose, true).write();
      const whole = await scene.client.graphql(query, variables);
      seen[bytesOf(whole) > LIMIT ? 'rejected' : 'answered'] += 1;
      for (const client of [limited, interpreted]) {
        const answer = await client.graphql(query, variables);
        expect([query, isRejected(answer)]).toEqual([query, bytesOf(whole) > LIMIT]);
        expect(bytesOf(answer)).toBeLessThanOrEqual(LIMIT);
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: 22, endOnFailure: true });

    expect(Math.min(seen.rejected, seen.answered)).toBeGreaterThanOrEqual(RUNS / 50);
  }, 120_000);

  const lists = [...ROUTES].filter(([, route]) => errorsOf(route).includes('ANSWER_TOO_LARGE'));
  test.each(lists.map(([name]) => name))('of %s', async (name) => {
    const path = pathOf(name, scene.target);
    for (const query of ['', '?page_size=1', '?page_size=17', '?page_size=100']) {
      const whole = await scene.client.get(path + query);
      const answer = await limited.get(path + query);

      if (whole.status === 200) expect([query, isRejected(answer)]).toEqual([query, bytesOf(whole) > LIMIT]);
      if (isRejected(answer)) expect(answer.status).toBe(422);
      else expect(answer.status).toBe(whole.status);
    }
  });

  const TEXTS = { ascii: 'a', accents: 'é', emoji: '😀', quotes: '"', lines: 'a\nb', controls: 'a\u0007b' };
  test.each(Object.entries(TEXTS))('to the byte, with notes of %s', async (_name, text) => {
    const made = await scene.client.post(CUSTOMERS, { name: 'A' });
    const { id } = made.body as { id: string };
    const document = `{ a: customer(id: "${id}") { notes } b: customer(id: "${id}") { name notes } }`;
    const sizeWith = async (fields: object): Promise<number> => {
      const { status } = await scene.client.put(`${CUSTOMERS}/${id}`, fields);
      expect(status).toBe(200);
      return bytesOf(await scene.client.graphql(document));
    };
    const [one, two] = [await sizeWith({ notes: text }), await sizeWith({ notes: text + text })];
    const count = 1 + Math.floor((LIMIT - one) / (two - one));
    // The name fills up what is left.
    const left = LIMIT - (await sizeWith({ notes: text.repeat(count) }));
    for (const size of [LIMIT, LIMIT + 1]) {
      expect(await sizeWith({ name: `A${'x'.repeat(left + size - LIMIT)}` })).toBe(size);
      expect(isRejected(await limited.graphql(document))).toBe(size > LIMIT);
      expect(isRejected(await interpreted.graphql(document))).toBe(size > LIMIT);
    }
  });
});

describe('an answer that is too large', () => {
  const LONG = 'x'.repeat(15_000);
  const create = `mutation ($input: CreateCustomerInput!) { a: createCustomer(input: $input) { customer { id notes } } b: deleteCustomer(id: "nothing") { customer { id } } c: createCustomer(input: { name: "C" }) { customer { id history { nodes { changes { field } } } } } }`;
  const ERROR = { extensions: { code: 'ANSWER_TOO_LARGE', details: { limit: LIMIT } } };

  test('of changes leaves them made, says so, and names those that failed', async () => {
    const variables = { input: { name: 'Kept', notes: `${LONG}${LONG.slice(0, 4990)}` } };
    const key = { 'idempotency-key': 'kept' };
    const first = await limited.graphql(create, variables, key);
    const second = await limited.graphql(create, variables, key);

    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([200, 200, 'true']);
    for (const { body } of [first, second]) {
      expect(body).toMatchObject({ data: null, errors: [ERROR, { path: ['b'] }] });
      expect(body).toHaveProperty('errors.0.message', expect.stringMatching(/^The changes were made but for those/));
      expect(body).toHaveProperty('errors.length', 2);
    }
    expect((await scene.client.get(`${CUSTOMERS}?search=Kept`)).body).toMatchObject({ total: 1 });
  });

  test('of a query is one error, in the language of its caller, with the cost when it was asked for', async () => {
    await scene.client.post(CUSTOMERS, { name: 'Long', notes: LONG });
    const document =
      '{ a: customers(search: "Long") { nodes { notes } } b: customers(search: "Long") { nodes { notes } } }';
    const answer = await limited.graphql(document, {}, { 'accept-language': 'fr', 'x-cost': '1' });
    const { status } = answer;
    const body: unknown = answer.body;

    expect([status, body]).toMatchObject([200, { data: null, errors: [ERROR], extensions: { cost: { actual: 4 } } }]);
    expect(body).toHaveProperty('errors.0.message', expect.stringMatching(/^La réponse dépasserait 20000 octets/));
  });
});

describe('what would fill the process', () => {
  const many = (count: number, write: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => write(at)).join(' ');
  const notes = many(15, (at) => `n${at}: notes`);
  let client: Client;

  /** A hundred customers with the longest notes. */
  beforeAll(async () => {
    const tenant = await service.aTenant();
    client = as(service, tenant.admin);
    const customer = { name: 'B', notes: '😀'.repeat(20_000) };
    for (let made = 0; made < 100; made += 20)
      await Promise.all(Array.from({ length: 20 }, () => client.post(CUSTOMERS, customer)));
  }, 60_000);

  test.each([
    ['one page under many aliases', `{ customers(first: 100) { nodes { ${notes} } } }`],
    ['many pages', `{ ${many(15, (at) => `a${at}: customers(first: 100) { nodes { notes } }`)} }`],
    [
      'both',
      `{ ${many(15, (at) => `a${at}: customers(first: 100) { nodes { ...All } }`)} } fragment All on Customer { ${notes} }`,
    ],
  ])('%s: 120 MB of emoji and more are never made', async (_name, document) => {
    const before = process.memoryUsage().rss;
    const answer = await client.graphql(document);

    expect([answer.status, codeOf(answer)]).toEqual([200, 'ANSWER_TOO_LARGE']);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
  });

  test('is rejected after few of its bytes, and the connections serve the next request', async () => {
    const document = `{ ${many(15, (at) => `a${at}: customers(first: 100) { nodes { notes } }`)} }`;
    for (let round = 0; round < 4; round += 1) await client.graphql(document);
    const next = await client.graphql('{ customers(first: 50) { nodes { notes } } }');

    expect([codeOf(next), bytesOf(next) > 4_000_000]).toEqual([undefined, true]);
  });

  test('a page of the longest notes is none of it', async () => {
    expect((await client.get(`${CUSTOMERS}?page_size=100`)).status).toBe(200);
  });
});
