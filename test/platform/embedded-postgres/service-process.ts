/** The service as an operator starts it, with the embedded PostgreSQL in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEMO_PASSWORD } from '../../../src/demo/demo-tenants.js';
import { readPostmaster } from '../../../src/platform/embedded-postgres/data-folder.js';
import { childEnvironment } from '../../support/processes/child-environment.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TENANT = 'demo';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly id: string | undefined;
}

export class ServiceProcess {
  stdout = '';
  stderr = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private origin = '';
  private token = '';

  constructor(dataDir: string) {
    this.child = spawn(process.execPath, ['src/start.mjs'], {
      cwd: ROOT,
      env: { ...childEnvironment(), DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' },
    });
    this.ended = once(this.child, 'close');
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  /** Waits until it listens, and signs in. */
  async ready(): Promise<this> {
    await until(() => this.stdout.includes('Demo sign-in') || this.child.exitCode !== null);
    this.origin = /running at (\S+)/.exec(this.stdout)?.[1] ?? '';
    const body = JSON.stringify({ email: 'admin@demo.example', password: DEMO_PASSWORD, tenant_id: TENANT });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${this.origin}/v1/auth/login`, { method: 'POST', headers, body });
    this.token = ((await answer.json()) as { access_token: string }).access_token; // wrong: every call is a 401
    return this;
  }

  async create(name: string): Promise<Answer> {
    const answer = await this.send('/v1/commercial/customers', { method: 'POST', body: JSON.stringify({ name }) });
    const { id } = (await answer.json()) as { id?: string }; // the tests compare it
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), id };
  }

  async find(id: string): Promise<number> {
    return (await this.send(`/v1/commercial/customers/${id}`)).status;
  }

  async liveness(): Promise<number> {
    return (await fetch(`${this.origin}/health/live`)).status;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** @returns the exit code; null after a signal that it did not handle */
  async exit(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private send(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'x-tenant-id': TENANT,
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
    };
    return fetch(`${this.origin}${url}`, { ...init, headers });
  }
}

/** The folder of PostgreSQL's own data. */
export function clusterIn(dataDir: string): string {
  return path.join(dataDir, 'postgres', 'postgres');
}

/** The number of the server there; undefined for the moment between two. */
export function postmasterPid(dataDir: string): number | undefined {
  const postmaster = readPostmaster(clusterIn(dataDir));
  return postmaster?.status === 'ready' ? postmaster.pid : undefined;
}

/** Waits; the limit is for a machine that is busy with other things. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
  const giveUpAt = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`not so within ${seconds} s: ${isSo.toString()}`);
    await sleep(20);
  }
}
