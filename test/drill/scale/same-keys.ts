/** The same Idempotency-Key at both replicas at once: one effect, one answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createRequest, resultOf } from '../records.js';
import { Requester, TRANSPORTS, type Identity, type Reply, type Request, type Transport } from '../requester.js';
import type { Tally } from '../tally.js';
import type { Replica } from './replicas.js';

/** Requests with one key: half of them go to each replica. */
const AT_ONCE = 4;
const NAME = 'Same key';

interface KeyedWrite {
  readonly transport: Transport;
  readonly request: Request;
  readonly key: string;
}

/** Tries again while another request with the key is at work. */
async function finalAnswer(requester: Requester, { transport, request, key }: KeyedWrite): Promise<Reply> {
  for (;;) {
    const reply = await requester.send('same key', transport, request, key);
    if (reply.code !== 'IDEMPOTENCY_IN_PROGRESS') return reply;
    await sleep(30);
  }
}

/** @returns how many keys were sent */
export async function sendSameKeys(
  replicas: readonly Replica[],
  identity: Identity,
  isOver: () => boolean,
  tally: Tally,
): Promise<number> {
  const requesters = replicas.map((replica) => new Requester(() => replica.origin, identity, tally));
  let round = 0;
  while (!isOver()) {
    round += 1;
    const transport = TRANSPORTS[round % TRANSPORTS.length] ?? 'rest';
    const request = createRequest('customer', { name: `${NAME} ${round}` });
    const write = { transport, request, key: `${identity.userId}-same-${round}` };
    const senders = Array.from({ length: AT_ONCE }, (_, index) => requesters[index % requesters.length]);
    const replies = await Promise.all(senders.flatMap((one) => (one ? [finalAnswer(one, write)] : [])));
    compareReplies(replies, transport, tally);
    await sleep(100);
  }
  return round;
}

function compareReplies(replies: readonly Reply[], transport: Transport, tally: Tally): void {
  const ids = replies.map(({ data, code }) => code ?? String(resultOf('customer', data, transport === 'graphql')?.id));
  const texts = new Set(replies.map(({ status, text }) => `${status} ${text}`));
  tally.count('answers of one key', texts.size === 1 ? 'the same' : 'different');
  if (texts.size > 1 || ids.includes('undefined') || replies.some(({ code }) => code !== undefined))
    tally.broken(
      `one key, different answers: ${[...new Set(ids)].join(', ')}: ${[...texts].join(' | ').slice(0, 600)}`,
    );
}

/** Each key has made one customer, with one audit event. */
export async function checkSameKeys(pool: pg.Pool, identity: Identity, rounds: number, tally: Tally): Promise<void> {
  const { rows } = await pool.query<{ name: string; customers: number; events: number }>(
    `SELECT c.name, count(DISTINCT c.id)::integer AS customers, count(e.id)::integer AS events FROM customers c
     LEFT JOIN audit_events e ON e.tenant_id = c.tenant_id AND e.entity_id = c.id::text
     WHERE c.tenant_id = $1 AND starts_with(c.name, $2) GROUP BY c.name`,
    [identity.tenantId, NAME],
  );
  for (const { name, customers, events } of rows)
    if (customers !== 1 || events !== 1) tally.broken(`${name}: ${customers} customers, ${events} events`);
  if (rows.length !== rounds) tally.broken(`${rounds} keys were sent, ${rows.length} had an effect`);
}
