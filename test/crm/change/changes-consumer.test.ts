import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { newId } from '../../../src/platform/values/ids.js';
import { childEnvironment } from '../../support/processes/child-environment.js';
import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { ChangeConsumer, type Kind } from './changes-consumer.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const AT = '/v1/commercial';
/** The secret of the test service: its tokens are good for the process too. */
const SECRETS = 'test:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';
const WRITERS = 20;
/** Before the service is killed, and after it was started again. */
const WRITING_MS = 5000;

const service = useOwnService();
let children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

interface Running {
  readonly origin: string;
  readonly child: ChildProcess;
}

/** The service as its own process, sealer and all. @param port any free one unless given */
async function startProcess(port = '0'): Promise<Running> {
  const child = spawn(process.execPath, ['src/start.mjs'], {
    cwd: ROOT,
    env: {
      ...childEnvironment(),
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      JWT_SECRETS: SECRETS,
      PORT: port,
      DATABASE_URL: service.test.appUrl,
      RATE_LIMIT_USER: '0',
      RATE_LIMIT_TENANT: '0',
    },
  });
  children = [...children, child];
  let output = '';
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error(`The service did not start: ${output}`));
    });
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [, address] = /Health check\S*\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  return { origin, child };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(Math.random() * list.length)];

/** What writers know of each other's records: ids by record type. Some of them are deleted by now. */
type Known = Readonly<Record<Kind, string[]>>;
const BODIES: Readonly<Record<Kind, (customerId: string) => object>> = {
  customers: () => ({ name: `Client ${newId()}` }),
  contacts: (id) => ({ customer_id: id, first_name: 'Léa', last_name: 'Petit', is_primary: Math.random() < 0.5 }),
  opportunities: (id) => ({ customer_id: id, name: 'Projet' }),
  activities: (id) => ({ customer_id: id, type: 'CALL', subject: 'Appel' }),
};
const KINDS = Object.keys(BODIES) as Kind[];

/** What a writer may do to a record, each as often as it stands here. */
const WRITES: readonly ((client: Client, recordType: Kind, id: string, known: Known) => Promise<unknown>)[] = [
  create,
  create,
  create,
  create,
  (client, recordType, id) =>
    client.put(`${AT}/${recordType}/${id}`, recordType === 'activities' ? { subject: newId() } : {}),
  (client, recordType, id) => client.delete(`${AT}/${recordType}/${id}`),
  (client, recordType, id) => client.post(`${AT}/${recordType}/${id}/restore`),
  (client, _kind, _id, known) => client.post(`${AT}/opportunities/${pick(known.opportunities) ?? ''}/win`),
  (client, _kind, _id, known) => client.post(`${AT}/activities/${pick(known.activities) ?? ''}/complete`),
];

async function create(client: Client, recordType: Kind, _id: string, known: Known): Promise<void> {
  const answer = await client.post(`${AT}/${recordType}`, BODIES[recordType](pick(known.customers) ?? ''));
  const { id } = (answer.body ?? {}) as { readonly id?: string };
  if (id !== undefined) known[recordType].push(id);
}

/** One write of any sort; errors, and a service that was just killed, are a writer's everyday life. */
async function writeOnce(client: Client, known: Known): Promise<void> {
  const recordType = pick(KINDS) ?? 'customers';
  const id = pick(known[recordType]);
  const write = id === undefined ? create : (pick(WRITES) ?? create);
  await write(client, recordType, id ?? '', known);
}

/** Deletes and restores a customer with all that it has, again and again. */
async function moveFamily(client: Client): Promise<void> {
  const answer = await client.post(`${AT}/customers`, BODIES.customers(''));
  const { id } = answer.body as { readonly id: string };
  for (const recordType of KINDS.slice(1)) await client.post(`${AT}/${recordType}`, BODIES[recordType](id));
  await client.delete(`${AT}/customers/${id}`);
  if (Math.random() < 0.7) await client.post(`${AT}/customers/${id}/restore`);
}

interface Work {
  isOver: boolean;
}

async function repeat(work: Work, write: () => Promise<void>): Promise<void> {
  while (!work.isOver) await write().catch(() => sleep(50));
}

/** Whoever holds this lock keeps the transactions of some events open. */
const HOLD = 7_203_077;

/** One in eight changes of contacts and activities waits for the lock, when its events have their ids and before its COMMIT. */
async function slowDownSome(tenantId: string): Promise<void> {
  await service.ask(`CREATE FUNCTION app.wait_a_while() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF right(NEW.event_id::text, 1) IN ('7', 'b') AND EXISTS (SELECT FROM audit_events e WHERE e.tenant_id = '${tenantId}'
        AND e.id = NEW.event_id AND e.entity_type IN ('contact', 'activity')) THEN
        PERFORM pg_advisory_xact_lock_shared(${HOLD});
      END IF;
      RETURN NEW;
    END $$`);
  await service.ask('GRANT EXECUTE ON FUNCTION app.wait_a_while() TO crm_app');
  await service.ask(
    'CREATE TRIGGER wait_a_while BEFORE INSERT ON audit_unsealed FOR EACH ROW EXECUTE FUNCTION app.wait_a_while()',
  );
}

