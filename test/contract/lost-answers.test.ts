/** Each message of each operation stays without its answer once: the caller is told so, and never of a fault of ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { RowClient } from '../../src/platform/postgres/row-client.js';
import { WaitTimeoutError } from '../../src/platform/postgres/wait-timeout.js';
import { textAt } from '../drill/requester.js';
import { as, type Answer } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { onEachWrite } from '../support/statements.js';
import { callField, callRoute, GRAPHQL, REST } from './surface/surface.js';
import { makeTarget, type Target } from './surface/target.js';

const service = useOwnService();
let schema: GraphQLSchema;
let tenant: TestTenant;
let target: Target;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

beforeEach(async () => {
  tenant = await service.aTenant();
  target = await makeTarget(service, tenant);
  await as(service, tenant.admin).get('/v1/auth/me');
});

/** Answers that were lost, of all operations. */
let lost = 0;

/** More messages than any operation sends. */
const MOST = 30;

/** What the caller saw: the code of an error, CUT for a file that ends in the middle, or OK. */
async function outcomeOf(request: () => Promise<Answer>): Promise<string> {
  try {
    const { status, text, headers } = await request();
    const code = /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? 'OK';
    return status >= 300 && headers.has('content-disposition') ? `${code} as a file` : code;
  } catch (error) {
    const code = textAt(error, 'cause', 'code');
    return code === 'UND_ERR_SOCKET' ? 'CUT' : `${String(error)} ${code}`;
  }
}

interface Seen {
  readonly outcome: string;
  /** Whether the request came to the message that loses its answer. */
  readonly isLost: boolean;
}

async function losing(index: number, request: () => Promise<Answer>): Promise<Seen> {
  let written = 0;
  const stop = onEachWrite((client) => {
    const reason = new WaitTimeoutError('The database did not answer in time.');
    if ((written += 1) - 1 === index && client instanceof RowClient) client.destroy(reason);
  });
  const outcome = await outcomeOf(request).finally(stop);
  return { outcome, isLost: written > index };
}

/** Other reads of a request that has failed may still run: they are not the next one's. */
async function settle(): Promise<void> {
  const { pool } = service.database;
  while (pool.waitingCount > 0 || pool.idleCount < pool.totalCount) await sleep(1);
}

/** Message by message, until the request has no more of them. @returns the outcomes where one was lost */
async function loseEach(name: string, request: (target: Target) => Promise<Answer>): Promise<string[]> {
  const outcomes: string[] = [];
  for (let index = 0; index < MOST; index += 1) {
    // The sign-in before is no part of it.
    const token = name.includes('refresh') ? await target.refreshToken() : '';
    const { outcome, isLost } = await losing(index, () =>
      request({ ...target, refreshToken: () => Promise.resolve(token) }),
    );
    await settle();
    if (!isLost) return outcomes;
    outcomes.push(outcome);
    lost += 1;
  }
  throw new Error('There is no end of messages.');
}

test.each(Object.keys(REST))('%s', async (name) => {
  const outcomes = await loseEach(name, (pointed) => callRoute(service, name, tenant.admin, pointed));

  // Of a file, the transaction ends after its last byte.
  const allowed = name.includes('/export/') ? ['UNAVAILABLE', 'CUT', 'OK'] : ['UNAVAILABLE'];
  for (const outcome of outcomes) expect(allowed).toContain(outcome);
});

test.each(Object.keys(GRAPHQL))('%s', async (name) => {
  const outcomes = await loseEach(name, (pointed) => callField(service, schema, name, tenant.admin, pointed));

  for (const outcome of outcomes) expect(outcome).toBe('UNAVAILABLE');
});

// Without it all of the above would hold where nothing is ever lost.
test('most operations lost some', () => {
  expect(lost).toBeGreaterThan(Object.keys(REST).length + Object.keys(GRAPHQL).length);
});
