/** The running server process of the embedded PostgreSQL: how it is launched, found ready and stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ServerUser } from './binaries.js';
import { clusterArgument, type DataFolder, readPostmaster, SERVER_ENVIRONMENT } from './data-folder.js';
import { rolePassword } from './memory.js';
import { systemErrorCode } from '../errors/thrown.js';
import { StartupError } from '../errors/startup-error.js';

/** Everything listens and connects here only. */
export const HOST = '127.0.0.1';
/** Replaying a full write-ahead log after a crash (1 GB) stays well below. */
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
  // Statements and the details of errors hold the data of people.
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
  /** Length of the log when we met it. */
  readonly logStart: number;
  hasEnded(): boolean;
}

/** The settings that every start passes on the command line, where they win over the files in the data folder. */
export function serverSettings(durable: boolean, own: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...SETTINGS, ...(durable ? {} : THROWAWAY_SETTINGS), ...own };
}

/** Starts the process, detached: it outlives us if we are killed. */
export function launch(
  folder: DataFolder,
  program: string,
  user: ServerUser | undefined,
  settings: Readonly<Record<string, string>>,
): Server {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Not a pipe to us: the server has to be able to write on when we are gone.
  const logStart = openLog(folder.log);
  const log = openSync(folder.log, 'a', 0o600);
  const child: ChildProcess = spawn(program, ['-D', clusterArgument(folder.cluster, user), ...flags], {
    ...user,
    cwd: folder.cluster,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', log, log],
    detached: true, // a Ctrl-C in the terminal is for us: we stop the server when our requests have ended
  });
  closeSync(log);
  child.unref();
  child.once('error', () => undefined); // a program that cannot be run has no pid, and is told of below
  const { pid } = child;
  if (pid === undefined) throw new StartupError(`PostgreSQL (${program}) could not be run: reinstall with "npm ci".`);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { pid, port: Number(settings.port), adopted: false, logStart, hasEnded };
}

/** Waits until the server takes connections. @returns false when it ended instead */
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

/** Whether the server there knows our password, and proves with SCRAM that it does: so it is ours. */
export async function answers(folder: DataFolder, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: superuserUrl(folder, port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined); // a cut connection also fails the call below
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

/** Asks the server to end and waits for it. */
export async function stopServer(server: Server): Promise<void> {
  // SIGINT asks for a fast shutdown; SIGQUIT ends it at once and the next start replays the log, so nothing is lost.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (server.hasEnded()) return;
    sendSignal(server.pid, signal);
    const giveUpAt = Date.now() + STOP_TIMEOUT_MS;
    while (!server.hasEnded() && Date.now() < giveUpAt) await sleep(POLL_MS);
  }
}

/** Nothing happens to a process that has ended meanwhile. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

/** Where the superuser signs in. */
export function superuserUrl(folder: DataFolder, port: number, database: string): string {
  return `postgres://postgres:${rolePassword(folder, 'postgres')}@${HOST}:${port}/${encodeURIComponent(database)}`;
}

/** Sets an overlong log aside (one generation is kept). @returns the length of the log */
function openLog(file: string): number {
  if (!existsSync(file)) return 0;
  const { size } = statSync(file);
  if (size < LOG_LIMIT_BYTES) return size;
  renameSync(file, `${file}.1`);
  return 0;
}

/** What the server wrote since we started it or took it over. */
export function readLog(folder: DataFolder, { logStart }: Server): string {
  return existsSync(folder.log) ? readFileSync(folder.log).subarray(logStart).toString() : '';
}

/** @returns the length of the log of a server that another process started */
export function logLength(folder: DataFolder): number {
  return existsSync(folder.log) ? statSync(folder.log).size : 0;
}