/** Holds the lock for two seconds, again and again. @returns how many transactions it kept open at the end of them */
async function holdTransactions(work: Work): Promise<number> {
  const client = new pg.Client({ connectionString: service.test.superuserUrl });
  await client.connect();
  let held = 0;
  while (!work.isOver) {
    await client.query(`SELECT pg_advisory_lock(${HOLD})`);
    await sleep(2000);
    const { rowCount } = await client.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    held += rowCount ?? 0;
    await client.query(`SELECT pg_advisory_unlock(${HOLD})`);
    await sleep(300);
  }
  await client.end();
  return held;
}

/** Ids and versions of what is alive. */
async function liveRecords(tenantId: string): Promise<Record<Kind, Record<string, number>>> {
  const entries = await Promise.all(
    KINDS.map(async (recordType) => {
      const rows = await service.ask<{ id: string; version: number }>(
        `SELECT id, version FROM ${recordType} WHERE tenant_id = $1 AND deleted_at IS NULL`,
        [tenantId],
      );
      return [recordType, Object.fromEntries(rows.map(({ id, version }) => [id, version]))] as const;
    }),
  );
  return Object.fromEntries(entries) as Record<Kind, Record<string, number>>;
}

async function pollFor(consumer: ChangeConsumer, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) await consumer.poll(1);
}

/** A consumer that has begun now: writers are at work, and some of their events are not sealed. */
async function loaded(client: Client): Promise<ChangeConsumer> {
  const consumer = new ChangeConsumer(client);
  await consumer.load();
  return consumer;
}

/** Consumers that begin at other moments, until the work is over, and read on at the very end. */
async function loadSome(client: Client, work: Promise<void>): Promise<ChangeConsumer[]> {
  const consumers: Promise<ChangeConsumer>[] = [];
  const timer = setInterval(() => consumers.push(loaded(client)), 1000);
  await work.finally(() => {
    clearInterval(timer);
  });
  return Promise.all(consumers);
}

async function readToEnd(consumer: ChangeConsumer): Promise<ChangeConsumer> {
  while (await consumer.poll());
  return consumer;
}

testOnOneNode(
  'a consumer that takes LATEST while twenty write, some for two seconds, loads the lists and follows, ends equal to the database, over a kill -9',
  async () => {
    const tenant = await service.aTenant();
    await slowDownSome(tenant.id);
    let running = await startProcess();
    const [writer, reader] = [as(running, tenant.admin), as(running, tenant.readonly)];
    const known: Known = { customers: [], contacts: [], opportunities: [], activities: [] };
    const work: Work = { isOver: false };
    const writers = Array.from({ length: WRITERS }, (_, index) =>
      repeat(work, () => (index < 3 ? moveFamily(writer) : writeOnce(writer, known))),
    );
    const holding = holdTransactions(work);
    const keepInStep = async (): Promise<ChangeConsumer> => {
      const consumer = await loaded(reader);
      others.push(...(await loadSome(reader, pollFor(consumer, WRITING_MS))));
      const saved = consumer.save();
      const cut = readToEnd(consumer)
        .then(() => consumer.poll(25))
        .catch(() => undefined);
      await kill(running.child);
      await cut;
      running = await startProcess(new URL(running.origin).port);
      const resumed = ChangeConsumer.resume(reader, saved);
      await pollFor(resumed, WRITING_MS);
      return resumed;
    };
    const others: ChangeConsumer[] = [];
    const resumed = await keepInStep().finally(() => {
      work.isOver = true;
    });
    const [held] = await Promise.all([holding, ...writers]);
    const unsealed = `SELECT FROM audit_unsealed WHERE tenant_id = '${tenant.id}'`;
    while ((await service.ask(unsealed)).length > 0) await sleep(100);

    const live = await liveRecords(tenant.id);
    expect((await readToEnd(resumed)).contents()).toEqual(live);
    for (const other of await Promise.all(others.map(readToEnd))) expect(other.contents()).toEqual(live);
    expect(others.length).toBeGreaterThan(2);
    expect((await readToEnd(new ChangeConsumer(reader))).contents()).toEqual(live);
    expect(resumed.repeated).toEqual([]);
    expect(Math.min(held, resumed.cascades)).toBeGreaterThan(0);
    expect([resumed.changes > 100, Object.values(live).every((records) => Object.keys(records).length > 0)]).toEqual([
      true,
      true,
    ]);
    await kill(running.child);
  },
  // A limit for a machine that does other things besides.
  240_000,
);
