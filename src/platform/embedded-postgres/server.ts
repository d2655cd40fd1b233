/** The server process of the embedded PostgreSQL: starts it, waits until it is ready, and stops it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ServerUser } from './binaries.js';
import { clusterArgument, type DataFolder, readPostmaster, SERVER_ENVIRONMENT } from './data-folder.js';
import { rolePassword } from './memory.js';
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

/** The only address for listening and connecting. */
export const HOST = '127.0.0.1';
/** Recovery of a full write-ahead log (1 GB) after a crash takes much less. */
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 10;
const LOG_LIMIT_BYTES = 10_000_000;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and details of errors contain personal data.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const THROWAWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

export interface Server {
  readonly pid: number;
  readonly port: number;
  readonly adopted: boolean;
  /** Length of the log when the server was started or adopted. */
  readonly logStart: number;
  hasEnded(): boolean;
}

/** The settings for the command line, where they override the files in the data folder. */
export function serverSettings(durable: boolean, own: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...SETTINGS, ...(durable ? {} : THROWAWAY_SETTINGS), ...own };
}

/** Starts the process detached, so it keeps running if the service is killed. */
export function launch(
  folder: DataFolder,
  program: string,
  user: ServerUser | undefined,
  settings: Readonly<Record<string, string>>,
): Server {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A file and not a pipe, so the server can still write after the service has ended.
  const logStart = openLog(folder.log);
  const log = openSync(folder.log, 'a', 0o600);
  const child: ChildProcess = spawn(program, ['-D', clusterArgument(folder.cluster, user), ...flags], {
    ...user,
    cwd: folder.cluster,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', log, log],
    detached: true, // not ended by Ctrl-C in the terminal: the service stops the server after its own requests
  });
  closeSync(log);
  child.unref();
  child.once('error', () => undefined); // a program that cannot be run has no pid, which is reported below
  const { pid } = child;
  if (pid === undefined) throw new StartupError(`PostgreSQL (${program}) could not be run: reinstall with "npm ci".`);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { pid, port: Number(settings.port), adopted: false, logStart, hasEnded };
}

/** Waits until the server accepts connections. @returns false when it ended instead */
export async function becomesReady(folder: DataFolder, server: Server): Promise<boolean> {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (!server.hasEnded()) {
    const state = readPostmaster(folder.cluster);
    if (state?.pid === server.pid && state.status === 'ready') {
      if (await answers(folder, state.port)) return true;
    }
    if (Date.now() > giveUpAt) {
      if (!server.adopted) await stopServer(server);
      throw new StartupError(
        `PostgreSQL (process ${server.pid}) did not become ready within ${READY_TIMEOUT_MS / 1000} s: see ${folder.log}.`,
      );
    }
    await sleep(POLL_MS);
  }
  return false;
}

/** True when the server on this port is ours: with SCRAM it proves that it knows the password. */
export async function answers(folder: DataFolder, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: superuserUrl(folder, port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined); // a lost connection also fails the call below
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== '28P01') return false;
    throw new StartupError(
      `The password in ${folder.memory} is not the one of the database beside it: put back the file that belongs to it.`,
      { cause: error },
    );
  }
}

/** Asks the server to end, and waits for its end. */
export async function stopServer(server: Server): Promise<void> {
  // SIGINT is a fast shutdown. SIGQUIT ends the server at once; the next start recovers from the log, so nothing is lost.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (server.hasEnded()) return;
    sendSignal(server.pid, signal);
    const giveUpAt = Date.now() + STOP_TIMEOUT_MS;
    while (!server.hasEnded() && Date.now() < giveUpAt) await sleep(POLL_MS);
  }
}

/** Does nothing if the process has ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

/** The URL for the superuser. */
export function superuserUrl(folder: DataFolder, port: number, database: string): string {
  return `postgres://postgres:${rolePassword(folder, 'postgres')}@${HOST}:${port}/${encodeURIComponent(database)}`;
}

/** Renames the log when it is too long, and keeps one old log. @returns the length of the log */
function openLog(file: string): number {
  if (!existsSync(file)) return 0;
  const { size } = statSync(file);
  if (size < LOG_LIMIT_BYTES) return size;
  renameSync(file, `${file}.1`);
  return 0;
}

/** @returns the log output since the server was started or adopted */
export function readLog(folder: DataFolder, { logStart }: Server): string {
  return existsSync(folder.log) ? readFileSync(folder.log).subarray(logStart).toString() : '';
}

/** @returns the length of the log of a server that another process started */
export function logLength(folder: DataFolder): number {
  return existsSync(folder.log) ? statSync(folder.log).size : 0;
}
