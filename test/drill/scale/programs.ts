/** Servers of the operating system that drills start. They reject root, so a drill of root starts them as another user. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartupError } from '../../../src/platform/errors/startup-error.js';
import { drillFolder } from '../world.js';

const NOBODY = 65_534;
const START_TIMEOUT_MS = 30_000;

/** User and group of the servers, if not those of the drill. */
const USER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/** @throws StartupError when no folder has the program, with the Debian package that brings it */
export function findProgram(name: string, folders: readonly string[], debianPackage: string): string {
  const found = folders.map((folder) => path.join(folder, name)).find(existsSync);
  if (found === undefined)
    throw new StartupError(`${name} is missing on this machine: install the Debian package ${debianPackage}.`);
  return found;
}

/** Where Debian keeps the programs of PostgreSQL, the newest version first. */
export function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => path.join(root, version, 'bin'));
}

/** A folder that the servers may write to. */
export function serverFolder(): string {
  const folder = drillFolder();
  giveToServers(folder);
  return folder;
}

export function giveToServers(file: string): void {
  if (USER) chownSync(file, USER.uid, USER.gid);
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of a TCP server
  server.close();
  await once(server, 'close');
  return port;
}

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Gets what the program prints. */
  readonly log: string;
  readonly variables?: Readonly<Record<string, string>>;
}

function spawnServer({ program, args, log, variables }: ServerCommand): ChildProcess {
  const child = spawn(program, args, {
    cwd: path.dirname(log),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', ...variables },
    ...USER,
  });
  const keep = (chunk: Buffer): void => {
    appendFileSync(log, chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return child;
}

/** Runs a program to its end. @throws when it fails */
export async function runProgram(command: ServerCommand): Promise<void> {
  const child = spawnServer(command);
  await once(child, 'exit');
  if (child.exitCode !== 0)
    throw new Error(`${command.program} ended with ${child.exitCode ?? child.signalCode ?? ''}: see ${command.log}`);
}

/** A server that runs until it is ended. */
export class ServerProgram {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts it and waits until a client can sign in at the URL. */
  static async start(command: ServerCommand, url: string): Promise<ServerProgram> {
    const server = new ServerProgram(spawnServer(command));
    const giveUpAt = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(url))) {
      if (server.hasEnded || Date.now() > giveUpAt)
        throw new Error(`${command.program} does not serve: see ${command.log}`);
      await sleep(50);
    }
    return server;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a lost connection also fails the statement that waits
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
