/**
 * The limit with the service's duties: node:http and pg by hand, on the service's schema and with its role. It does for the two writes
 * what the service promises for them, in the fewest messages: one for a creation, two where a decision lies between.
 */
import http from 'node:http';
import pg from 'pg';
import { eventOf, newId } from './audit.mjs';
import { runTogether } from './pipeline.mjs';
import * as sql from './statements.mjs';
import { actorOf, signToken } from './tokens.mjs';

const OPPORTUNITIES = '/v1/commercial/opportunities/';
const ACTIVITY_TYPES = new Set(['CALL', 'EMAIL', 'MEETING', 'TASK', 'NOTE', 'FOLLOW_UP']);
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOT_NULL_VIOLATION = '23502';
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL) });
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' });

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Text as it is stored: composed, without blanks at its ends. */
function textOf(value, most) {
  if (typeof value !== 'string') throw new HttpError(422, 'a text is expected');
  const text = value.normalize('NFC').trim();
  if (text.length > most || text.includes('\0') || !text.isWellFormed()) throw new HttpError(422, 'no such text');
  return text;
}

function requireUuid(value) {
  if (typeof value !== 'string' || !UUID.test(value)) throw new HttpError(422, 'an id is expected');
  return value;
}

/** Runs `work` on a connection that goes back only when no transaction is open on it. */
async function withClient(work) {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(error instanceof HttpError || error.severity === 'ERROR' ? undefined : error);
    throw error;
  }
}

async function createActivity(call, body) {
  const { actor, now } = call;
  if (actor.role === 'readonly') throw new HttpError(403, 'forbidden');
  const customerId = requireUuid(body.customer_id);
  const subject = textOf(body.subject, 255);
  const description = body.description === undefined ? null : textOf(body.description, 10_000);
  if (!ACTIVITY_TYPES.has(body.type) || subject === '') throw new HttpError(422, 'invalid');
  const id = newId();
  const { tenantId, userId } = actor;
  const newValue = {
    created_by: userId,
    customer_id: customerId,
    date: now,
    ...(description !== null && { description }),
    is_completed: false,
    subject,
    type: body.type,
  };
  const events = [eventOf(call, 'activity.created', 'activity', id, { newValue })];
  try {
    // No BEGIN: everything up to the Sync is one transaction.
    await withClient((client) =>
      runTogether(client, [
        sql.setTenant(tenantId),
        sql.insertActivity(tenantId, id, customerId, body.type, subject, description, now, userId),
        sql.insertEvents(events),
        sql.queueEvents(events),
      ]),
    );
  } catch (error) {
    throw error.code === NOT_NULL_VIOLATION ? new HttpError(404, 'customer not found') : error;
  }
  const stamps = { created_by: userId, created_at: now, updated_at: now, version: 1 };
  return {
    status: 201,
    record: {
      id,
      customer_id: customerId,
      opportunity_id: null,
      contact_id: null,
      type: body.type,
      subject,
      description,
      date: now,
      due_date: null,
      duration_minutes: null,
      assigned_to: null,
      is_completed: false,
      completed_at: null,
      ...stamps,
    },
  };
}

function winOpportunity(call, id, body) {
  const reason = body.reason === undefined ? null : textOf(body.reason, 10_000);
  return withClient(async (client) => {
    const { tenantId } = call.actor;
    const [, , [row]] = await runTogether(client, [
      sql.begin(),
      sql.setTenant(tenantId),
      sql.lockOpportunity(tenantId, id),
    ]);
    try {
      const won = decideWin(call, id, reason, row);
      await runTogether(client, won.statements);
      return { status: 200, record: won.record };
    } catch (error) {
      await runTogether(client, [sql.rollback()]);
      throw error;
    }
  });
}

function decideWin(call, id, reason, row) {
  const { actor, now } = call;
  const { tenantId, userId } = actor;
  if (row === undefined) throw new HttpError(404, 'not found');
  const [status, version, probability, amount, currency, code, createdBy, assignedTo] = row;
  const [customerId, type, customerVersion, ...customerOwners] = row.slice(8);
  const isOwn = [createdBy, assignedTo, ...customerOwners].includes(userId);
  if (actor.role === 'readonly' || (actor.role === 'user' && !isOwn)) throw new HttpError(403, 'forbidden');
  if (status === 'LOST') throw new HttpError(409, 'lost: reopen it first');
  const record = { id, code, status: 'WON', probability: 100, amount: Number(amount), weighted_amount: Number(amount) };
  if (status === 'WON') return { record, statements: [sql.commit()] };
  const day = today.format(new Date());
  const next = Number(version) + 1;
  const before = {
    actual_close_date: null,
    probability: Number(probability),
    status,
    ...(reason && { win_reason: null }),
  };
  const after = { actual_close_date: day, probability: 100, status: 'WON', ...(reason && { win_reason: reason }) };
  const events = [eventOf(call, 'opportunity.won', 'opportunity', id, { oldValue: before, newValue: after })];
  const statements = [sql.winOpportunity(tenantId, id, day, reason, now, next)];
  if (type === 'PROSPECT' || type === 'LEAD') {
    const converted = { oldValue: { type }, newValue: { type: 'CUSTOMER' } };
    events.push(eventOf(call, 'customer.converted', 'customer', customerId, converted));
    statements.push(sql.convertCustomer(tenantId, customerId, now, Number(customerVersion) + 1));
  }
  statements.push(
    sql.insertTransition(tenantId, newId(), id, next, status, amount, currency, now, userId),
    sql.insertEvents(events),
    sql.queueEvents(events),
    sql.releaseActive(tenantId),
    sql.commit(),
  );
  return { record, statements };
}

/** For the benchmark alone: the password is not looked at. */
async function signIn({ email, tenant_id: tenantId }) {
  const [, [user]] = await withClient((client) =>
    runTogether(client, [sql.setTenant(tenantId), sql.findUser(tenantId, email)]),
  );
  if (user === undefined) throw new HttpError(401, 'unauthorized');
  return { status: 200, record: { access_token: signToken({ tenantId, userId: user[0], role: user[1], email }) } };
}

function readJson(request) {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new HttpError(400, 'no JSON'));
      }
    });
  });
}

async function route({ method, url, headers, socket }, body) {
  if (method !== 'POST') throw new HttpError(404, 'no route');
  if (url === '/v1/auth/login') return signIn(body);
  const actor = actorOf(headers);
  if (actor === undefined) throw new HttpError(401, 'unauthorized');
  const call = { actor, requestId: newId(), ipAddress: socket.remoteAddress, now: new Date().toISOString() };
  if (url === '/v1/commercial/activities') return createActivity(call, body);
  if (url.startsWith(OPPORTUNITIES) && url.endsWith('/win')) {
    return winOpportunity(call, requireUuid(url.slice(OPPORTUNITIES.length, -'/win'.length)), body);
  }
  throw new HttpError(404, 'no route');
}

http
  .createServer(async (request, response) => {
    let answer;
    try {
      answer = await route(request, request.method === 'POST' ? await readJson(request) : {});
    } catch (error) {
      answer = { status: error.status ?? 500, record: { error: error.message } };
    }
    const text = JSON.stringify(answer.record);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
