/** What anybody can send is no fault of ours; what it costs is a drill's matter. */
import { AnyClient } from '../../support/raw-client.js';
import { useOwnService } from '../../support/use-service.js';
import { BODIES, openRequests, post } from './bounded-work.js';

const service = useOwnService();
let client: AnyClient;

beforeAll(() => {
  client = new AnyClient(service.origin);
});

afterAll(() => {
  client.close();
});

test('each is answered, however long', async () => {
  const faults: string[] = [];
  for (const { path, name, small, large } of openRequests())
    for (const body of [small, large]) {
      const { status } = await post(client, path, body);
      if (status >= 500) faults.push(`${name} to ${path}: ${status}`);
    }

  expect(faults).toEqual([]);
});

test.each([
  ['names', '/v1/auth/login', '400 MALFORMED_REQUEST'],
  ['lists in lists', '/v1/auth/login', '400 MALFORMED_REQUEST'],
  ['names', '/graphql', '400 QUERY_TOO_COMPLEX'],
  ['objects in objects', '/graphql', '400 MALFORMED_REQUEST'],
])('%s are counted before they are parsed: %s', async (name, path, outcome) => {
  const body = BODIES[name]?.(1_024_000) ?? '';
  const answer = await client.send({ method: 'POST', path, body, headers: { 'content-type': 'application/json' } });

  expect(`${answer.status} ${/"code":"(\w+)"/.exec(answer.text)?.[1] ?? ''}`).toBe(outcome);
});
