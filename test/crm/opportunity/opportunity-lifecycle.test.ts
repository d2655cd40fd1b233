import { as, type Answer, type Client } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import {
  addressOf,
  anOpportunity,
  dayOf,
  OPPORTUNITIES,
  opportunityIn,
  rowOf,
  stepsOf,
} from './opportunity-support.js';
import { aCustomer, graphqlIn, graphqlOutcomeOf, outcomeOf, problemIn } from '../customer/customer-support.js';

const service = useService();

const ACTIVE = ['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION'] as const;
const STATUSES = [...ACTIVE, 'WON', 'LOST'] as const;
type Status = (typeof STATUSES)[number];

const TYPICAL: Readonly<Record<Status, number>> = {
  NEW: 10,
  QUALIFIED: 25,
  PROPOSAL: 50,
  NEGOTIATION: 75,
  WON: 100,
  LOST: 0,
};

/** What a cell of the table says: where it goes, that nothing happens, or the error and what is possible instead. */
type Cell = Status | 'unchanged' | 'invalid' | { readonly allowed: readonly string[] };

interface Operation {
  readonly name: string;
  readonly rest: (client: Client, address: string) => Promise<Answer>;
  /** Arguments of the mutation after the id, and the mutation. */
  readonly graphql: string;
  readonly cell: (from: Status) => Cell;
}

const isActive = (status: Status): boolean => status !== 'WON' && status !== 'LOST';
const REOPEN_FIRST = { allowed: ['reopen'] };
const NOT_CLOSED = { allowed: ['win', 'lose'] };

function cellOfWin(from: Status): Cell {
  if (from === 'WON') return 'unchanged';
  return from === 'LOST' ? REOPEN_FIRST : 'WON';
}

function cellOfLoss(from: Status): Cell {
  if (from === 'LOST') return 'unchanged';
  return from === 'WON' ? REOPEN_FIRST : 'LOST';
}

function cellOfUpdate(to: Status): (from: Status) => Cell {
  if (to === 'WON') return cellOfWin;
  if (to === 'LOST') return cellOfLoss;
  return (from) => (from === to ? 'unchanged' : to);
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'win',
    rest: (client, address) => client.post(`${address}/win`, { reason: 'Parce que' }),
    graphql: 'winOpportunity(id: $id, reason: "Parce que")',
    cell: cellOfWin,
  },
  {
    name: 'lose',
    rest: (client, address) => client.post(`${address}/lose`, { reason: 'Parce que' }),
    graphql: 'loseOpportunity(id: $id, reason: "Parce que")',
    cell: cellOfLoss,
  },
  {
    name: 'reopen',
    rest: (client, address) => client.post(`${address}/reopen`),
    graphql: 'reopenOpportunity(id: $id)',
    cell: (from) => (isActive(from) ? NOT_CLOSED : 'NEGOTIATION'),
  },
  ...STATUSES.map((status): Operation => ({
    name: `reopen as ${status}`,
    rest: (client, address) => client.post(`${address}/reopen`, { status }),
    graphql: `reopenOpportunity(id: $id, status: ${status})`,
    cell: (from) => {
      if (!isActive(status)) return 'invalid';
      return isActive(from) ? NOT_CLOSED : status;
    },
  })),
  ...STATUSES.map((status): Operation => ({
    name: `update to ${status}`,
    rest: (client, address) => client.put(address, { status }),
    graphql: `updateOpportunity(id: $id, input: { status: ${status} })`,
    cell: cellOfUpdate(status),
  })),
];

const CELLS = STATUSES.flatMap((from) => OPERATIONS.map((operation) => ({ from, name: operation.name, operation })));

let tenant: TestTenant;
let today: string;

beforeAll(async () => {
  tenant = await service.aTenant();
  today = await dayOf(service, 'Europe/Paris');
});

const A_DAY: unknown = expect.any(Date);

/** The stored row after a move, whichever door it came through. */
function expectedRow(to: Status, reason: string | null): object {
  const closing = { win_reason: to === 'WON' ? reason : null, loss_reason: to === 'LOST' ? reason : null };
  return {
    status: to,
    probability: TYPICAL[to],
    actual_close_date: isActive(to) ? null : A_DAY,
    ...closing,
  };
}

async function expectCell(id: string, from: Status, cell: Cell, operation: Operation): Promise<void> {
  const row = await rowOf(service, id);
  const moved = typeof cell === 'string' && cell !== 'unchanged' && cell !== 'invalid';
  if (!moved) {
    expect(row).toMatchObject({ ...expectedRow(from, null), version: 1 });
    expect(await stepsOf(service, id)).toEqual([`∅→${from}`]);
    return;
  }
  const hasReason = operation.name === 'win' || operation.name === 'lose';
  expect(row).toMatchObject({ ...expectedRow(cell, hasReason ? 'Parce que' : null), version: 2 });
  expect(await stepsOf(service, id)).toEqual([`∅→${from}`, `${from}→${cell}`]);
}

