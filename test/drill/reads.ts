/** What a caller reads, compared with what it knows. */
import type { Caller } from './caller.js';
import {
  childrenOf,
  FIELDS,
  idOf,
  isActive,
  listDifference,
  readRequest,
  resultOf,
  difference,
  viewOf,
  type RecordType,
  type View,
} from './records.js';
import { listAt, textAt, valueAt, type Reply, type Request, type Transport } from './requester.js';
import { PASSWORD } from '../support/password.js';

type Step = (caller: Caller, transport: Transport) => Promise<void>;

async function readOne(caller: Caller, transport: Transport): Promise<void> {
  const all = caller.customers.flatMap((customer) => [customer, ...customer.children]);
  if (all.length === 0) return;
  const record = caller.random.pick(all);
  if (record.isDeleted) return readMissing(caller, transport, record.recordType, idOf(record));
  const name = `read ${record.recordType}`;
  const reply = await caller.read(name, transport, readRequest(record.recordType, idOf(record)));
  if (!reply) return;
  const view = resultOf(record.recordType, reply.data, transport === 'graphql');
  const wrong = view ? difference(record.view, view) : 'it is missing';
  if (wrong !== undefined) caller.broken(name, wrong, reply);
}

/** A deleted record, or one of another tenant: null in GraphQL, NOT_FOUND in REST. */
async function readMissing(caller: Caller, transport: Transport, recordType: RecordType, id: string): Promise<void> {
  const rejection = transport === 'rest' ? 'NOT_FOUND' : undefined;
  const reply = await caller.read('read missing', transport, readRequest(recordType, id), rejection);
  if (reply && resultOf(recordType, reply.data, transport === 'graphql'))
    caller.broken('read missing', 'it is there', reply);
}

async function readForeign(caller: Caller, transport: Transport): Promise<void> {
  const id = caller.scope.foreignId(caller.identity.tenantId);
  if (id !== undefined) await readMissing(caller, transport, 'customer', id);
}

interface ListShape {
  readonly recordType: RecordType;
  readonly name: string;
  readonly request: Request;
  readonly expected: readonly View[];
}

async function compareList(caller: Caller, transport: Transport, list: ListShape): Promise<void> {
  const reply = await caller.read(list.name, transport, list.request);
  if (!reply) return;
  const [items, total] =
    transport === 'rest'
      ? [listAt(reply.data, 'items'), valueAt(reply.data, 'total')]
      : [listAt(reply.data, 'result', 'nodes'), valueAt(reply.data, 'result', 'totalCount')];
  const views = items.map((item) => viewOf(list.recordType, item));
  const wrong = listDifference(list.expected, views);
  if (wrong !== undefined) caller.broken(list.name, wrong, reply);
  else if (total !== views.length) caller.broken(list.name, `total is ${String(total)}, not ${views.length}`, reply);
}

function listCustomers(caller: Caller, transport: Transport): Promise<void> {
  const { userId } = caller.identity;
  return compareList(caller, transport, {
    recordType: 'customer',
    name: 'list customers',
    expected: caller.liveViews(),
    request: {
      rest: { method: 'GET', path: `/v1/commercial/customers?assigned_to=${userId}&page_size=50` },
      graphql: {
        document: `query($id: ID!) { result: customers(filter: {createdById: {eq: $id}}, first: 50) {
          totalCount nodes { ${FIELDS.customer.join(' ')} } } }`,
        variables: { id: userId },
      },
    },
  });
}

/** What everybody of the tenant sees; the caller looks for names of others. */
async function listEverybodys(caller: Caller, transport: Transport): Promise<void> {
  await caller.read("list everybody's", transport, {
    rest: { method: 'GET', path: '/v1/commercial/customers?page_size=100' },
    graphql: {
      document: `{ customers(first: 50) { nodes { id name } } opportunities(first: 50) { nodes { id name customer { name } } } }`,
    },
  });
}

function searchCustomers(caller: Caller, transport: Transport): Promise<void> {
  return compareList(caller, transport, {
    recordType: 'customer',
    name: 'search customers',
    expected: caller.liveViews(),
    request: {
      rest: { method: 'GET', path: `/v1/commercial/customers?search=${caller.token.toUpperCase()}&page_size=50` },
      graphql: {
        document: `query($text: String!) { result: customers(search: $text, first: 50) {
          totalCount nodes { ${FIELDS.customer.join(' ')} } } }`,
        variables: { text: caller.token.toUpperCase() },
      },
    },
  });
}

