/** A program of the repository as an operator starts it: through npm, perhaps as another user, and what is left of it after its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_TIMEOUT_MS = 120_000;

export interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly variables: Readonly<Record<string, string>>;
  /** Whoever starts it, if not we. */
  readonly uid?: number | undefined;
  /** Where, if not in the repository. */
  readonly cwd?: string;
}

export class Launched {
  output = '';
  private readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string | undefined,
  ) {
    const read = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    this.ended = once(child, 'exit');
  }

  static start({ command: [program, ...args], variables, uid, cwd = ROOT }: Launch): Launched {
    const child = spawn(program, args, {
      cwd,
      detached: true, // a group of its own, as in a terminal
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid, gid: uid }),
      env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', PORT: '0', npm_config_update_notifier: 'false', ...variables },
    });
    return new Launched(child, variables.DATA_DIR);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Waits for words, or for the end. */
  async says(words: string): Promise<boolean> {
    const giveUpAt = Date.now() + START_TIMEOUT_MS;
    while (!this.output.includes(words) && this.child.exitCode === null && Date.now() < giveUpAt) await sleep(20);
    return this.output.includes(words);
  }

  /** @returns the exit code or signal */
  async end(): Promise<number | string | null> {
    await this.ended;
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** Processes of its group, or at work in its data folder, once they had a moment to go. */
  async left(withinMs: number): Promise<string[]> {
    const giveUpAt = Date.now() + withinMs;
    for (;;) {
      const left = this.look();
      if (left.length === 0 || Date.now() > giveUpAt) return left;
      await sleep(100);
    }
  }

  private look(): string[] {
    return readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid))
      .filter((pid) => this.isOurs(pid))
      .map((pid) => `${pid} ${readCommand(pid)}`);
  }

  private isOurs(pid: string): boolean {
    try {
      // "pid (name) state ppid pgrp": the name may hold anything, the last parenthesis ends it.
      const [stat = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').slice(-1);
      const [state, , group] = stat.split(' ');
      if (state === 'Z') return false;
      const isInFolder = this.folder !== undefined && readlinkSync(`/proc/${pid}/cwd`).startsWith(this.folder);
      return Number(group) === this.pid || isInFolder;
    } catch {
      return false; // it has ended meanwhile
    }
  }
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 80);
  } catch {
    return 'ended meanwhile';
  }
}