describe('the table of the lifecycle, over REST', () => {
  test.each(CELLS)('from $from: $name', async ({ from, operation }) => {
    const client = as(service, tenant.admin);
    const created = await anOpportunity(client, { status: from });
    const cell = operation.cell(from);

    const answer = await operation.rest(client, addressOf(created));

    if (cell === 'invalid') expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
    else if (typeof cell === 'object') {
      expect(outcomeOf(answer)).toBe('409 ILLEGAL_TRANSITION');
      expect(problemIn(answer).details).toEqual({ from, ...cell });
    } else if (cell === 'unchanged') expect([answer.status, answer.body]).toEqual([200, created]);
    else expect(answer).toMatchObject({ status: 200, body: { status: cell, probability: TYPICAL[cell], version: 2 } });
    await expectCell(created.id, from, cell, operation);
  });

  test.each(STATUSES)('created as %s', async (status) => {
    const created = await anOpportunity(as(service, tenant.admin), { status, amount: 200 });

    expect(created).toMatchObject({
      status,
      probability: TYPICAL[status],
      weighted_amount: 2 * TYPICAL[status],
      actual_close_date: isActive(status) ? null : today,
      win_reason: null,
      loss_reason: null,
      version: 1,
    });
    expect(await stepsOf(service, created.id)).toEqual([`∅→${status}`]);
  });
});

describe('the table of the lifecycle, over GraphQL', () => {
  test.each(CELLS)('from $from: $name', async ({ from, operation }) => {
    const client = as(service, tenant.admin);
    const { id } = await anOpportunity(client, { status: from });
    const cell = operation.cell(from);

    const answer = await client.graphql(
      `mutation ($id: ID!) { moved: ${withRecord(operation.graphql, 'status probability version')} }`,
      { id },
    );

    const [error] = graphqlIn(answer).errors ?? [];
    if (cell === 'invalid') expect(graphqlOutcomeOf(answer)).toBe('VALIDATION_FAILED');
    else if (typeof cell === 'object')
      expect(error?.extensions).toMatchObject({ code: 'ILLEGAL_TRANSITION', details: { from, ...cell } });
    else {
      const status = cell === 'unchanged' ? from : cell;
      const version = cell === 'unchanged' ? 1 : 2;
      expect(graphqlIn(answer).data?.moved).toEqual({ opportunity: { status, probability: TYPICAL[status], version } });
    }
    await expectCell(id, from, cell, operation);
  });

  test.each(STATUSES)('created as %s', async (status) => {
    const client = as(service, tenant.admin);
    const { id: customerId } = await aCustomer(client);

    const answer = await client.graphql(
      `mutation ($input: CreateOpportunityInput!) { createOpportunity(input: $input) { opportunity { status probability actualCloseDate } } }`,
      { input: { customerId, name: 'X', status } },
    );

    expect(graphqlIn(answer).data?.createOpportunity).toEqual({
      opportunity: {
        status,
        probability: TYPICAL[status],
        actualCloseDate: isActive(status) ? null : today,
      },
    });
  });
});

describe('the probability on a step', () => {
  test.each<[before: object, change: object, after: number]>([
    [{ status: 'NEW' }, { status: 'QUALIFIED' }, 25],
    [{ status: 'NEW', probability: 10 }, { status: 'QUALIFIED' }, 25],
    [{ status: 'NEW', probability: 30 }, { status: 'QUALIFIED' }, 30],
    [{ status: 'NEW', probability: 0 }, { status: 'NEGOTIATION' }, 0],
    [{ status: 'PROPOSAL', probability: 100 }, { status: 'NEW' }, 100],
    [{ status: 'NEW', probability: 30 }, { status: 'QUALIFIED', probability: 40 }, 40],
    [{ status: 'NEW', probability: 30 }, { status: 'QUALIFIED', probability: '' }, 25],
    [{ status: 'NEW', probability: 30 }, { status: 'WON' }, 100],
    [{ status: 'NEW', probability: 30 }, { status: 'LOST' }, 0],
    [{ status: 'NEW', probability: 30 }, { status: 'NEW' }, 30],
    [{ status: 'NEW', probability: 30 }, { probability: '' }, 10],
    [{ status: 'NEW', probability: 30 }, { probability: 55 }, 55],
    [{ status: 'WON' }, { status: 'PROPOSAL' }, 50],
    [{ status: 'LOST' }, { status: 'PROPOSAL', probability: 5 }, 5],
    [{ status: 'LOST' }, { status: 'LOST', probability: 0 }, 0],
    [{ status: 'WON' }, { probability: 100 }, 100],
    [{ status: 'WON' }, { probability: '' }, 100],
  ])('%j, then %j: %i', async (before, change, after) => {
    const client = as(service, tenant.admin);
    const created = await anOpportunity(client, { ...before, amount: '1000.01' });

    const answer = await client.put(addressOf(created), change);

    expect(answer).toMatchObject({ status: 200, body: { probability: after } });
    const stored = await rowOf(service, created.id);
    expect(answer.text).toContain(`"weighted_amount":${String(stored?.weighted_amount)},`);
  });

  test.each<[amount: string, probability: number, weighted: string]>([
    ['50000', 30, '15000.00'],
    ['100.01', 33, '33.00'],
    ['0.01', 50, '0.01'],
    ['0.01', 49, '0.00'],
    ['0.03', 50, '0.02'],
    ['9999999999999.99', 99, '9899999999999.99'],
    ['12.34', 0, '0.00'],
    ['12.34', 100, '12.34'],
  ])('%s at %i %% weighs %s, in the answers of creation and change', async (amount, probability, weighted) => {
    const client = as(service, tenant.admin);
    const { id: customer_id } = await aCustomer(client);

    const created = await client.post(OPPORTUNITIES, { customer_id, name: 'X', amount, probability });
    const other = await anOpportunity(client, { customer_id });
    const changed = await client.put(addressOf(other), { amount, probability });

    for (const answer of [created, changed, await client.get(addressOf(opportunityIn(changed)))]) {
      expect(answer.text).toContain(`"weighted_amount":${weighted},`);
    }
  });
});