function listOpportunities(caller: Caller, transport: Transport): Promise<void> {
  const { userId } = caller.identity;
  return compareList(caller, transport, {
    recordType: 'opportunity',
    name: 'list opportunities',
    expected: caller.live.flatMap((customer) => childrenOf(customer, 'opportunity')).map(({ view }) => view),
    request: {
      rest: { method: 'GET', path: `/v1/commercial/opportunities?assigned_to=${userId}&page_size=100` },
      graphql: {
        document: `query($id: ID!) { result: opportunities(filter: {assignedToId: {eq: $id}}, first: 100) {
          totalCount nodes { ${FIELDS.opportunity.join(' ')} } } }`,
        variables: { id: userId },
      },
    },
  });
}

const NESTED = (['contact', 'opportunity', 'activity'] as const).map((recordType) => ({
  recordType,
  field: recordType === 'activity' ? 'activities' : recordType === 'opportunity' ? 'opportunities' : 'contacts',
}));
const NESTED_DOCUMENT = `query($id: ID!) { result: customers(filter: {createdById: {eq: $id}}, first: 12) { nodes {
  ${FIELDS.customer.join(' ')}
  ${NESTED.map(({ recordType, field }) => `${field}(first: 6) { totalCount nodes { ${FIELDS[recordType].join(' ')} } }`).join('\n')}
} } }`;

async function readNested(caller: Caller): Promise<void> {
  const request = {
    rest: { method: 'GET', path: '' },
    graphql: { document: NESTED_DOCUMENT, variables: { id: caller.identity.userId } },
  };
  const reply = await caller.read('nested lists', 'graphql', request);
  if (!reply) return;
  const nodes = listAt(reply.data, 'result', 'nodes');
  const wrong = listDifference(
    caller.liveViews(),
    nodes.map((node) => viewOf('customer', node)),
  );
  if (wrong !== undefined) caller.broken('nested lists', wrong, reply);
  else for (const node of nodes) compareChildren(caller, node, reply);
}

function compareChildren(caller: Caller, node: unknown, reply: Reply): void {
  const customer = caller.customerOf(textAt(node, 'id'));
  if (!customer) return;
  for (const { recordType, field } of NESTED) {
    const expected = childrenOf(customer, recordType).map(({ view }) => view);
    const found = listAt(node, field, 'nodes').map((child) => viewOf(recordType, child));
    const isTotalRight = valueAt(node, field, 'totalCount') === expected.length;
    const problem = listDifference(expected, found) ?? (isTotalRight ? undefined : 'wrong total');
    if (problem !== undefined) caller.broken('nested lists', `${field}: ${problem}`, reply);
  }
}

async function searchAll(caller: Caller): Promise<void> {
  const document = `query($text: String!) { result: search(query: $text, types: [CUSTOMER, OPPORTUNITY], first: 50) {
    nodes { title record { id } } } }`;
  const request = { rest: { method: 'GET', path: '' }, graphql: { document, variables: { text: caller.token } } };
  const reply = await caller.read('search all', 'graphql', request);
  if (!reply) return;
  const found = listAt(reply.data, 'result', 'nodes').map((hit) => ({
    id: textAt(hit, 'record', 'id'),
    name: textAt(hit, 'title'),
  }));
  const expected = caller.live
    .flatMap((customer) => [customer, ...childrenOf(customer, 'opportunity')])
    .map(({ view }): View => ({ id: view.id ?? null, name: view.name ?? null }));
  const wrong = listDifference(expected, found);
  if (wrong !== undefined) caller.broken('search all', wrong, reply);
}

async function pipeline(caller: Caller): Promise<void> {
  const document = `query($id: ID!) { result: pipeline(filter: {assignedToId: {eq: $id}}) {
    key currency count amount weightedAmount } }`;
  const variables = { id: caller.identity.userId };
  const reply = await caller.read('pipeline', 'graphql', {
    rest: { method: 'GET', path: '' },
    graphql: { document, variables },
  });
  if (!reply) return;
  const totals = new Map<string, { count: number; amount: number; weighted: number }>();
  for (const { view } of caller.live.flatMap((customer) => childrenOf(customer, 'opportunity'))) {
    const total = totals.get(String(view.status)) ?? { count: 0, amount: 0, weighted: 0 };
    totals.set(String(view.status), total);
    total.count += 1;
    total.amount += Number(view.amount);
    total.weighted += (Number(view.amount) * Number(view.probability)) / 100;
  }
  const expected = [...totals].map(([id, { count, amount, weighted }]) => ({
    id,
    count,
    amount: amount.toFixed(2),
    weightedAmount: weighted.toFixed(2),
  }));
  const found = listAt(reply.data, 'result')
    .filter((total) => valueAt(total, 'count') !== 0)
    .map((total) => ({
      id: textAt(total, 'key'),
      count: Number(valueAt(total, 'count')),
      amount: textAt(total, 'amount'),
      weightedAmount: textAt(total, 'weightedAmount'),
    }));
  const wrong = listDifference(expected, found);
  if (wrong !== undefined) caller.broken('pipeline', wrong, reply);
}

