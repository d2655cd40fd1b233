/** Many who sign in at once, through both transports: a right password is never rejected because others are being checked. */
import { jest } from '../support/jest.js';
import { SignInQueue, type Entrant } from '../../src/account/sign-in-queue.js';
import { AppError } from '../../src/platform/errors/errors.js';
import { as, type Answer } from '../support/client.js';
import { PASSWORD_HASH } from '../support/password.js';
import { PASSWORD, startTestService, type OwnService } from '../support/service.js';
import { newId } from '../../src/platform/values/ids.js';

interface Try {
  readonly tenantId: string;
  readonly email: string;
  readonly password: string;
  readonly address: string;
}

type SignIn = (service: OwnService, one: Try) => Promise<Answer>;

/** argon2id of PASSWORD at the least costs: what is tested is the order, and the suite runs on loaded machines. */
const CHEAP_HASH = '$argon2id$v=19$m=8,t=1,p=1$gv+J/u9XkNC9VgNW0zuwOg$gbjVkoE0TI4yUL+t1QTE6j63WTgL0sowUGsbALK01jo';

const ADD_PEOPLE = `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash)
  SELECT $1, gen_random_uuid(), email, app.email_identity(email), email, 'user', $3 FROM unnest($2::text[]) email`;

let service: OwnService;
let networks = 0;

beforeAll(async () => {
  service = await startTestService({ TRUSTED_PROXIES: '127.0.0.1' });
});

afterAll(() => service.close());

/** An address that no other test uses. */
function anAddress(): string {
  networks += 1;
  return `10.7.${networks >> 8}.${networks & 255}`;
}

/** People of one company, each from the address that the function gives. */
async function people(count: number, addressOf: (index: number) => string): Promise<readonly Try[]> {
  const { id: tenantId } = await service.aTenant();
  const emails = Array.from({ length: count }, (_, index) => `p${index}-${newId().slice(-6)}@example.com`);
  await service.ask(ADD_PEOPLE, [tenantId, emails, CHEAP_HASH]);
  return emails.map((email, index) => ({ tenantId, email, password: PASSWORD, address: addressOf(index) }));
}

const overRest: SignIn = (at, { tenantId, email, password, address }) =>
  as(at).post('/v1/auth/login', { email, password, tenant_id: tenantId }, { 'x-forwarded-for': address });

const LOGIN = `mutation ($email: String!, $password: String!, $tenantId: ID!) {
  login(email: $email, password: $password, tenantId: $tenantId) { accessToken } }`;

const overGraphql: SignIn = (at, { address, ...variables }) =>
  as(at).graphql(LOGIN, variables, { 'x-forwarded-for': address });

const TRANSPORTS: readonly (readonly [string, SignIn])[] = [
  ['REST', overRest],
  ['GraphQL', overGraphql],
];

/** The status of the problem, or of the code that a GraphQL answer holds. */
function statusOf({ status, text }: Answer): number {
  if (text.includes('"UNAUTHENTICATED"')) return 401;
  if (text.includes('"RATE_LIMITED"')) return 429;
  return text.includes('"UNAVAILABLE"') ? 503 : status;
}

function countStatuses(answers: readonly Answer[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const answer of answers) counts[statusOf(answer)] = (counts[statusOf(answer)] ?? 0) + 1;
  return counts;
}

const wrong = (one: Try): Try => ({ ...one, password: 'not-the-password' });

