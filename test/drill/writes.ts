/** What a caller writes. Each step changes the caller's model by what the answer has to be. */
import type { Caller } from './caller.js';
import {
  actionRequest,
  childrenOf,
  createRequest,
  deleteRequest,
  idOf,
  isActive,
  newRecord,
  updateRequest,
  versionOf,
  type CustomerModel,
  type RecordType,
  type RecordModel,
  type View,
} from './records.js';
import { valueAt, type Request } from './requester.js';

/** So that lists and nested lists fit into one page. */
const MAX_LIVE = 8;
const MAX_CHILDREN = 4;
/** `limit_contacts_per_customer` of the drill's tenants. */
export const CONTACT_LIMIT = 3;

/** What subjects of activities begin with that are created without an Idempotency-Key. */
export const KEYLESS = 'Keyless';

type Step = (caller: Caller) => Promise<void>;

async function createCustomer(caller: Caller): Promise<void> {
  if (caller.live.length >= MAX_LIVE) return;
  const name = caller.nextName();
  const code = caller.random.chance(0.7) ? name.replace('Firme ', 'D-').replaceAll(' ', '-') : undefined;
  const given = { name, notes: 'new', ...(code !== undefined && { code }) };
  const request = createRequest('customer', { ...given, assignedToId: caller.identity.userId });
  const view = await caller.change('createCustomer', 'customer', request, { ...given, type: 'PROSPECT', version: 1 });
  if (view) caller.customers.push({ ...newRecord('customer', view), children: [] });
}

async function duplicateCode(caller: Caller): Promise<void> {
  if (caller.live.length === 0) return;
  const holder = caller.random.pick(caller.live);
  const input = { name: caller.nextName(), code: String(holder.view.code), assignedToId: caller.identity.userId };
  const reply = await caller.rejected('duplicateCode', createRequest('customer', input), 'DUPLICATE');
  if (reply && valueAt(reply.details, 'existing_id') !== idOf(holder))
    caller.broken('duplicateCode', `existing_id is not ${idOf(holder)}`, reply);
}

/** Applies a change that succeeds to a record, and its event. @returns whether the answer was as expected */
async function apply(
  caller: Caller,
  name: string,
  record: RecordModel,
  request: Request,
  { patch, event }: { readonly patch: View; readonly event: string },
): Promise<boolean> {
  const expected: View = { ...record.view, ...patch, version: versionOf(record) + 1 };
  const view = await caller.change(name, record.recordType, request, expected);
  if (!view) return false;
  record.view = view;
  record.events.push(event);
  return true;
}

async function updateCustomer(caller: Caller): Promise<void> {
  if (caller.live.length === 0) return;
  const customer = caller.random.pick(caller.live);
  const notes = `note ${caller.nextName()}`;
  const version = caller.random.chance(0.5) ? versionOf(customer) : undefined;
  const request = updateRequest('customer', idOf(customer), { notes }, version);
  await apply(caller, 'updateCustomer', customer, request, { patch: { notes }, event: 'customer.updated' });
}

async function staleUpdate(caller: Caller): Promise<void> {
  if (caller.live.length === 0) return;
  const customer = caller.random.pick(caller.live);
  const request = updateRequest('customer', idOf(customer), { notes: 'stale' }, versionOf(customer) + 7);
  const reply = await caller.rejected('staleUpdate', request, 'VERSION_CONFLICT');
  if (reply && valueAt(reply.details, 'current_version') !== versionOf(customer))
    caller.broken('staleUpdate', `current_version is not ${versionOf(customer)}`, reply);
}

async function createChild(
  caller: Caller,
  customer: CustomerModel,
  recordType: RecordType,
  input: Readonly<Record<string, string | number>>,
  expected: View,
): Promise<void> {
  const request = createRequest(recordType, { ...input, customerId: idOf(customer) });
  const view = await caller.change(`create ${recordType}`, recordType, request, { ...expected, version: 1 });
  if (view) customer.children.push(newRecord(recordType, view));
}

async function createContact(caller: Caller): Promise<void> {
  if (caller.live.length === 0) return;
  const customer = caller.random.pick(caller.live);
  const lastName = caller.nextName();
  if (childrenOf(customer, 'contact').length < CONTACT_LIMIT)
    return createChild(caller, customer, 'contact', { firstName: 'Anne', lastName }, { lastName });
  const request = createRequest('contact', { firstName: 'Anne', lastName, customerId: idOf(customer) });
  const reply = await caller.rejected('contactBeyondLimit', request, 'QUOTA_EXCEEDED');
  if (reply && valueAt(reply.details, 'used') !== CONTACT_LIMIT)
    caller.broken('contactBeyondLimit', `used is not ${CONTACT_LIMIT}`, reply);
}

async function createOpportunity(caller: Caller): Promise<void> {
  const customers = caller.live.filter((customer) => childrenOf(customer, 'opportunity').length < MAX_CHILDREN);
  if (customers.length === 0) return;
  const name = caller.nextName();
  const amount = caller.random.integer(1, 90_000);
  const input = { name, amount: `${amount}.00`, assignedToId: caller.identity.userId };
  const expected = { name, amount: `${amount}.00`, status: 'NEW', probability: 10 };
  await createChild(caller, caller.random.pick(customers), 'opportunity', input, expected);
}

