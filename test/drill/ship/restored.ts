/** What is made before a backup, and looked for after its restore, over both transports. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally } from '../tally.js';

const SEALED_WITHIN_MS = 10_000;
const CUSTOMERS = 5;

interface Account {
  readonly email: string;
  readonly password: string;
}

export interface Records extends Account {
  readonly names: readonly string[];
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

async function send(origin: string, path: string, token: string, body?: unknown): Promise<Reply> {
  const answer = await fetch(origin + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': 'en',
      'x-tenant-id': 'acme',
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.text() };
}

async function signIn(origin: string, { email, password }: Account): Promise<string> {
  const { body } = await send(origin, '/v1/auth/login', '', { email, password, tenant_id: 'acme' });
  const [, token] = /"access_token":"([^"]+)"/.exec(body) ?? [];
  if (token === undefined) throw new Error(`${email} cannot sign in: ${body}`);
  return token;
}

/** Customers, half of them over each transport; waits until their events are sealed. */
export async function makeRecords(origin: string, account: Account, tally: Tally): Promise<Records> {
  const token = await signIn(origin, account);
  const names = Array.from({ length: CUSTOMERS }, (_, index) => `Atelier ${index}`);
  for (const [index, name] of names.entries()) {
    const isRest = index % 2 === 0;
    const query = `mutation { createCustomer(input: { code: "A-${index}", name: "${name}" }) { changed } }`;
    const { status, body } = isRest
      ? await send(origin, '/v1/commercial/customers', token, { code: `A-${index}`, name })
      : await send(origin, '/graphql', token, { query });
    tally.count(isRest ? 'create by REST' : 'create by GraphQL', String(status));
    if (status >= 300 || body.includes('"errors"')) tally.broken(`${name} was not made: ${status} ${body}`);
  }
  await untilSealed(origin, token);
  return { ...account, names };
}

async function untilSealed(origin: string, token: string): Promise<void> {
  const giveUpAt = Date.now() + SEALED_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    const { body } = await send(origin, '/v1/commercial/changes', token);
    if (body.split('"customer.created"').length > CUSTOMERS || body.split('"resource_id"').length > CUSTOMERS) return;
    await sleep(200);
  }
}

/** Signs in with the password of before, and finds every customer. */
export async function checkRestored(origin: string, { names, ...account }: Records, tally: Tally): Promise<void> {
  const token = await signIn(origin, account);
  const rest = await send(origin, '/v1/commercial/customers?page_size=50', token);
  const graphql = await send(origin, '/graphql', token, { query: '{ customers(first: 50) { nodes { name } } }' });
  for (const [transport, { status, body }] of Object.entries({ rest, graphql })) {
    const missing = names.filter((name) => !body.includes(`"${name}"`));
    tally.count(`read by ${transport}`, String(status));
    if (status !== 200 || missing.length > 0) tally.broken(`${transport} misses ${missing.join(', ')}: ${body}`);
  }
  const made = await send(origin, '/v1/commercial/customers', token, { code: 'A-NEW', name: 'Atelier nouveau' });
  tally.count('create after the restore', String(made.status));
  if (made.status !== 201) tally.broken(`nothing can be made after the restore: ${made.body}`);
}
