/** The service as a process of its own, on a database that is ready: to be killed, stopped and started again on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './processes/child-environment.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECRETS = 'k1:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';
const START_TIMEOUT_MS = 120_000;

export class ServiceProcess {
  private child: ChildProcess | undefined;
  private port = '0';
  origin = '';

  /**
   * @param variables environment on top of the drill's own
   * @param log file that keeps what the process prints
   * @param program what Node starts: the source, or what `npm run build` made of it
   */
  constructor(
    private readonly variables: Readonly<Record<string, string>>,
    private readonly log: string,
    private readonly program: 'src/start.mjs' | 'dist/src/server.js' = 'src/start.mjs',
  ) {}

  /** Starts the process and waits until it listens. @throws with its last words when it ends instead */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.program], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...childEnvironment(),
        HOME: process.env.HOME,
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        JWT_SECRETS: SECRETS,
        DEMO_DATA: 'false',
        RATE_LIMIT_USER: '0',
        RATE_LIMIT_TENANT: '0',
        PORT: this.port,
        ...this.variables,
      },
    });
    this.child = child;
    this.origin = await this.whenListening(child);
    this.port = new URL(this.origin).port;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get hasEnded(): boolean {
    const { child } = this;
    if (!child) return true;
    return child.exitCode !== null || child.signalCode !== null;
  }

  /** Sends a signal and waits for the end. @returns the exit code */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child) return null;
    if (!this.hasEnded) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }

  private whenListening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      let output = '';
      const timer = setTimeout(() => {
        reject(new Error(`The service did not listen in time:\n${output.slice(-2000)}`));
      }, START_TIMEOUT_MS);
      const read = (chunk: Buffer): void => {
        appendFileSync(this.log, chunk);
        if (output.length > 100_000) return;
        output += chunk.toString();
        const origin = /running at (http:\/\/[^\s]+)/.exec(output)?.[1];
        if (origin === undefined) return;
        clearTimeout(timer);
        resolve(origin);
      };
      child.stdout?.on('data', read);
      child.stderr?.on('data', read);
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`The service ended (${signal ?? code ?? ''}):\n${output.slice(-2000)}`));
      });
    });
  }
}