async function createActivity(caller: Caller): Promise<void> {
  const customers = caller.live.filter((customer) => childrenOf(customer, 'activity').length < MAX_CHILDREN);
  if (customers.length === 0) return;
  const subject = caller.nextName();
  await createChild(
    caller,
    caller.random.pick(customers),
    'activity',
    { subject, type: 'CALL' },
    {
      subject,
      isCompleted: false,
    },
  );
}

/** A live child of a record type of any live customer. */
function pickChild(
  caller: Caller,
  recordType: RecordType,
): { readonly customer: CustomerModel; readonly child: RecordModel } | undefined {
  const all = caller.live.flatMap((customer) => childrenOf(customer, recordType).map((child) => ({ customer, child })));
  return all.length === 0 ? undefined : caller.random.pick(all);
}

/** Without a key nothing tells whether it was done; done twice it must never be. */
async function createKeyless(caller: Caller): Promise<void> {
  const subject = caller.nextName().replace('Firme', KEYLESS);
  const input = { subject, type: 'NOTE', customerId: caller.commonCustomerId };
  const reply = await caller.requester.send('create keyless', caller.transport(), createRequest('activity', input));
  caller.keyless.set(subject, reply.code === undefined);
  if (reply.code !== undefined && !caller.isNotNow(reply.code)) caller.broken('create keyless', reply.code, reply);
}

async function completeActivity(caller: Caller): Promise<void> {
  const found = pickChild(caller, 'activity');
  if (!found) return;
  const word = found.child.view.isCompleted === true ? 'reopen' : 'complete';
  const request = actionRequest('activity', idOf(found.child), word);
  await apply(caller, `${word} activity`, found.child, request, {
    patch: { isCompleted: word === 'complete' },
    event: word === 'complete' ? 'activity.completed' : 'activity.reopened',
  });
}

const MOVES = {
  win: { patch: { status: 'WON', probability: 100 }, event: 'opportunity.won', reason: 'price' },
  lose: { patch: { status: 'LOST', probability: 0 }, event: 'opportunity.lost', reason: 'price' },
  reopen: { patch: { status: 'NEGOTIATION', probability: 75 }, event: 'opportunity.reopened', reason: undefined },
} as const;

async function moveOpportunity(caller: Caller): Promise<void> {
  const found = pickChild(caller, 'opportunity');
  if (!found) return;
  const { customer, child } = found;
  const word = isActive(child) ? caller.random.pick(['win', 'lose'] as const) : 'reopen';
  const { reason, ...move } = MOVES[word];
  const request = actionRequest('opportunity', idOf(child), word, reason);
  const isDone = await apply(caller, `${word} opportunity`, child, request, move);
  if (!isDone || word !== 'win' || customer.view.type !== 'PROSPECT') return;
  customer.view = { ...customer.view, type: 'CUSTOMER', version: versionOf(customer) + 1 };
  customer.events.push('customer.converted');
}

async function illegalMove(caller: Caller): Promise<void> {
  const found = pickChild(caller, 'opportunity');
  if (!found || isActive(found.child)) return;
  const word = found.child.view.status === 'WON' ? 'lose' : 'win';
  await caller.rejected(
    'illegalMove',
    actionRequest('opportunity', idOf(found.child), word, 'late'),
    'ILLEGAL_TRANSITION',
  );
}

async function deleteCustomer(caller: Caller): Promise<void> {
  if (caller.live.length < 4) return;
  const customer = caller.random.pick(caller.live);
  const children = customer.children.filter(({ isDeleted }) => !isDeleted);
  const request = deleteRequest('customer', idOf(customer));
  const change = { patch: {}, event: 'customer.deleted' };
  if (!(await apply(caller, 'delete customer', customer, request, change))) return;
  for (const record of [customer, ...children]) record.isDeleted = true;
  for (const child of children) child.view = { ...child.view, version: versionOf(child) + 1 };
}

async function deleteOpportunity(caller: Caller): Promise<void> {
  const found = pickChild(caller, 'opportunity');
  if (!found) return;
  const request = deleteRequest('opportunity', idOf(found.child));
  const change = { patch: {}, event: 'opportunity.deleted' };
  if (!(await apply(caller, 'delete opportunity', found.child, request, change))) return;
  found.child.isDeleted = true;
  alone.add(found.child);
}

/** Deleted by themselves: their customer's restoration leaves them. */
const alone = new WeakSet<RecordModel>();

async function restoreCustomer(caller: Caller): Promise<void> {
  const deleted = caller.customers.filter(({ isDeleted }) => isDeleted);
  if (deleted.length === 0 || caller.live.length >= MAX_LIVE) return;
  const customer = caller.random.pick(deleted);
  const request = actionRequest('customer', idOf(customer), 'restore');
  const change = { patch: {}, event: 'customer.restored' };
  if (!(await apply(caller, 'restore customer', customer, request, change))) return;
  customer.isDeleted = false;
  for (const child of customer.children.filter((record) => !alone.has(record))) {
    child.isDeleted = false;
    child.view = { ...child.view, version: versionOf(child) + 1 };
  }
}

export const WRITES: readonly Step[] = [
  createCustomer,
  createCustomer,
  duplicateCode,
  updateCustomer,
  updateCustomer,
  staleUpdate,
  createContact,
  createOpportunity,
  createOpportunity,
  createActivity,
  createKeyless,
  createKeyless,
  createKeyless,
  completeActivity,
  moveOpportunity,
  moveOpportunity,
  illegalMove,
  deleteOpportunity,
  deleteCustomer,
  restoreCustomer,
];
