/** The way of the server's bytes to one client: cut into pieces, each some turns of the event loop after the one before. */
import type { Socket } from 'node:net';
import type { Ending } from './faults.js';

export interface Cutting {
  /** Sizes of the pieces, over and over; 0 is all there is. */
  readonly sizes: readonly number[];
  /** Turns of the event loop after each piece, over and over. */
  readonly delays: readonly number[];
}

/** A long answer is cut coarser, or the test would take for ever. */
const MAX_PIECES = 250;

/** So many turns of the event loop, or fewer. */
export async function turns(count: number, isEnough = (): boolean => false): Promise<void> {
  for (let turn = 0; turn < count && !isEnough(); turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class Wire {
  /** Nothing more will be sent. */
  ending: Ending | undefined;
  private queue = Promise.resolve();
  private pieces = 0;

  constructor(
    private readonly socket: Socket,
    private readonly cutting: Cutting,
    private readonly onSent: () => void,
  ) {
    socket.setNoDelay(true);
  }

  send(bytes: Buffer, ending?: Ending): void {
    this.queue = this.queue.then(async () => {
      if (this.ending) return;
      await this.write(bytes);
      if (ending) this.finish(ending);
    });
  }

  /** Everything sent so far has left. */
  sent(): Promise<void> {
    return this.queue;
  }

  private async write(bytes: Buffer): Promise<void> {
    const { sizes, delays } = this.cutting;
    const least = Math.ceil(bytes.length / MAX_PIECES);
    for (let at = 0; at < bytes.length;) {
      const chosen = sizes[this.pieces % sizes.length] ?? 0;
      const size = chosen === 0 ? bytes.length : Math.max(chosen, least);
      if (!this.socket.writable) return;
      this.socket.write(bytes.subarray(at, at + size));
      at += size;
      this.onSent();
      await turns(delays[this.pieces % delays.length] ?? 0);
      this.pieces += 1;
    }
  }

  private finish(ending: Ending): void {
    this.ending = ending;
    this.onSent();
    if (ending === 'end') this.socket.end();
    if (ending === 'reset') this.socket.resetAndDestroy();
  }
}
