/** Somebody of another tenant who reads a little all the time, and sees how long it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Requester } from '../requester.js';
import type { Tally } from '../tally.js';

const PAUSE_MS = 20;
const DOCUMENT = '{ customers(first: 5) { nodes { id name city } } }';

export interface Seen {
  readonly count: number;
  readonly median: number;
  readonly slowest: number;
}

export class Neighbour {
  private times: number[] = [];
  private isOver = false;
  private readonly reading: Promise<void>;

  constructor(
    private readonly requester: Requester,
    private readonly tally: Tally,
  ) {
    this.reading = this.read();
  }

  /** Since the last call; milliseconds. */
  take(): Seen {
    const times = this.times.sort((a, b) => a - b);
    this.times = [];
    return { count: times.length, median: times[Math.floor(times.length / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
  }

  /** What it sees for a while. */
  async watch(ms: number): Promise<Seen> {
    this.take();
    await sleep(ms);
    return this.take();
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.reading;
  }

  private async read(): Promise<void> {
    while (!this.isOver) {
      const reply = await this.requester.fetch('neighbour', 'POST', '/graphql', { query: DOCUMENT });
      this.times.push(reply.ms);
      if (reply.status !== 200 || reply.code !== undefined)
        this.tally.broken(`neighbour: ${reply.status} after ${Math.round(reply.ms)} ms ${reply.text.slice(0, 200)}`);
      await sleep(PAUSE_MS);
    }
  }
}
