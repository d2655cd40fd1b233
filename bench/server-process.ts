/** One server as a child process: started, waited for, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUN_FOLDER } from './folders.js';
import type { ServerName, ServerProgram } from './peers.js';

const READY_TIMEOUT_MS = 60_000;

export interface RunningServer {
  readonly name: ServerName;
  /** Where its program stands. */
  readonly folder: string;
  readonly pid: number;
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts a server in production mode with ten database connections and no log lines, and waits until it answers.
 * @throws Error with the place of its output when it ends or does not answer within a minute
 */
export async function startServer(
  name: ServerName,
  program: ServerProgram,
  environment: Record<string, string>,
): Promise<RunningServer> {
  await assertFree(program.port);
  const logFile = path.join(RUN_FOLDER, `${name}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, program.arguments, {
    cwd: program.folder,
    stdio: ['ignore', log, log],
    detached: true, // a Ctrl-C in the terminal is for the benchmark, which then stops its servers
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(program.port),
      DATABASE_POOL: '10',
      LOG_LEVEL: 'silent',
      ...environment,
    },
  });
  const baseUrl = `http://127.0.0.1:${program.port}`;
  if (child.pid === undefined || !(await isReady(child, baseUrl + program.readyPath))) {
    await stopProcess(child);
    throw new Error(`${name} did not start: see ${logFile}`);
  }
  return { name, folder: program.folder, pid: child.pid, baseUrl, stop: () => stopProcess(child) };
}

/** A server that a killed run left behind would answer in place of the new one. */
async function assertFree(port: number): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    throw new Error(`port ${port} is taken: end the process that listens there`);
  }
  probe.close();
}

async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (isAlive(child) && Date.now() < deadline) {
    try {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (response.status !== 503) return true;
    } catch {
      // not listening yet
    }
    await sleep(200);
  }
  return false;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // A peer that keeps idle connections open would wait for them.
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(patience);
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
