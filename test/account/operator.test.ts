import { jest } from '../support/jest.js';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { newId } from '../../src/platform/values/ids.js';
import { Authenticator } from '../../src/access/identity/authenticator.js';
import { RateLimits } from '../../src/access/identity/rate-limit.js';
import { SessionCredential } from '../../src/access/identity/session-credential.js';
import { childEnvironment } from '../support/processes/child-environment.js';
import { useCommands } from '../support/processes/commands.js';
import { refreshSession, type SignIn } from '../../src/account/sign-in.service.js';
import { aCall, ask, codeOf, contextOf, eventsOf, newDependencies, openBench, signIn, type Bench } from './support.js';

// A process that loads the service takes some seconds, on a busy machine many.
jest.setTimeout(120_000);

let bench: Bench;
const runCommand = useCommands();

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

type Command = 'tenant-create' | 'tenant-update';

interface Run {
  readonly code: number | null;
  readonly output: string;
}

function databases(): Record<string, string> {
  return { DATABASE_URL: bench.test.appUrl, DATABASE_MIGRATION_URL: bench.test.ownerUrl };
}

/** Runs the command as an operator would: a process of its own, which has to end by itself. */
async function runAlone(command: Command, ...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', `src/commands/${command}.ts`, ...args], {
    env: { ...childEnvironment(), ...databases() },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

/** Runs the same file with the same arguments in a process that has loaded the service: one after the other. */
function run(command: Command, ...args: string[]): Promise<Run> {
  return runCommand(command, args, databases());
}

function create(id: string, ...more: string[]): Promise<Run> {
  return run('tenant-create', id, '--name', 'Fleurs & Cie', '--admin', 'marie@example.com', ...more);
}

describe('tenant:create', () => {
  it('makes a company whose first admin signs in with the printed password', async () => {
    const tenantId = `t-${newId()}`;

    const named = ['--name', 'Fleurs & Cie', '--admin', 'marie@example.com', '--admin-name', 'Marie Curie'];
    const { code, output } = await runAlone('tenant-create', tenantId, ...named, '--time-zone', 'Europe/Brussels');
    const password = /Password, shown this once: (\S+)/.exec(output)?.[1] ?? '';

    expect(code).toBe(0);
    const answer = await signIn(bench, { tenantId, id: '', email: 'marie@example.com', password });
    expect(answer.user).toMatchObject({ role: 'admin', fullName: 'Marie Curie' });
    expect((await contextOf(bench, answer)).tenant).toMatchObject({
      name: 'Fleurs & Cie',
      timeZone: 'Europe/Brussels',
    });
    const events = await eventsOf(bench, tenantId);
    expect(events.slice(0, 2)).toMatchObject([
      { action: 'tenant.created', actor_kind: 'operator' },
      { action: 'user.created', actor_kind: 'operator' },
    ]);
  });

  it('rejects an id that differs from another by case only', async () => {
    const tenantId = `t-${newId()}`;
    await create(tenantId);

    const { code, output } = await create(tenantId.toUpperCase());

    expect(code).toBe(1);
    expect(output.trim()).toBe('A tenant whose id differs from this one by case only exists already.');
    expect(await ask(bench, 'SELECT FROM tenants WHERE lower(id) = $1', [tenantId])).toHaveLength(1);
  });

  it('says in one sentence what is wrong', async () => {
    const tenantId = `t-${newId()}`;
    await create(tenantId);

    const refused = [
      await create(tenantId),
      await create('no good'),
      await create(`t-${newId()}`, '--password', 'short'),
      await create(`t-${newId()}`, '--time-zone', 'Mars/Olympus'),
      await run('tenant-create'),
    ];

    expect(refused.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    const [taken, badId, weak, zone, usage] = refused.map(({ output }) => output.trim());
    expect(taken).toBe('This tenant exists already.');
    expect(badId).toBe('The id of the tenant: The format is not the expected one.');
    expect(weak).toBe('--password: 12 to 128 characters are expected.');
    expect(zone).toBe('--time-zone: An IANA time zone is expected, for example Europe/Paris.');
    expect(usage).toMatch(/^Usage: npm run tenant:create/);
  });
});

/** What becomes of the access token and of the refresh token in a process that remembers nothing. */
async function useOf(session: SignIn): Promise<{ readonly access: string; readonly refresh: string }> {
  const dependencies = newDependencies(bench.database);
  const unlimited = { perSecond: 0, burst: 1 };
  const authenticator = new Authenticator(
    [new SessionCredential(dependencies.tokens, dependencies.identities)],
    new RateLimits({ user: unlimited, tenant: unlimited }),
  );
  return {
    access: await codeOf(contextOf(bench, session, authenticator)),
    refresh: await codeOf(refreshSession(aCall(bench), dependencies, session.refreshToken)),
  };
}

const ENDED = { access: 'UNAUTHENTICATED', refresh: 'UNAUTHENTICATED' };

describe('tenant:update', () => {
  it('ends the sessions of a suspended company for good', async () => {
    const tenantId = `t-${newId()}`;
    await create(tenantId, '--password', 'roses-et-tulipes-77');
    const person = { tenantId, id: '', email: 'marie@example.com', password: 'roses-et-tulipes-77' };
    const [open, left] = [await signIn(bench, person), await signIn(bench, person)];
    await run('tenant-update', tenantId, '--limit-customers', '20000');
    expect(await codeOf(contextOf(bench, open))).toBe('done');

    await run('tenant-update', tenantId, '--suspend');

    const sessions = () => ask(bench, 'SELECT FROM sessions WHERE tenant_id = $1 AND revoked_at IS NULL', [tenantId]);
    expect(await sessions()).toEqual([]);
    expect(await useOf(open)).toEqual(ENDED);
    // As a sign-in leaves it that ran while the suspension began.
    await ask(bench, 'UPDATE sessions SET revoked_at = NULL WHERE tenant_id = $1', [tenantId]);
    await run('tenant-update', tenantId, '--resume');
    expect(await useOf(open)).toEqual(ENDED);
    expect(await useOf(left)).toEqual(ENDED);
    expect(await useOf(await signIn(bench, person))).toEqual({ access: 'done', refresh: 'done' });
  });

  it('suspends, resumes and raises limits, and is audited', async () => {
    const tenantId = `t-${newId()}`;
    await create(tenantId, '--password', 'roses-et-tulipes-77');
    const person = { tenantId, id: '', email: 'marie@example.com', password: 'roses-et-tulipes-77' };

    const suspended = await run('tenant-update', tenantId, '--suspend', '--limit-customers', '20000');
    expect(await codeOf(signIn(bench, person))).toBe('UNAUTHENTICATED');
    const resumed = await run('tenant-update', tenantId, '--resume');

    expect(suspended.output).toMatch(/suspended[^]*customers: 20000/);
    expect(resumed.output).toMatch(/active/);
    expect(await codeOf(signIn(bench, person))).toBe('done');
    const events = (await eventsOf(bench, tenantId)).filter(({ action }) => action === 'tenant.updated');
    expect(events).toMatchObject([
      { actor_kind: 'operator', new_value: { is_suspended: true, limit_customers: 20_000 } },
      { actor_kind: 'operator', new_value: { is_suspended: false } },
    ]);
  });

  it('knows only companies that are there, and limits that make sense', async () => {
    const tenantId = `t-${newId()}`;
    await create(tenantId);

    const unknown = await runAlone('tenant-update', 'nobody', '--suspend');
    const negative = await run('tenant-update', tenantId, '--limit-customers', 'many');

    expect([unknown.code, negative.code]).toEqual([1, 1]);
    expect(unknown.output.trim()).toBe('This tenant is unknown.');
    expect(negative.output.trim()).toBe('--limit-customers: An integer is expected.');
    expect(await ask(bench, 'SELECT limit_customers FROM tenants WHERE id = $1', [tenantId])).toEqual([
      { limit_customers: 10_000 },
    ]);
  });
});