describe.each(TRANSPORTS)('over %s', (_name, signIn) => {
  const all = (tries: readonly Try[]): Promise<Answer[]> => Promise.all(tries.map((one) => signIn(service, one)));

  test('30 people of one office at once are all let in, for the first time and again', async () => {
    const office = anAddress();
    const colleagues = await people(30, () => office);

    expect(countStatuses(await all(colleagues))).toEqual({ 200: 30 });
    expect(countStatuses(await all(colleagues))).toEqual({ 200: 30 });
  });

  test('100 people of ten offices at once are all let in, at once or when they come again as they were asked', async () => {
    const offices = Array.from({ length: 10 }, anAddress);
    let waiting = await people(100, (index) => offices[index % 10] ?? '');

    for (let visits = 0; waiting.length > 0 && visits < 4; visits += 1) {
      const answers = await all(waiting);
      const { 200: letIn = 0, 503: unavailable = 0 } = countStatuses(answers);
      expect(letIn + unavailable).toBe(waiting.length);
      waiting = waiting.filter((_, index) => answers[index] && statusOf(answers[index]) === 503);
    }

    expect(waiting).toEqual([]);
  });

  test('of 300 at once none is told to wait for minutes: they are let in, or asked to come again in a moment', async () => {
    const crowd = await people(300, anAddress);

    const answers = await all(crowd);
    const { 200: letIn = 0, 503: unavailable = 0, ...others } = countStatuses(answers);

    expect(others).toEqual({});
    expect(letIn).toBeGreaterThan(0);
    expect(letIn + unavailable).toBe(300);
    const waits = answers.filter((answer) => statusOf(answer) === 503).map(({ headers }) => headers.get('retry-after'));
    expect(waits.every((seconds) => Number(seconds) >= 1 && Number(seconds) <= 5)).toBe(true);
  });

  test('of many wrong tries at once no more are checked than may fail', async () => {
    const office = anAddress();
    const colleagues = await people(30, () => office);
    const [victim] = await people(1, anAddress);
    if (!victim) throw new Error('One person.');

    const fromOneAddress = await all(colleagues.map(wrong));
    const atOneAccount = await all(Array.from({ length: 20 }, () => wrong({ ...victim, address: anAddress() })));

    expect(countStatuses(fromOneAddress)).toEqual({ 401: 10, 429: 20 });
    expect(countStatuses(atOneAccount)).toEqual({ 401: 5, 429: 15 });
  });

  test('right passwords wait where tries in flight could use up what is left', async () => {
    const office = anAddress();
    const colleagues = await people(20, () => office);
    expect(countStatuses(await all(colleagues.slice(0, 9).map(wrong)))).toEqual({ 401: 9 });

    expect(countStatuses(await all(colleagues))).toEqual({ 200: 20 });
  });
});

test.each([
  ['REST', '/v1/auth/login', ({ tenantId, email, password }: Try) => ({ email, password, tenant_id: tenantId })],
  [
    'GraphQL',
    '/graphql',
    ({ tenantId, email, password }: Try) => ({ query: LOGIN, variables: { tenantId, email, password } }),
  ],
])('a client of %s that goes away waits no longer', async (_name, path, bodyOf) => {
  const [person] = await people(1, anAddress);
  if (!person) throw new Error('One person.');
  const waits = Promise.withResolvers<Entrant>();
  const run = jest.spyOn(SignInQueue.prototype, 'run').mockImplementationOnce((entrant) => {
    waits.resolve(entrant);
    return new Promise((_resolve, reject) => {
      entrant.onLeave?.(() => {
        reject(new AppError('UNAVAILABLE'));
      });
    });
  });
  const client = new AbortController();
  const request = fetch(service.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': person.address },
    body: JSON.stringify(bodyOf(person)),
    signal: client.signal,
  });

  const { onLeave } = await waits.promise;
  const left = new Promise<void>((resolve) => onLeave?.(resolve));
  client.abort();

  await expect(request).rejects.toThrow();
  await left;
  run.mockRestore();
});

test('a service that ends answers all who wait', async () => {
  const ending = await startTestService({ TRUSTED_PROXIES: '127.0.0.1' });
  const { id: tenantId } = await ending.aTenant();
  const emails = Array.from({ length: 12 }, (_, index) => `p${index}@example.com`);
  await ending.ask(ADD_PEOPLE, [tenantId, emails, PASSWORD_HASH]);
  const address = anAddress();

  // Without keep-alive, so that no idle connection is what the end waits for.
  const headers = { 'x-forwarded-for': address, connection: 'close' };
  const answers = emails.map((email) =>
    as(ending).post('/v1/auth/login', { email, password: PASSWORD, tenant_id: tenantId }, headers),
  );
  await Promise.race(answers);
  await ending.close();

  expect(countStatuses(await Promise.all(answers))).toEqual({ 200: 12 });
});