async function limits(caller: Caller, transport: Transport): Promise<void> {
  const reply = await caller.read('limits', transport, {
    rest: { method: 'GET', path: '/v1/meta/limits' },
    graphql: { document: '{ viewer { limits { resource limit used } } }' },
  });
  if (!reply) return;
  const all = transport === 'rest' ? listAt(reply.data, 'limits') : listAt(reply.data, 'viewer', 'limits');
  const usedOf = (resource: string): unknown =>
    valueAt(
      all.find((one) => textAt(one, 'resource').toLowerCase() === resource),
      'used',
    );
  const own: Readonly<Record<string, number>> = {
    customers: caller.live.length,
    active_opportunities: caller.live.flatMap((one) => childrenOf(one, 'opportunity')).filter(isActive).length,
  };
  for (const [resource, least] of Object.entries(own)) {
    const used = usedOf(resource);
    if (typeof used !== 'number' || used < least || used > 2000)
      caller.broken('limits', `${resource} used is ${String(used)}, own are ${least}`, reply);
  }
}

async function exportCustomers(caller: Caller): Promise<void> {
  const path = `/v1/commercial/export/customers?assigned_to=${caller.identity.userId}`;
  const reply = await caller.requester.fetch('export', 'GET', path);
  // A file that cannot be finished is cut, which the client sees; 503 is right when there is no connection for it.
  if (reply.code === 'UNAVAILABLE' || reply.code === 'NO_ANSWER') return;
  if (reply.code !== undefined) {
    caller.broken('export', reply.code, reply);
    return;
  }
  const lines = reply.text
    .split('\r\n')
    .slice(1)
    .filter((line) => line !== '');
  const found = lines.map((line) => ({ id: line.slice(line.lastIndexOf(';') + 1) }));
  const wrong = listDifference(
    caller.live.map((customer) => ({ id: idOf(customer) })),
    found,
  );
  if (wrong !== undefined) caller.broken('export', wrong, reply);
}

async function logIn(caller: Caller, transport: Transport): Promise<void> {
  const { email, tenantId, userId } = caller.identity;
  const reply = await caller.read('login', transport, {
    rest: { method: 'POST', path: '/v1/auth/login', body: { email, password: PASSWORD, tenant_id: tenantId } },
    graphql: {
      document: `mutation($email: String!, $password: String!, $tenantId: ID!) {
        result: login(email: $email, password: $password, tenantId: $tenantId) { user { id } accessToken } }`,
      variables: { email, password: PASSWORD, tenantId },
    },
  });
  if (!reply) return;
  const session = transport === 'rest' ? reply.data : valueAt(reply.data, 'result');
  if (textAt(session, 'user', 'id') !== userId || textAt(session, 'accessToken') === '')
    caller.broken('login', 'not this user', reply);
}

/** A document whose argument no column can hold: rejected before SQL, and no other caller notices. */
async function hostileSearch(caller: Caller): Promise<void> {
  const document = `query($text: String!) { customers(first: 1) { nodes { contacts(search: $text) { totalCount } } } }`;
  const request = { rest: { method: 'GET', path: '' }, graphql: { document, variables: { text: 'a\u0000b' } } };
  const reply = await caller.requester.send('hostile search', 'graphql', request);
  if (reply.code === 'INTERNAL') caller.broken('hostile search', 'INTERNAL', reply);
}

async function readiness(caller: Caller): Promise<void> {
  const reply = await caller.requester.fetch('readiness', 'GET', '/health/ready');
  if (reply.status !== 200 && reply.status !== 503 && !caller.isNotNow(reply.code))
    caller.broken('readiness', `status ${reply.status}`, reply);
}

/** Those whose answers the end of a drill asks for once more, without faults. */
export const CHECKS: readonly Step[] = [
  listCustomers,
  searchCustomers,
  listOpportunities,
  readNested,
  searchAll,
  pipeline,
  limits,
  logIn,
  exportCustomers,
];

export const READS: readonly Step[] = [
  readOne,
  readOne,
  readOne,
  readForeign,
  listCustomers,
  listCustomers,
  listEverybodys,
  searchCustomers,
  listOpportunities,
  readNested,
  readNested,
  searchAll,
  pipeline,
  limits,
  exportCustomers,
  logIn,
  hostileSearch,
  readiness,
];
